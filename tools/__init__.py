"""Tools for this checkout: generated docs, pictures and a test watcher. Not part of the wheel."""
