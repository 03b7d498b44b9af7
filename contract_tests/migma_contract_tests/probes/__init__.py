"""The requests of a check: which ones, and how many."""
