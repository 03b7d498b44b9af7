"""CPU and memory that a whole check takes if the server is hostile, beyond those of an honest answer.

Each check runs in a process of its own, a fork of one that has imported everything, and renders every format. The bound
is what docs/live-check.md promises: whatever a server sends, a check ends soon.
"""

import json
import os
import resource
import statistics
import sys
import tempfile
from collections.abc import Callable
from contextlib import redirect_stdout, suppress
from itertools import count
from pathlib import Path
from typing import NamedTuple

from benchmarks.hostile_server import KEY, HostileServer, Request, honest, status
from benchmarks.servers import CAMPAIGN
from migma_contract_tests.cli.main import cli
from migma_contract_tests.client.bounded_request import MAX_BODY
from migma_contract_tests.reports import FORMATS
from tests.contract_tests.check.hostile_responses import hostile_responses

BOUND = (3.0, 60.0)
"""Seconds of CPU and MB of memory beyond an honest answer, for a whole check."""

_HALF = 2**19
_BELOW = MAX_BODY - 500
_SETTINGS = {"MIGMA_API_KEY": KEY, "MIGMA_CAMPAIGN_IDS": CAMPAIGN}

CASES: dict[str, tuple[int, Callable[[Request], bool]]] = {
    "the reads, below the limit": (_BELOW, lambda request: status(request) == 200),
    "all responses, below the limit": (_BELOW, lambda _: True),
    "all responses, 512 KiB": (_HALF, lambda _: True),
}
"""The hostile responses of a run, and their size in bytes."""


class Cost(NamedTuple):
    """Seconds of CPU and MB of memory of one check."""

    seconds: float
    megabytes: float


def show(pattern: str = "") -> None:
    """Print a table of all hostile responses whose names have the pattern, with the worst and the median."""
    os.environ.update(_SETTINGS)
    with HostileServer(honest) as server:
        with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
            _check(server.url)
        least = _measure(server.url)
    print(f"An honest check takes {least.seconds:.2f} s of CPU and {least.megabytes:.0f} MB. Beyond that:\n")
    print(f"{'':45}" + "".join(f"{case:>32}" for case in CASES))
    costs: dict[str, list[Cost]] = {case: [] for case in CASES}
    for name in hostile_responses(KEY):
        if pattern not in name:
            continue
        for case in CASES:
            seconds, megabytes = _cost(name, case)
            costs[case].append(Cost(seconds - least.seconds, max(megabytes - least.megabytes, 0)))
        print(f"{name:45}" + "".join(f"{_words(found[-1]):>32}" for found in costs.values()), flush=True)
    for words, of in (("worst", max), ("median", statistics.median)):
        columns = ([of([cost[index] for cost in found]) for index in range(2)] for found in costs.values())
        print(f"{words:45}" + "".join(f"{_words(Cost(*each)):>32}" for each in columns))
    if any(each > bound for found in costs.values() for cost in found for each, bound in zip(cost, BOUND, strict=True)):
        sys.exit(f"benchmarks: over the bound of {_words(Cost(*BOUND))}")


def _words(cost: Cost) -> str:
    return f"{cost.seconds:.2f} s, {cost.megabytes:.0f} MB"


def _cost(name: str, case: str) -> Cost:
    size, is_hostile = CASES[case]
    make, number = hostile_responses(KEY)[name], count()

    def behave(request: Request) -> bytes:
        # Every response is another one, so that none is judged only once.
        return make(status(request), size - 8 * next(number)) if is_hostile(request) else honest(request)

    with HostileServer(behave) as server:
        return _measure(server.url)


def _measure(url: str) -> Cost:
    """Run a check in a fork of this process."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            before = resource.getrusage(resource.RUSAGE_SELF)
            _check(url)
            after = resource.getrusage(resource.RUSAGE_SELF)
            seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            kilobytes = (after.ru_maxrss - before.ru_maxrss) / (1024 if sys.platform == "darwin" else 1)
            os.write(writer, json.dumps([seconds, kilobytes / 1024]).encode())
        finally:
            os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    with os.fdopen(reader, "rb") as pipe:
        return Cost(*json.loads(pipe.read()))


def _check(url: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        outputs = [f"--format={name}={folder}/{name}" for name in FORMATS if name != "terminal"]
        with suppress(SystemExit):
            cli(["check", "--base-url", url, "--timeout", "600", "--format=terminal", *outputs], prog_name="check")
