"""The command ``python -m benchmarks team …``."""

import argparse
import sys
from pathlib import Path
from typing import Any

from benchmarks.process import StartError
from benchmarks.team import exactness, page, soak, throughput
from benchmarks.team.balancer import BalancerError
from benchmarks.team.disturbances import DISTURBANCES
from benchmarks.team.network import NetworkError
from benchmarks.team.proving import Size
from benchmarks.team.results import TEAM_RESULTS, TeamResults
from benchmarks.team.served import ServeError
from benchmarks.wrk import LoadError


def add_to(commands: "argparse._SubParsersAction[Any]") -> None:
    """Add the command to those of ``python -m benchmarks``."""
    team = commands.add_parser("team", help="prove and measure a mock of several processes and machines")
    parts = team.add_subparsers(dest="part", required=True)
    exact = parts.add_parser("exact", help="exact counts of one process, workers and replicas")
    exact.add_argument("--only", action="append", choices=[*exactness.TEAMS], help="a team (repeatable; default: all)")
    disturbed = parts.add_parser("disturbed", help="the same while something is broken and repaired")
    names = [*DISTURBANCES, exactness.RESTARTED_EMPTY]
    disturbed.add_argument("--only", action="append", choices=names, help="what is broken (repeatable; default: each)")
    for parser, requests in ((exact, 50_000), (disturbed, 6_000)):
        parser.add_argument("--requests", type=int, default=requests, metavar="N", help=f"(default {requests})")
        parser.add_argument("--accounts", type=int, default=100, metavar="N", help="(default 100)")
        parser.add_argument("--seed", type=int, default=0, metavar="N", help="of the random numbers (default 0)")
    speed = parts.add_parser("throughput", help="requests per second, and docs/performance-team.md")
    speed.add_argument("--rounds", type=int, default=5, metavar="N", help="rounds (default 5)")
    speed.add_argument("--seconds", type=float, default=4, metavar="S", help="of load for each case (default 4)")
    speed.add_argument(
        "--out", type=Path, default=TEAM_RESULTS, metavar="FILE", help="the page follows the usual file only"
    )
    long = parts.add_parser("soak", help="memory and open files under mixed traffic")
    long.add_argument("--minutes", type=float, default=20, metavar="N", help="(default 20)")
    long.add_argument("--workers", type=int, default=2, metavar="N", help="(default 2)")


def run(given: argparse.Namespace) -> None:
    """Run the part of the command that was given; the exit code is 1 if a proof fails."""
    try:
        if given.part == "throughput":
            _measure(given)
        elif not _is_proved(given):
            sys.exit(1)
    except (BalancerError, LoadError, NetworkError, ServeError, StartError) as error:
        sys.exit(f"benchmarks: {error}")


def _is_proved(given: argparse.Namespace) -> bool:
    if given.part == "soak":
        return soak.show_soak(given.minutes, given.workers)
    size = Size(given.requests, given.accounts, seed=given.seed)
    show = exactness.show_exactness if given.part == "exact" else exactness.show_disturbances
    return show(given.only or (), size)


def _measure(given: argparse.Namespace) -> None:
    results = throughput.measure(given.rounds, given.seconds)
    results.save(given.out)
    if given.out == TEAM_RESULTS:
        page.PAGE.write_text(page.page(TeamResults.load(TEAM_RESULTS)), encoding="utf-8")
    else:
        print(page.page(TeamResults.load(given.out)))
