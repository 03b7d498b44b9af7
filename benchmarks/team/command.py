"""The command ``python -m benchmarks team …``."""

import argparse
import sys
from typing import Any

from benchmarks.team import exactness
from benchmarks.team.balancer import BalancerError
from benchmarks.team.disturbances import DISTURBANCES
from benchmarks.team.network import NetworkError
from benchmarks.team.proving import Size
from benchmarks.team.served import ServeError


def add_to(commands: "argparse._SubParsersAction[Any]") -> None:
    """Add the command to those of ``python -m benchmarks``."""
    team = commands.add_parser("team", help="prove and measure a mock of several processes and machines")
    parts = team.add_subparsers(dest="part", required=True)
    exact = parts.add_parser("exact", help="exact counts of one process, workers and replicas")
    exact.add_argument("--only", action="append", choices=[*exactness.TEAMS], help="a team (repeatable; default: all)")
    disturbed = parts.add_parser("disturbed", help="the same while something is broken and mended")
    names = [*DISTURBANCES, exactness.RESTARTED_EMPTY]
    disturbed.add_argument("--only", action="append", choices=names, help="what is broken (repeatable; default: each)")
    for parser, requests in ((exact, 50_000), (disturbed, 6_000)):
        parser.add_argument("--requests", type=int, default=requests, metavar="N", help=f"(default {requests})")
        parser.add_argument("--accounts", type=int, default=100, metavar="N", help="(default 100)")
        parser.add_argument("--seed", type=int, default=0, metavar="N", help="of the random numbers (default 0)")


def run(given: argparse.Namespace) -> None:
    """Run the part of the command that was given; the exit code is 1 if a proof fails."""
    try:
        size = Size(given.requests, given.accounts, seed=given.seed)
        show = exactness.show_exactness if given.part == "exact" else exactness.show_disturbances
        if not show(given.only or (), size):
            sys.exit(1)
    except (BalancerError, NetworkError, ServeError) as error:
        sys.exit(f"benchmarks: {error}")
