"""One proof: create the accounts, send all requests, move clocks in the middle, collect and check."""

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field

from benchmarks.team.check import Moved, Proof, violations
from benchmarks.team.control import Control, ControlError
from benchmarks.team.evidence import Account, advance, collect, create, unknown_key_requests
from benchmarks.team.load_client import Answer, LoadClient
from benchmarks.team.plan import AccountPlan, Planned, plan_accounts, plan_requests

_RETRY_SECONDS = 0.2
_TRIES = 300

Middle = Callable[[], Awaitable[None]]
"""Breaks something while requests are sent, and may mend it."""


@dataclass
class Outcome:
    """The result of a proof.

    Attributes:
        violations: A sentence for each contradiction; none if all is exact.
        answers: What the clients got.
        seconds: How long the requests took.
    """

    violations: list[str]
    answers: Sequence[Answer]
    seconds: float
    plans: Sequence[AccountPlan] = field(repr=False, default=())

    def __str__(self) -> str:
        counts = {
            "without a response": sum(answer.is_lost for answer in self.answers),
            "answered without the store": sum(answer.is_unrecorded for answer in self.answers),
            "refused without the store": sum(
                answer.status == 503 and b"store" in answer.body for answer in self.answers
            ),
        }
        odd = "".join(f", {count:,} {what}" for what, count in counts.items() if count)
        verdict = "exact" if not self.violations else f"{len(self.violations)} VIOLATIONS"
        rate = len(self.answers) / self.seconds
        return f"{len(self.answers):,} requests in {self.seconds:.1f} s ({rate:,.0f}/s){odd}: {verdict}"


@dataclass(frozen=True)
class Size:
    """How large a proof is.

    Attributes:
        requests: How many requests.
        accounts: To how many accounts.
        connections: Over how many connections.
        seed: Of the random numbers.
        a_second: The most requests in a second; None for as many as possible.
    """

    requests: int = 50_000
    accounts: int = 100
    connections: int = 64
    seed: int = 0
    a_second: float | None = None


def prove(
    address: tuple[str, int], control: Control, size: Size, middle: Middle | None = None, *, patience: float = 60.0
) -> Outcome:
    """Run a proof against a mock or a balancer.

    Args:
        address: Where the requests go.
        control: The control API, of the same mock or of one beside it.
        size: How large it is.
        middle: Runs when a third of the requests has been sent; then requests may have no answer.
        patience: Seconds that a client waits for an answer.
    """
    plans = plan_accounts(size.accounts, size.requests, size.seed)
    accounts = [create(control, plan) for plan in plans]
    keys = {account.plan.number: account.key for account in accounts}
    client = LoadClient(address, keys, size.connections, patience, size.a_second)
    requests = plan_requests(plans, size.requests, size.seed)
    began = time.monotonic()
    moves = asyncio.run(_send(client, requests, size.requests // 3, control, middle, accounts=accounts))
    seconds = time.monotonic() - began
    wait_until_answering(control)
    evidence = collect(control, accounts)
    proof = Proof(plans, client.answers, evidence, moves, unknown_key_requests(control), may_lose=middle is not None)
    for account in accounts:
        control.call("DELETE", f"/accounts/{account.id}")
    return Outcome(violations(proof), client.answers, seconds, plans)


async def _send(
    client: LoadClient,
    requests: Iterator[Planned],
    third: int,
    control: Control,
    middle: Middle | None,
    *,
    accounts: Sequence[Account],
) -> list[Moved]:
    """Send a third; the next third beside the middle; move the clocks while the rest is sent."""
    await client.send(itertools.islice(requests, third))
    if middle:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(middle())
            tasks.create_task(_send_rest(client, itertools.islice(requests, third)))
        await asyncio.to_thread(wait_until_answering, control)
    moves: list[Moved] = []
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_send_rest(client, requests))
        tasks.create_task(asyncio.to_thread(_move, control, accounts, moves))
    return moves


async def _send_rest(client: LoadClient, requests: Iterator[Planned]) -> None:
    await client.send(requests)


def _move(control: Control, accounts: Sequence[Account], moves: list[Moved]) -> None:
    for account in accounts:
        if account.plan.moves:
            now = advance(control, account)
            moves.append(Moved(account.plan.number, now, time.monotonic()))


def wait_until_answering(control: Control) -> None:
    """Return when the control API answers again.

    Raises:
        ControlError: It does not after a minute.
    """
    for remaining in reversed(range(_TRIES)):
        try:
            control.get("/accounts/built-in")
        except ControlError:
            if not remaining:
                raise
            time.sleep(_RETRY_SECONDS)
        else:
            return
