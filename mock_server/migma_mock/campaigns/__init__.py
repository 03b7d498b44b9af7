"""Campaigns and the files that describe them."""
