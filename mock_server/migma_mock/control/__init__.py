"""The control API below ``/__mock__``: accounts, campaigns, faults, clock, rate limit and journal."""
