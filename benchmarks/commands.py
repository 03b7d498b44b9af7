"""Whole commands: the contract check, and answers while campaigns are being drawn."""

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from benchmarks import wrk
from benchmarks.process import Process, free_port, running
from benchmarks.servers import CAMPAIGN, KEY, ROOT, stats_path

CHECK_S = "migma-contract check on loopback, s"
CHECK_FLOOR_S = "importing httpcore, which the check uses, and the rules, and as many requests, s"
USUAL_P99_MS = "p99 of fixture answers, ms"
DRAWING_P99_MS = "p99 of fixture answers while campaigns are first drawn, ms"

_CHECK_REQUESTS = 8
_FLOOR = f"""
import sys, httpcore, migma_contract.rules
for _ in range({_CHECK_REQUESTS}):
    headers = {{"authorization": sys.argv[2], "connection": "close"}}
    httpcore.ConnectionPool().request("GET", sys.argv[1], headers=headers)
"""


def measure(*, repeats: int) -> dict[str, list[float]]:
    """Each figure ``repeats`` times, the kinds taking turns."""
    names = (CHECK_S, CHECK_FLOOR_S, USUAL_P99_MS, DRAWING_P99_MS)
    figures: dict[str, list[float]] = {name: [] for name in names}
    for number in range(repeats):
        with tempfile.TemporaryDirectory(prefix="migma-bench-") as folder:
            port, place = free_port(), Path(folder)
            command = [sys.executable, "-m", "migma_mock", "serve", "--quiet", "--port", str(port)]
            command += ["--unknown-id", "generate"]
            with running(command, place, port=port, path=stats_path(CAMPAIGN), headers=KEY) as process:
                url = f"http://127.0.0.1:{port}"
                check = ["-m", "migma_contract_tests", "check", "--base-url", url, "--campaign-id", CAMPAIGN]
                figures[CHECK_S].append(_seconds(check, {"MIGMA_API_KEY": KEY["Authorization"].split()[1]}))
                floor = ["-c", _FLOOR, url + stats_path(CAMPAIGN), KEY["Authorization"]]
                figures[CHECK_FLOOR_S].append(_seconds(floor, {}))
                load = wrk.Load(stats_path(CAMPAIGN), KEY)
                figures[USUAL_P99_MS].append(wrk.press(process, load, 1, number)[0].p99_ms)
                with _Asking(process):
                    figures[DRAWING_P99_MS].append(wrk.press(process, load, 1, number)[0].p99_ms)
    return figures


class _Asking:
    """Asks for a campaign that has to be drawn, a moment after it was entered, from a thread of its own."""

    def __init__(self, process: Process) -> None:
        self._timer = threading.Timer(0.3, process.ask, ("GET", stats_path("a" * 24), KEY))

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_: object) -> None:
        self._timer.join()


def _seconds(arguments: list[str], environment: Mapping[str, str]) -> float:
    """Return the seconds that a run of Python takes; it has to succeed."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MIGMA_")}
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, *arguments],
        env={**kept, "PYTHONPATH": str(ROOT), **environment},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return time.perf_counter() - began
