"""One proof: create the accounts, send all requests, move clocks in the middle, collect and check."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, takewhile

from benchmarks.team.check import Moved, Proof, violations
from benchmarks.team.control import Control, ControlError
from benchmarks.team.evidence import Account, advance, collect, create_all, delete_all, unknown_key_requests
from benchmarks.team.freshness import FreshnessProbe
from benchmarks.team.load_client import Answer, LoadClient
from benchmarks.team.plan import Planned, plan_accounts, plan_requests

_RETRY_SECONDS = 0.2
_IN_A_ROW = 40
_LONG_SECONDS = 60.0

Middle = Callable[[], Awaitable[None]]
"""Breaks something while requests are sent, and may repair it."""


@dataclass
class Outcome:
    """The result of a proof.

    Attributes:
        violations: A sentence for each contradiction; none if all is exact.
        answers: What the clients got.
        seconds: How long the requests took.
        changes: How many changes of a campaign were acknowledged meanwhile, and seen by the next requests.
    """

    violations: list[str]
    answers: Sequence[Answer]
    seconds: float
    changes: int

    @property
    def slowest(self) -> float:
        """The longest time that a client waited for an answer, in seconds."""
        return max(answer.ended - answer.began for answer in self.answers)

    def __str__(self) -> str:
        counts = {
            "without a response": sum(answer.is_lost for answer in self.answers),
            "answered without the store": sum(answer.is_unrecorded for answer in self.answers),
            "refused without the store": sum(answer.is_refused for answer in self.answers),
        }
        odd = "".join(f", {count:,} {what}" for what, count in counts.items() if count)
        verdict = "exact" if not self.violations else f"{len(self.violations)} VIOLATIONS"
        rate = f"{len(self.answers) / self.seconds:,.0f}/s, slowest {self.slowest:.2f} s"
        return (
            f"{len(self.answers):,} requests in {self.seconds:.1f} s ({rate}), {self.changes:,} changes{odd}: {verdict}"
        )


@dataclass(frozen=True)
class Size:
    """The size of a proof.

    Attributes:
        requests: How many requests.
        accounts: To how many accounts.
        connections: Over how many connections.
        seed: Of the random numbers.
        a_second: The most requests in a second; None for as many as possible.
        impatient: The share of requests after which the client is gone at once.
    """

    requests: int = 50_000
    accounts: int = 100
    connections: int = 64
    seed: int = 0
    a_second: float | None = None
    impatient: float = 0.0


def prove(
    address: tuple[str, int], control: Control, size: Size, middle: Middle | None = None, *, may_lose: bool = False
) -> Outcome:
    """Run a proof against a mock or a balancer.

    Args:
        address: Where the requests go.
        control: The control API, of the same mock or of one beside it.
        size: How large it is.
        middle: Runs after a third of the requests; requests are sent beside it until it is over.
        may_lose: True if the middle breaks something, so that requests may have no answer.
    """
    plans = plan_accounts(size.accounts, size.requests, size.seed)
    accounts = create_all(control, plans)
    keys = {account.plan.number: account.key for account in accounts}
    client = LoadClient(address, keys, size.connections, a_second=size.a_second, impatient=size.impatient)
    began, probe = time.monotonic(), FreshnessProbe(control)
    with probe.running():
        moves = asyncio.run(
            _send(client, plan_requests(plans, size.seed), size.requests // 3, accounts, control, middle)
        )
    seconds = time.monotonic() - began
    evidence = collect(control, accounts)
    proof = Proof(plans, client.answers, evidence, moves, unknown_key_requests(control), may_lose=may_lose)
    probe.delete()
    failures = [] if may_lose else probe.failures
    found = [*violations(proof), *probe.violations, *failures, *delete_all(control, accounts)]
    return Outcome(found, client.answers, seconds, probe.changes)


async def _send(  # noqa: PLR0917  # called once
    client: LoadClient,
    requests: Iterator[Planned],
    third: int,
    accounts: Sequence[Account],
    control: Control,
    middle: Middle | None,
) -> list[Moved]:
    """Send a third of the requests, some or a third beside the middle, and a third beside clocks that move."""
    await client.send(islice(requests, third))
    if middle is None:
        await client.send(islice(requests, third))
    else:
        over = asyncio.Event()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(client.send(takewhile(lambda _: not over.is_set(), requests)))
            await middle()
            over.set()
        await asyncio.to_thread(wait_until_answering, control)
    moves: list[Moved] = []
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(client.send(islice(requests, third)))
        tasks.create_task(asyncio.to_thread(_move, control, accounts, moves))
    return moves


def _move(control: Control, accounts: Sequence[Account], moves: list[Moved]) -> None:
    for account in accounts:
        if account.plan.moves:
            now = advance(control, account)
            moves.append(Moved(account.plan.number, now, time.monotonic()))


def wait_until_answering(control: Control) -> None:
    """Return when the control API answers again, many times in a row: each connection may lead to another process.

    Raises:
        ControlError: It does not after a minute.
    """
    in_a_row, deadline = 0, time.monotonic() + _LONG_SECONDS
    while in_a_row < _IN_A_ROW:
        control.close()
        try:
            control.get("/accounts/built-in")
        except ControlError:
            if time.monotonic() > deadline:
                raise
            in_a_row = 0
            time.sleep(_RETRY_SECONDS)
        else:
            in_a_row += 1
