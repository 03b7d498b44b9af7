"""The command ``migma-mock``."""
