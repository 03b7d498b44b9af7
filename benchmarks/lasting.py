"""Resident memory as a server answers a million requests: once its journal is full, nothing may grow."""

import sys
import tempfile
from pathlib import Path

from benchmarks import machine, wrk
from benchmarks.process import free_port, running
from benchmarks.results_file import Point
from benchmarks.servers import CAMPAIGN, KEY, stats_path

ANSWERED = "requests answered"

_STAGES = (100_000, 250_000, 500_000, 1_000_000)
"""The journal (10,000 entries unless told) is full long before the first."""


def measure(*, largest: int) -> list[Point]:
    """Resident memory, in MB, after each stage up to ``largest`` requests, of one server that runs throughout.

    A tenth of the answers are 404s, of another id each: an id that was asked for must leave nothing behind either.
    """
    print("growing: requests answered", file=sys.stderr, flush=True)
    points, answered, pressed = [], 0, 0
    with tempfile.TemporaryDirectory(prefix="migma-bench-") as name:
        port = free_port()
        command = [sys.executable, "-m", "migma_mock", "serve", "--quiet", "--port", str(port)]
        with running(command, Path(name), port=port, path=stats_path(CAMPAIGN), headers=KEY) as process:
            for stage in (stage for stage in _STAGES if stage <= largest):
                while answered < stage:
                    pressed += 1
                    unknown = pressed % 10 == 0
                    load = wrk.Load(stats_path(CAMPAIGN), KEY, turn=wrk.FRESH if unknown else wrk.SAME, refused=unknown)
                    run, _ = wrk.press(process, load, 1, 0, first_id=pressed * 1_000_000)
                    answered += round(run.rps)
                points.append(Point(ANSWERED, stage, machine.resident_mb(process.pid)))
    return points
