"""Run proofs and print their results: exact counts of each team, undisturbed and disturbed."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial

from benchmarks.team.disturbances import DISTURBANCES, Disturbance
from benchmarks.team.proving import Outcome, Size, prove
from benchmarks.team.restarted_empty import prove_restarted_empty
from benchmarks.team.teams import Team, embedded, one_process, replicas, workers

TEAMS: dict[str, Callable[[], AbstractContextManager[Team]]] = {
    "one": one_process,
    "workers-2": partial(workers, 2),
    "workers-4": partial(workers, 4),
    "embedded-4": partial(embedded, 4),
    "replicas-3": partial(replicas, 3),
}
"""The teams that are proved undisturbed."""

RESTARTED_EMPTY = "store-emptied"

_A_SECOND = 1000
"""Requests in a second beside a disturbance, so that it comes in the middle of few."""
_SHOWN = 20


def show_exactness(names: Sequence[str], size: Size) -> bool:
    """Prove each team, print the results, and return True if all are exact."""
    is_exact = True
    for name in names or TEAMS:
        with TEAMS[name]() as team:
            is_exact &= _show(name, prove_team(team, size))
    return is_exact


def show_disturbances(names: Sequence[str], size: Size) -> bool:
    """Prove each disturbance, print the results, and return True if every promise held."""
    kept = True
    for name in names or [*DISTURBANCES, RESTARTED_EMPTY]:
        if name == RESTARTED_EMPTY:
            broken = prove_restarted_empty()
            print(f"4 workers, the store restarted empty: {'kept' if not broken else 'BROKEN'}", flush=True)
            print("".join(f"  {sentence}\n" for sentence in broken[:_SHOWN]), end="", flush=True)
            kept &= not broken
        else:
            kept &= _show(DISTURBANCES[name].title, prove_disturbed(DISTURBANCES[name], size))
    return kept


def prove_team(team: Team, size: Size) -> Outcome:
    """Run an undisturbed proof of a team that runs."""
    with team.control() as control:
        return prove(team.address, control, size)


def prove_disturbed(disturbance: Disturbance, size: Size) -> Outcome:
    """Start a team and run a disturbed proof of it."""
    paced = replace(size, a_second=size.a_second or _A_SECOND, impatient=disturbance.impatient)
    with disturbance.team() as team, team.control() as control:
        return prove(team.address, control, paced, partial(disturbance.breaks, team), may_lose=disturbance.may_lose)


def _show(title: str, outcome: Outcome) -> bool:
    print(f"{title}: {outcome}", flush=True)
    print("".join(f"  {sentence}\n" for sentence in outcome.violations[:_SHOWN]), end="", flush=True)
    return not outcome.violations
