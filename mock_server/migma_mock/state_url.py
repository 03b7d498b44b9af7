"""Where the state of the accounts is kept, as the setting ``state`` has it."""

STATE_FORM = r"^(memory|embedded|(valkey|valkeys|redis|rediss|unix)://[^\s]+)$"
"""A word, or the URL of a store, which may have a password."""
