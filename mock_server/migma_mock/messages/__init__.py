"""Requests and replies as plain values."""
