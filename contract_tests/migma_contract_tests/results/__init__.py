"""What a check leaves: its report and the baseline of accepted findings."""
