"""Exchanges for the tests of rules."""
