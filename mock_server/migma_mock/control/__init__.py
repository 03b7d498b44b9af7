"""The control API below ``/__mock__``: accounts, campaigns, faults, the clock and the journal."""
