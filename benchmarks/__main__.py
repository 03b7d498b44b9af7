"""The command: ``python -m benchmarks run | page | peers | calls | hostile | per-test | upstream | team``."""

import argparse
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks import (
    answers,
    calls,
    commands,
    hostile,
    in_process,
    lasting,
    machine,
    page,
    peers,
    per_test,
    rounds,
    scaling,
    upstream,
    wrk,
)
from benchmarks.plot import plot
from benchmarks.results_file import BARE, LATEST, Results
from benchmarks.servers import ACCOUNTS, EMPTY_FASTAPI, LOGGING, MANY, OWN
from benchmarks.team import command as team

_MEASURED = (
    "uvicorn",
    "uvloop",
    "httptools",
    "fastapi",
    "starlette",
    "pydantic",
    "httpx",
    "hypothesis",
    "schemathesis",
)
_NOT_ASKED = (BARE, EMPTY_FASTAPI, LOGGING, MANY, ACCOUNTS)
"""Servers whose answers are known, or those of another."""


def main() -> None:
    """Run what the arguments say."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    commands_ = parser.add_subparsers(dest="command", required=True)
    run = commands_.add_parser("run", help="measure, and write the results and the page")
    run.add_argument("--quick", action="store_true", help="one short round, small sizes, busy machine or not")
    run.add_argument("--rounds", type=int, default=5, metavar="N", help="rounds (default 5)")
    run.add_argument("--seconds", type=float, default=2, metavar="S", help="of load for each case (default 2)")
    run.add_argument("--no-peers", action="store_true", help="the mock and the limits only")
    run.add_argument(
        "--out", type=Path, default=LATEST, metavar="FILE", help="the results; the page follows the usual file only"
    )
    commands_.add_parser("page", help="write the page and the plot from the results")
    commands_.add_parser("peers", help="install the peers")
    count = commands_.add_parser("calls", help="count function calls per request")
    count.add_argument("--record", action="store_true", help="make today's counts the budget")
    hostile_ = commands_.add_parser("hostile", help="CPU and memory of checks of hostile servers")
    hostile_.add_argument("pattern", nargs="?", default="", help="a part of the names to measure (default: all)")
    per_test_ = commands_.add_parser("per-test", help="what the fixture migma_mock costs a test")
    per_test_.add_argument("--beside", type=Path, metavar="CHECKOUT", help="another checkout to compare with")
    per_test_.add_argument("--rounds", type=int, default=5, metavar="N", help="rounds (default 5)")
    upstream_ = commands_.add_parser("upstream", help="time that a mock adds to requests that it forwards")
    upstream_.add_argument("--requests", type=int, default=300, metavar="N", help="of each kind (default 300)")
    team.add_to(commands_)
    given = parser.parse_args()
    try:
        if given.command == "peers":
            peers.install()
        elif given.command == "calls":
            calls.show(record=given.record)
        elif given.command == "hostile":
            hostile.show(given.pattern)
        elif given.command == "per-test":
            per_test.show(given.beside, given.rounds)
        elif given.command == "upstream":
            upstream.show(given.requests)
        elif given.command == "team":
            team.run(given)
        else:
            if given.command == "run":
                _run(given)
            if given.command == "page" or given.out == LATEST:
                write_page()
    except (wrk.LoadError, peers.PeerError) as error:
        sys.exit(f"benchmarks: {error}")


def _run(given: argparse.Namespace) -> None:
    wrk.wrk_path()
    servers = [*OWN, *([] if given.no_peers else peers.installed())]
    if not given.quick and not given.no_peers and len(servers) == len(OWN):
        print("No peer is installed (make bench-peers): measuring without them.", file=sys.stderr)
    results = Results(
        made=datetime.now(UTC).date().isoformat(),
        quick=given.quick,
        rounds=1 if given.quick else given.rounds,
        seconds=1 if given.quick else given.seconds,
        machine=machine.describe_machine(),
        versions={name: version(name) for name in _MEASURED} | peers.versions(),
    )
    rounds.measure(servers, results, may_disturb=given.quick)
    results.answers = answers.look([server for server in servers if server.name not in _NOT_ASKED])
    results.figures |= in_process.measure(repeats=results.rounds, requests=200 if given.quick else 2000)
    results.figures |= commands.measure(repeats=results.rounds)
    largest = 1000 if given.quick else 1_000_000
    results.points = scaling.measure(largest=largest) + lasting.measure(largest=max(largest, 100_000))
    results.save(given.out)


def write_page() -> None:
    """Write the page and the plot from the latest results."""
    results = Results.load(LATEST)
    page.PAGE.write_text(page.page(results), encoding="utf-8")
    page.PLOT.write_text(plot(results), encoding="utf-8")


if __name__ == "__main__":
    main()
