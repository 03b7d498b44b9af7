"""Accounts: their registry, and the state of each behind one interface."""
