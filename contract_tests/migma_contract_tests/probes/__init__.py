"""The planned requests of a check, its options and its budget."""
