"""The read-only client that a check sends its requests with."""
