"""Each worker's copies of what the store has: accounts, their registry and their journals."""
