"""The chart of a history in the HTML report: one bar for each run, with its findings by level."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from migma_contract.finding import Level
from migma_contract_tests.results.records import RunPoint

WIDTH, HEIGHT = 640, 120
"""Of the drawing, in its own units; the page scales it."""

_MARK = 6.0
"""Height of the mark of a run without findings, which would be invisible otherwise."""

_MAX_STEP = 40.0
_FILLED = 0.8


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A part of a bar; ``tone`` is the level of its findings, or the verdict of a run without any."""

    tone: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Chart:
    """The drawing, and what it says in words.

    Attributes:
        rectangles: The bars, from left to right.
        title: For those who do not see it: one sentence.
        highest: The largest number of findings of a run.
    """

    rectangles: tuple[Rectangle, ...]
    title: str
    highest: int


def chart(runs: Sequence[RunPoint]) -> Chart:
    """Return the chart of at least one run, the oldest first."""
    highest = max(map(_findings, runs))
    step = min(WIDTH / len(runs), _MAX_STEP)
    rectangles = [part for index, run in enumerate(runs) for part in _bar(run, index * step, step, highest)]
    counts = [_findings(run) for run in runs]
    title = (
        f"Findings of the last {len(runs)} runs, from {runs[0].started:%Y-%m-%d} to {runs[-1].started:%Y-%m-%d}: "
        f"from {min(counts)} to {highest}, {counts[-1]} in the last one."
    )
    return Chart(tuple(rectangles), title, highest)


def _findings(run: RunPoint) -> int:
    return run.breaking + run.warning + run.info


def _bar(run: RunPoint, x: float, step: float, highest: int) -> Iterator[Rectangle]:
    """Yield the parts of a bar from the bottom up, the worst level first."""
    bottom, width = float(HEIGHT), round(step * _FILLED, 2)
    if run.verdict == "inconclusive" or not _findings(run):
        yield Rectangle(run.verdict, round(x, 2), bottom - _MARK, width, _MARK)
        return
    for level, number in ((Level.BREAKING, run.breaking), (Level.WARNING, run.warning), (Level.INFO, run.info)):
        height = round(HEIGHT * number / highest, 2)
        bottom -= height
        if number:
            yield Rectangle(level.value, round(x, 2), round(bottom, 2), width, height)
