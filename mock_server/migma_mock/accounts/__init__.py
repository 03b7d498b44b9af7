"""Accounts: keys, and all state that changes behind one interface."""
