"""The environment of processes that tests start."""

import os


def process_environment(**variables):
    """Return this process's environment with further variables, and without those that turn on coverage.

    Coverage takes 0.2 s in each process. It is left to processes that run code which no test runs in this process.
    """
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    return inherited | variables
