"""The results of a check: its report, the baseline of accepted findings, and the history of runs."""
