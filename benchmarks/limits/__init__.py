"""The limits: servers that do less than a mock has to."""
