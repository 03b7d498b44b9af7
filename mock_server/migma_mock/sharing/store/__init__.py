"""The store: Valkey or Redis, its scripts, and a private one."""
