"""Campaigns, and the fixture files that define them."""
