"""Write docs/performance.md from the figures of one run."""

from collections.abc import Iterable, Iterator
from statistics import median

from benchmarks import lasting, scaling
from benchmarks.goals import goals
from benchmarks.results_file import BARE, HERE, Answers, Results, Series
from benchmarks.servers import FIXTURE, MOCK

DOCS = HERE.parent / "docs"
PAGE, PLOT = DOCS / "performance.md", DOCS / "performance.svg"

_MB = "MB"
_UNITS = {scaling.FILES: ("s to the first 200", 2), lasting.ANSWERED: ("MB resident", 1)}
"""Unit and number of decimals of the points that are not the cost of a request."""


def page(results: Results) -> str:
    """Return the page in Markdown."""
    return "\n".join([*_head(results), *_sections(results)]).rstrip() + "\n"


def _head(results: Results) -> Iterator[str]:
    machine = results.machine
    yield "# Performance"
    yield ""
    yield "<!-- `make bench` writes this from the figures in benchmarks/results; text and log are in benchmarks. -->"
    yield ""
    yield (
        f"Measured {results.made} on {machine['processor']}, {machine['processors']} processors, {machine['memory']}, "
        f"{machine['system']}, Python {machine['python']}. The figures are medians of {results.rounds} rounds. In each "
        f"round, every server is started again, and `wrk -t1 -c32` measures each case for {results.seconds:g} s. Runs "
        "that other processes disturbed are discarded. Ratios compare figures of the same round."
    )
    yield ""
    if results.quick:
        yield "**A quick run on a machine that may have been busy: do not quote these figures.**"
        yield ""
    yield "![Requests per second, and the CPU time of a request](performance.svg)"
    yield ""


def _sections(results: Results) -> Iterator[str]:
    yield from _section("Goals", _goals(results))
    yield from _section("Comparison", _side_by_side(results))
    yield from _section("The mock in each case", _cases(results))
    yield from _section("Correctness of the responses", _answers(results.answers))
    yield from _section("Other measurements", _alone(results))
    yield from _section("Scaling", _points(results))
    yield from _section("Versions", (f"{name} {version}  " for name, version in results.versions.items()))
    yield (HERE / "log.md").read_text(encoding="utf-8")
    yield from _section("Run the benchmarks", (HERE / "howto.md").read_text(encoding="utf-8").splitlines())


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    lines = list(lines)
    if lines:
        yield from (f"## {title}", "", *lines, "")


def _table(head: str, rows: Iterable[Iterable[str]]) -> Iterator[str]:
    columns = head.split(" | ")
    yield f"| {head} |"
    yield "| --- |" + " ---: |" * (len(columns) - 1)
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _goals(results: Results) -> Iterator[str]:
    rows = (
        (
            goal.claim,
            f"{'≤' if goal.at_most else '≥'} {goal.bound:g}",
            f"{goal.got:.2f}",
            "yes" if goal.is_met else "**no**",
        )
        for goal in goals(results)
    )
    return _table("goal | bound | measured | met", rows)


def _figures(results: Results, series: Series, bare: Series | None) -> list[str]:
    ratio = results.ratio(series, bare)
    return [
        f"{series.median('rps'):,.0f}",
        "–" if ratio is None else f"{ratio:.2f}",
        f"{series.median('p50_ms'):.2f}",
        f"{series.median('p99_ms'):.1f}",
        f"{series.median('cpu_us'):,.0f}",
    ]


def _side_by_side(results: Results) -> Iterator[str]:
    bare = results.find(BARE, FIXTURE)
    shown = [s for s in results.series if s.runs and s.case == FIXTURE]
    rows = []
    for series in sorted(shown, key=lambda each: -each.median("rps")):
        starts = results.starts_of(series.server)
        size = ["–", "–"]
        if starts is not None:
            after = f" → {median(starts.after_mb):.0f}" if starts.after_mb else ""
            size = [f"{median(starts.seconds):.2f}", f"{median(starts.idle_mb):.0f}{after}"]
        rows.append([series.server, *_figures(results, series, bare), *size])
    return _table(
        f"server | req/s | of bare | p50 ms | p99 ms | CPU µs/req | cold start, s | resident {_MB}, idle → after", rows
    )


def _cases(results: Results) -> Iterator[str]:
    bare = results.find(BARE, FIXTURE)
    shown = [s for s in results.series if s.runs and (s.server.startswith(MOCK) or s.case == "new connection")]
    rows = ([f"{s.server}: {s.case}", *_figures(results, s, bare), str(s.discarded)] for s in shown)
    return _table("case | req/s | of bare | p50 ms | p99 ms | CPU µs/req | discarded runs", rows)


def _answers(answers: list[Answers]) -> Iterator[str]:
    if not answers:
        return
    questions = list(answers[0].statuses)
    rows = (
        [
            each.server,
            *(str(each.statuses[question] or "no response") for question in questions),
            f"{each.valid} of {each.asked}",
            f"{each.coherent} of {each.asked}",
            "yes" if each.stable else "no",
            "yes" if each.survived else "no",
        ]
        for each in answers
    )
    yield from _table(
        f"server | {' | '.join(questions)} | valid | coherent | same id, same response | still responds", rows
    )
    yield ""
    yield "Valid: the body conforms to the contract's schema. Coherent: the numbers mean what the vendor says."


def _alone(results: Results) -> Iterator[str]:
    if results.figures:
        rows = ([name, f"{median(figures):.3f}"] for name, figures in results.figures.items() if figures)
        yield from _table("measurement | median", rows)


def _points(results: Results) -> Iterator[str]:
    for what in dict.fromkeys(point.what for point in results.points):
        unit, digits = _UNITS.get(what, ("µs per request, in process", 1))
        points = [point for point in results.points if point.what == what]
        yield f"- {what}: " + ", ".join(f"{p.size:,}: {p.cost:.{digits}f}" for p in points) + f" ({unit})"
