"""The command ``migma-contract``."""
