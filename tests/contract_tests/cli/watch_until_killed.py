"""Run ``watch`` again and again in processes that are killed at random moments, and deliver reports to a file.

Arguments: URL of the server, history, file for the deliveries, number of kills, seed.

A request for ``/flip`` changes what the server answers, so that each run has something to report. The system kills a
process with SIGALRM, whose default action no Python code sees, like that of SIGKILL: also amid a transaction.
"""

import os
import random
import signal
import sys
import time
import urllib.request
from datetime import timedelta
from pathlib import Path

from migma_contract.openapi import load_contract
from migma_contract.redaction import Secret
from migma_contract.resources import openapi_path
from migma_contract_tests.check.memory import opened_memory
from migma_contract_tests.cli.report_files import Progress
from migma_contract_tests.cli.watch import Watch
from migma_contract_tests.probes.options import CheckOptions
from migma_contract_tests.results.report import Report

CONTRACT = load_contract(openapi_path())


class ToFile:
    """Delivers the number of the run and the number of new and gone findings as one line."""

    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def deliver(self, report: Report) -> None:
        """Write the line in one call of the system."""
        history = report.history
        os.write(self._file, f"{history.run} {len(report.findings)} {len(history.gone)}\n".encode())


def watch(url: str, history: str, delivered: str, *, runs: int) -> None:
    """Watch the server for some runs; 0 is without end."""
    done = 0

    def sleep(_seconds: float) -> None:
        nonlocal done
        done += 1
        if done == runs:
            raise KeyboardInterrupt
        urllib.request.urlopen(f"{url}/flip").close()

    urllib.request.urlopen(f"{url}/flip").close()
    campaign, key = os.environ["CAMPAIGN"], Secret(os.environ["KEY"])
    options = CheckOptions(base_url=url, campaign_ids=(campaign,), key=key, rate=None)
    with opened_memory(Path(history), timedelta(days=1)) as memory:
        Watch(options, CONTRACT, memory, ToFile(delivered), every=60, progress=Progress(quiet=True), sleep=sleep).run()


def in_a_process(*arguments: str, runs: int, seconds: float = 0.0) -> int:
    """Watch in a process of its own, which is killed after some seconds unless they are 0, and return how it ended."""
    child = os.fork()
    if child == 0:
        signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            watch(*arguments, runs=runs)
        except KeyboardInterrupt:
            os._exit(0)
        finally:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main() -> None:
    """Kill as often as asked, and end with a process that is not killed."""
    *arguments, kills, seed = sys.argv[1:]
    draw = random.Random(seed)
    start = time.monotonic()
    assert in_a_process(*arguments, runs=2) == 0
    usual = time.monotonic() - start
    for _ in range(int(kills)):
        assert in_a_process(*arguments, runs=0, seconds=draw.uniform(0.001, usual)) == -signal.SIGALRM
    assert in_a_process(*arguments, runs=1) == 0


main()
