"""The read-only HTTP client of a check."""
