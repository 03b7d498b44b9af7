"""The memory of checks: a file with one row for each run, and what a run shows together with those before it."""
