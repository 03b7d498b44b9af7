"""Disturbances: something breaks in the middle of a proof and is repaired, and each time the promises have to hold."""

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial

from benchmarks.team.served import Served
from benchmarks.team.store_process import StoreProcess
from benchmarks.team.teams import Team, replica, replicas, workers

_BEFORE_SECONDS = 0.5
_DOWN_SECONDS = 3.0
_AFTER_SECONDS = 1.5
_LONG_SECONDS = 60.0
_STORMS = 8
_DRAIN = ("--drain", "5")

Breaks = Callable[[Team], Awaitable[None]]


@dataclass(frozen=True)
class Disturbance:
    """Something that is broken while requests are sent.

    Attributes:
        title: For people.
        team: Starts the mocks.
        breaks: Breaks it and repairs it.
        may_lose: True if requests may have no answer, or one without the store; False if no client may notice.
        impatient: The share of requests after which the client is gone at once.
    """

    title: str
    team: Callable[[], AbstractContextManager[Team]]
    breaks: Breaks
    may_lose: bool = True
    impatient: float = 0.0


async def _nothing(_team: Team) -> None:
    """Only wait."""
    await asyncio.sleep(_DOWN_SECONDS)


async def _kill_workers(team: Team) -> None:
    """Kill a worker and wait for another in its place, three times."""
    mock = team.mocks[0]
    for _ in range(3):
        await asyncio.sleep(_BEFORE_SECONDS)
        before = mock.workers()
        os.kill(before[0], signal.SIGKILL)
        await _until(partial(_is_replaced, mock, before))


def _is_replaced(mock: Served, before: list[int]) -> bool:
    now = mock.workers()
    return before[0] not in now and len(now) == len(before)


async def _kill_store(team: Team) -> None:
    with _broken_store(team) as store:
        await asyncio.sleep(_BEFORE_SECONDS)
        store.kill()
        await asyncio.sleep(_DOWN_SECONDS)
        await asyncio.to_thread(store.start)
    await asyncio.sleep(_AFTER_SECONDS)


async def _storm(team: Team) -> None:
    """Kill, pause and bring back the store, again and again, as soon as it answers."""
    with _broken_store(team) as store:
        for round_ in range(_STORMS):
            await asyncio.sleep(_BEFORE_SECONDS)
            if round_ % 2:
                store.pause()
                await asyncio.sleep(_DOWN_SECONDS / 2)
                store.resume()
            else:
                store.kill()
                await asyncio.to_thread(store.start)
    await asyncio.sleep(_AFTER_SECONDS)


async def _pause_store(team: Team) -> None:
    with _broken_store(team) as store:
        await asyncio.sleep(_BEFORE_SECONDS)
        store.pause()
        await asyncio.sleep(_DOWN_SECONDS)
        store.resume()
    await asyncio.sleep(_AFTER_SECONDS)


@contextmanager
def _broken_store(team: Team) -> Iterator[StoreProcess]:
    if team.store is None:
        raise ValueError("this team has no store")
    yield team.store


async def _cut_store(team: Team) -> None:
    """Pull the cable of the store: connections to it stay open, and nothing arrives."""
    if team.store_machine is None:
        raise ValueError("the store of this team is on no machine of its own")
    await asyncio.sleep(_BEFORE_SECONDS)
    team.store_machine.cut()
    await asyncio.sleep(_DOWN_SECONDS)
    team.store_machine.repair()
    await asyncio.sleep(_AFTER_SECONDS)


async def _cut_mock(team: Team) -> None:
    """Pull the cable of one mock: it loses the balancer and the store at once."""
    await asyncio.sleep(_BEFORE_SECONDS)
    team.machines[0].cut()
    await asyncio.sleep(_DOWN_SECONDS)
    team.machines[0].repair()
    await asyncio.sleep(_AFTER_SECONDS)


async def _restart_each(team: Team) -> None:
    """Restart one mock after the other, as a rolling update does."""
    if team.store is None:
        raise ValueError("this team has no store")
    await asyncio.sleep(_BEFORE_SECONDS)
    for place, (mock, machine) in enumerate(zip(team.mocks, team.machines, strict=True)):
        await asyncio.to_thread(mock.stop)
        team.mocks[place] = await asyncio.to_thread(replica, machine, team.store, *_DRAIN)
        # The balancer looks once a second.
        await asyncio.sleep(2 * _AFTER_SECONDS)


async def _until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _LONG_SECONDS
    while not is_so():
        if time.monotonic() > deadline:
            raise TimeoutError("it did not come about within a minute")
        await asyncio.sleep(0.05)


DISTURBANCES = {
    "clients-gone": Disturbance(
        "4 workers, a fifth of the clients gone before the response", partial(workers, 4), _nothing, impatient=0.2
    ),
    "worker-killed": Disturbance("4 workers, three of them killed", partial(workers, 4), _kill_workers),
    "store-killed": Disturbance(
        "4 workers, the store killed and brought back (AOF everysec)", partial(workers, 4, "everysec"), _kill_store
    ),
    "store-killed-always": Disturbance(
        "4 workers, the store killed and brought back (AOF always)", partial(workers, 4, "always"), _kill_store
    ),
    "store-paused": Disturbance("4 workers, the store paused for 3 s", partial(workers, 4), _pause_store),
    "store-storm": Disturbance(
        "4 workers, the store killed and paused in turn, eight times", partial(workers, 4, "everysec"), _storm
    ),
    "network-cut": Disturbance("3 replicas, the store's network cut for 3 s", partial(replicas, 3), _cut_store),
    "replica-cut": Disturbance("3 replicas, the network of one cut for 3 s", partial(replicas, 3), _cut_mock),
    "rolling-restart": Disturbance(
        "3 replicas, restarted one after the other with --drain",
        partial(replicas, 3, "no", *_DRAIN),
        _restart_each,
        may_lose=False,
    ),
}
"""The disturbances by their names."""
