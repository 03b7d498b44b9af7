"""The results of a check: its report, and the baseline of accepted findings."""
