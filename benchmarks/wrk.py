"""wrk, the load generator, and one run of it."""

import json
import resource
import shutil
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks import machine
from benchmarks.process import Process
from benchmarks.results_file import HERE, Run

CONNECTIONS = 32
SAME, FRESH = 0, -1
"""LoopExecutor of :class:`Load`: the same path each time; another id each time."""


class LoadError(Exception):
    """The load could not be laid on, or the answers were others than expected."""


@dataclass(frozen=True)
class Load:
    """The requests of one load.

    Attributes:
        path: The target, where ``turn`` is :data:`SAME`.
        headers: Sent along.
        turn: How many ids come before the first comes again.
        refused: Whether the expected answers are refusals (4xx).
    """

    path: str
    headers: Mapping[str, str]
    turn: int = SAME
    refused: bool = False


def wrk_path() -> str:
    """Return the path of wrk.

    Raises:
        LoadError: It is not installed; with the package that has it.
    """
    found = shutil.which("wrk")
    if found is None:
        raise LoadError("wrk is not installed. On Debian and Ubuntu: apt install wrk")
    return found


def press(process: Process, load: Load, seconds: float, round_: int, first_id: int = 1) -> tuple[Run, bool]:
    """Lay a load on a server.

    Returns:
        The figures, and whether others used the machine meanwhile.

    Raises:
        LoadError: There were other answers than expected.
    """
    url = f"http://127.0.0.1:{process.port}{load.path}"
    headers = [part for name, value in load.headers.items() for part in ("-H", f"{name}: {value}")]
    script = ["-s", str(HERE / "load.lua"), url, "--", str(load.turn), str(first_id)]
    command = [wrk_path(), "-t1", f"-c{CONNECTIONS}", f"-d{max(1, round(seconds))}s", *headers, *script]
    began, busy, own = time.perf_counter(), machine.busy_seconds(), _own_seconds()
    used = machine.cpu_seconds(process.pid)
    output = subprocess.run(command, capture_output=True, text=True, check=False, timeout=seconds + 60)
    used = machine.cpu_seconds(process.pid) - used
    others = (machine.busy_seconds() - busy) - used - (_own_seconds() - own)
    is_disturbed = others > machine.DISTURBED_SHARE * (time.perf_counter() - began)
    if output.returncode != 0:
        raise LoadError(f"{' '.join(command)}: {output.stderr.strip()}")
    figures = json.loads(output.stdout.splitlines()[-1])
    requests = figures["requests"]
    if not requests or figures["refusals"] != (requests if load.refused else 0):
        raise LoadError(f"{url}: {figures['refusals']} refusals among {requests} answers")
    run = Run(
        round_, requests / figures["seconds"], figures["p50_ms"], figures["p99_ms"], round(used / requests * 1e6, 2)
    )
    return run, is_disturbed


def _own_seconds() -> float:
    """Processor time of this process and of its children that have ended."""
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    )
