"""Goals: what the mock is to reach, and whether one run's figures show it."""

from collections.abc import Iterable, Iterator
from statistics import median
from typing import NamedTuple

from benchmarks import commands, in_process, lasting, scaling
from benchmarks.peers import PRISM_DYNAMIC
from benchmarks.results_file import BARE, Results, Series
from benchmarks.servers import (
    ACCOUNTS,
    EMPTY_FASTAPI,
    FASTAPI,
    FIXTURE,
    GENERATING,
    LOGGING,
    MANY,
    MOCK,
)

PEERS_STARTED_SLOWER = ("Prism", "Mockoon", "WireMock", "Specmatic")


class Goal(NamedTuple):
    """One goal.

    Attributes:
        claim: What is to hold, with its unit.
        got: The figure.
        bound: What it is held to.
        at_most: Whether the bound is an upper one.
    """

    claim: str
    got: float
    bound: float
    at_most: bool = False

    @property
    def is_met(self) -> bool:
        """True if the figure meets the bound."""
        return self.got <= self.bound if self.at_most else self.got >= self.bound


def goals(results: Results) -> list[Goal]:
    """Every goal that the run has figures for."""
    return [*_speed(results), *_size(results), *_alone(results), *_flat(results)]


def _speed(results: Results) -> Iterator[Goal]:
    bare, fixture = results.find(BARE, FIXTURE), results.find(MOCK, FIXTURE)
    realistic = GENERATING.format("realistic")
    new, many, accounts = "new connection", "500 campaigns", "1,000 accounts"
    compared = (
        ("fixture answer, of the bare function", (MOCK, FIXTURE), bare, 0.85),
        ("fixture answer with the access log, of the bare function", (LOGGING, FIXTURE), bare, 0.75),
        ("a new connection each time, of the bare function", (MOCK, new), results.find(BARE, new), 0.85),
        ("growing campaign, of the bare function", (MOCK, "growing"), bare, 0.5),
        ("401, of the fixture answer", (MOCK, "401"), fixture, 0.9),
        ("404, of the fixture answer", (MOCK, "404"), fixture, 0.9),
        ("500 campaigns, of the fixture answer", (MANY, many), fixture, 0.9),
        ("1,000 accounts, of the fixture answer", (ACCOUNTS, accounts), fixture, 0.9),
        (
            "a fault armed for another campaign, of the fixture answer",
            (ACCOUNTS, "fault armed elsewhere"),
            fixture,
            0.8,
        ),
        ("generated, same id, of the fixture answer", (realistic, "same id"), fixture, 0.9),
        ("generated, fresh ids, of Prism's dynamic mode", (realistic, "fresh id each time"), _dynamic(results), 1.0),
        ("fixture answer, of the fastest peer", (MOCK, FIXTURE), _fastest_peer(results), 3.0),
    )
    for claim, (server, case), other, bound in compared:
        series = results.find(server, case)
        got = results.ratio(series, other) if series else None
        if got is not None:
            yield Goal(f"requests/s: {claim}", got, bound)


def _size(results: Results) -> Iterator[Goal]:
    mock, empty = results.starts_of(MOCK), results.starts_of(EMPTY_FASTAPI)
    if mock is None or empty is None:
        return
    yield Goal("cold start, of an empty FastAPI app's", median(mock.seconds) / median(empty.seconds), 1.0, at_most=True)
    memory = median(mock.idle_mb) / median(empty.idle_mb)
    yield Goal("resident memory idle, of an empty FastAPI app's", memory, 1.5, at_most=True)
    for starts in results.starts:
        if starts.server.startswith(PEERS_STARTED_SLOWER) and starts.seconds:
            share = median(mock.seconds) / median(starts.seconds)
            yield Goal(f"cold start, of that of {starts.server}", share, 1.0, at_most=True)
    drawn = results.starts_of(GENERATING.format("realistic"))
    if drawn is not None:
        first = median(drawn.seconds) - median(mock.seconds)
        yield Goal("first drawn answer, s beyond a fixture's", first, 0.7, at_most=True)


def _alone(results: Results) -> Iterator[Goal]:
    middle = {name: median(figures) for name, figures in results.figures.items() if figures}
    if in_process.BARE_ASGI_MS in middle:
        floor = middle[in_process.BARE_ASGI_MS]
        for name in (in_process.TRANSPORT_MS, in_process.MOCK_ASGI_MS):
            yield Goal(f"{name}, beyond httpx's own", middle[name] - floor, 0.5, at_most=True)
        yield Goal(in_process.SERVER_S, middle[in_process.SERVER_S], 0.5, at_most=True)
    if commands.CHECK_S in middle:
        claim = "migma-contract check, of importing httpcore and the rules and as many requests"
        yield Goal(claim, _paired(results, commands.CHECK_S, commands.CHECK_FLOOR_S), 1.5, at_most=True)
        during = _paired(results, commands.DRAWING_P99_MS, commands.USUAL_P99_MS)
        yield Goal("p99 while campaigns are first drawn, of the usual", during, 2.0, at_most=True)


def _paired(results: Results, name: str, floor: str) -> float:
    """Return the median ratio of two figures, each pair of which was measured one right after the other."""
    return median(one / other for one, other in zip(results.figures[name], results.figures[floor], strict=True))


def _flat(results: Results) -> Iterator[Goal]:
    for what in (scaling.CAMPAIGNS, scaling.ACCOUNTS, scaling.JOURNAL):
        points = [point for point in results.points if point.what == what]
        if points:
            claim = f"cost of a request, {what} {points[0].size:,} → {points[-1].size:,}"
            yield Goal(claim, points[-1].cost / points[0].cost, 1.5, at_most=True)
    memory = [point for point in results.points if point.what == lasting.ANSWERED]
    if memory:
        claim = f"resident memory, {lasting.ANSWERED} {memory[0].size:,} → {memory[-1].size:,}"
        yield Goal(claim, memory[-1].cost / memory[0].cost, 1.05, at_most=True)


def peer_series(results: Results) -> list[Series]:
    """Each peer's runs."""
    own = (BARE, EMPTY_FASTAPI, FASTAPI)
    return [s for s in results.series if s.runs and s.server not in own and not s.server.startswith(MOCK)]


def _dynamic(results: Results) -> Series | None:
    return results.find(PRISM_DYNAMIC, FIXTURE)


def _fastest_peer(results: Results) -> Series | None:
    return _fastest(peer_series(results))


def _fastest(series: Iterable[Series]) -> Series | None:
    return max(series, key=lambda each: each.median("rps"), default=None)
