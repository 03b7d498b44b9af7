"""Measure in rounds: every server in turn and freshly started, so that changes of the machine affect all of them."""

import sys
import tempfile
import traceback
from pathlib import Path

from benchmarks import machine, wrk
from benchmarks.process import Process, StartError, free_port, running
from benchmarks.results_file import Results, Series, Starts
from benchmarks.servers import KEY, Case, Server

_TRIES = 3
_PATIENCE_SECONDS = 20.0
_FIRST_IDS = 1_000_000
"""The ids of one run are far from those of another: none is asked for twice where each is to be fresh."""


def measure(servers: list[Server], results: Results, *, may_disturb: bool = False) -> None:
    """Lay every case of every server under load, ``results.rounds`` times over.

    Args:
        servers: In the order of a round. One that does not start is left out, and said.
        results: Get the figures.
        may_disturb: Keep runs that something else disturbed, for a quick look on a busy machine.
    """
    for round_ in range(1, results.rounds + 1):
        for server in servers:
            print(f"round {round_}/{results.rounds}: {server.name}", file=sys.stderr, flush=True)
            try:
                _one_server(server, results, round_, may_disturb=may_disturb)
            except (StartError, wrk.LoadError) as error:
                print(f"  left out: {error}", file=sys.stderr)
            except OSError:
                traceback.print_exc()


def _one_server(server: Server, results: Results, round_: int, *, may_disturb: bool) -> None:
    if not may_disturb:
        machine.wait_until_quiet(_PATIENCE_SECONDS)
    with tempfile.TemporaryDirectory(prefix="migma-bench-", ignore_cleanup_errors=True) as name:
        place, port = Path(name), free_port()
        command = server.command(port, place)
        with running(command, place, port=port, path=server.first_path, headers=KEY) as process:
            starts = _starts(results, server.name)
            starts.seconds.append(process.start_seconds)
            starts.idle_mb.append(machine.resident_mb(process.pid))
            wrk.press(process, wrk.Load(server.first_path, KEY), server.warm_seconds, round_)
            for case in server.cases:
                _one_case(
                    process,
                    case,
                    _series(results, server.name, case.name),
                    results.seconds,
                    round_,
                    may_disturb=may_disturb,
                )
            starts.after_mb.append(machine.resident_mb(process.pid))


def _one_case(process: Process, case: Case, series: Series, seconds: float, round_: int, *, may_disturb: bool) -> None:
    load = case.load(process)
    for attempt in range(_TRIES):
        first_id = 1 if case.turn >= 0 else _FIRST_IDS * (round_ * _TRIES + attempt)
        run, is_disturbed = wrk.press(process, load, seconds, round_, first_id)
        if not is_disturbed or may_disturb:
            series.runs.append(run)
            return
        series.discarded += 1
        machine.wait_until_quiet(_PATIENCE_SECONDS)
    print(f"  {series.case}: disturbed {_TRIES} times, no figures from this round", file=sys.stderr)


def _series(results: Results, server: str, case: str) -> Series:
    for series in results.series:
        if (series.server, series.case) == (server, case):
            return series
    results.series.append(Series(server, case))
    return results.series[-1]


def _starts(results: Results, server: str) -> Starts:
    for starts in results.starts:
        if starts.server == server:
            return starts
    results.starts.append(Starts(server))
    return results.starts[-1]
