"""Metrics: what this process counts, the sums of all workers, and their form for Prometheus."""
