"""The size of campaign files."""

MAX_FILE_BYTES = 256 * 1024
"""Most bytes of a campaign file."""
