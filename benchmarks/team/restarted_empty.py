"""The store comes back without its data: what each account answers then, until it is reset."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import count

from benchmarks.team.control import Control
from benchmarks.team.evidence import Account, create
from benchmarks.team.load_client import Answer, LoadClient
from benchmarks.team.plan import KINDS, Planned, plan_accounts
from benchmarks.team.proving import wait_until_answering
from benchmarks.team.teams import Team, workers

_ROUNDS = 40
_PATIENCE = 30.0
_TIMES = 7


def prove_restarted_empty(worker_count: int = 4) -> list[str]:
    """Return a sentence for each broken promise; none if all hold."""
    with workers(worker_count) as team, team.control() as control:
        accounts = [create(control, plan) for plan in plan_accounts(len(KINDS), 400)]
        numbers = count()
        _ask(team, accounts, numbers)
        _restart_empty(team)
        wait_until_answering(control)
        _wait_until_open(team, accounts, numbers)
        found = list(_after_loss(accounts, _ask(team, accounts, numbers), control))
        for account in accounts:
            control.call("POST", f"/accounts/{account.id}/reset")
        for account in accounts:
            control.post(f"/accounts/{account.id}/faults", {"kind": "status", "status": 502, "times": _TIMES})
        found += _after_reset(accounts, _ask(team, accounts, numbers))
        new = create(control, plan_accounts(1, 400)[0])
        if new.id in {account.id for account in accounts}:
            found.append(f"a new account got the id {new.id}, which another has")
        return found


def _restart_empty(team: Team) -> None:
    if team.store is None:
        raise ValueError("this team has no store")
    team.store.kill()
    team.store.start(empty=True)


def _ask(team: Team, accounts: Sequence[Account], numbers: Iterator[int]) -> list[Answer]:
    """Ask for the first campaign of each account in turn, over connections to all workers."""
    keys = {account.plan.number: account.key for account in accounts}
    requests = [
        Planned(next(numbers), account.plan.number, account.plan.campaigns[0].id)
        for _ in range(_ROUNDS)
        for account in accounts
    ]
    return asyncio.run(LoadClient(team.address, keys, connections=16).send(iter(requests)))


def _wait_until_open(team: Team, accounts: Sequence[Account], numbers: Iterator[int]) -> None:
    """Return when every worker has opened the store again: no response says that it is unreachable."""
    deadline = time.monotonic() + _PATIENCE
    while any(answer.is_unrecorded for answer in _ask(team, accounts, numbers)) and time.monotonic() < deadline:
        time.sleep(0.2)


def _after_loss(accounts: Sequence[Account], answers: Iterable[Answer], control: Control) -> Iterator[str]:
    plans = {account.plan.number: account.plan for account in accounts}
    for answer in answers:
        plan = plans[answer.request.account]
        if plan.claims and not answer.is_refused:
            yield f"an account with lost counts ({plan.kind}) answered {answer.status}, expected 503: {answer.body!r}"
        if not plan.claims and answer.status != 200:
            yield f"an account without counts ({plan.kind}) answered {answer.status}, expected 200: {answer.body!r}"
    for account in accounts:
        if account.plan.claims:
            continue
        journal = control.get(f"/accounts/{account.id}/journal?limit=1")
        if not journal["gap"]:
            yield f"the journal of the account {account.plan.kind!r} was lost, and tells of no gap: {journal}"
        if control.post(f"/accounts/{account.id}/verify", {"atMost": 10_000})["ok"]:
            yield f"a verification of the account {account.plan.kind!r} passes, and its journal was lost"


def _after_reset(accounts: Sequence[Account], answers: Sequence[Answer]) -> Iterator[str]:
    """After a reset nothing is lost any more, and counts are exact again."""
    for account in accounts:
        own = [answer for answer in answers if answer.request.account == account.plan.number]
        statuses = Counter(answer.status for answer in own)
        allowed = account.plan.a_minute or len(own)
        expected = Counter({502: _TIMES, 404: allowed - _TIMES, 429: len(own) - allowed})
        if statuses != expected:
            yield f"account {account.plan.kind!r} answered {dict(statuses)} after its reset, expected {dict(expected)}"
