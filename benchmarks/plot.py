"""The plot: requests per second as bars, and the cost of a request as there is more of everything."""

import math
from collections.abc import Iterator
from html import escape

from benchmarks import lasting, scaling
from benchmarks.results_file import Point, Results
from benchmarks.servers import FIXTURE, GENERATING, MOCK

_WIDTH = 860
_LEFT, _RIGHT = 290, 80
_ROW = 24
_CURVES_HEIGHT = 220
_STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #333 } .title { font-weight: 600; font-size: 15px }
  .own { fill: #2a78d6 } .other { fill: #b4b2a9 } .axis { stroke: #b4b2a9; stroke-width: 1 } .end { text-anchor: end }
  .middle { text-anchor: middle }
  .campaigns { stroke: #2a78d6 } .accounts { stroke: #c05621 } .journal { stroke: #2f855a }
  .line { fill: none; stroke-width: 2 } .campaigns-text { fill: #2a78d6 } .accounts-text { fill: #c05621 }
  .journal-text { fill: #2f855a } .page { fill: #fff }
  @media (prefers-color-scheme: dark) {
    text { fill: #ddd } .page { fill: #0d1117 } .other { fill: #6e7681 } .axis { stroke: #6e7681 }
  }
"""


def plot(results: Results) -> str:
    """An SVG document."""
    bars = list(_bars(results))
    curves_top = 50 + len(bars) * _ROW + 30
    points = [point for point in results.points if point.what not in {scaling.FILES, lasting.ANSWERED}]
    height = curves_top + (_CURVES_HEIGHT + 60 if points else 0)
    body = "\n".join([*_drawn_bars(bars), *(_curves(points, curves_top) if points else ())])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img">\n'
        f"<title>Requests per second, and the cost of a request</title>\n<style>{_STYLE}</style>\n"
        f'<rect class="page" width="{_WIDTH}" height="{height}"/>\n{body}\n</svg>\n'
    )


def _bars(results: Results) -> Iterator[tuple[str, float, bool]]:
    """Name, requests per second, and whether it is the mock; the quickest first."""
    realistic = GENERATING.format("realistic")
    shown = [s for s in results.series if s.runs and (s.case == FIXTURE or s.server == realistic)]
    for series in sorted(shown, key=lambda each: -each.median("rps")):
        name = series.server if series.case == FIXTURE else f"migma-mock, generated, {series.case}"
        yield name, series.median("rps"), series.server.startswith(MOCK)


def _drawn_bars(bars: list[tuple[str, float, bool]]) -> Iterator[str]:
    yield _text(12, 26, "Requests per second (one processor; more is better)", "title")
    most = max((rps for _, rps, _ in bars), default=1)
    for row, (name, rps, is_own) in enumerate(bars):
        y = 44 + row * _ROW
        width = (_WIDTH - _LEFT - _RIGHT) * rps / most
        yield _text(_LEFT - 10, y + 14, name, "end")
        kind = "own" if is_own else "other"
        yield f'<rect class="{kind}" x="{_LEFT}" y="{y}" width="{width:.1f}" height="{_ROW - 6}" rx="2"/>'
        yield _text(_LEFT + width + 8, y + 14, f"{rps:,.0f}")


def _curves(points: list[Point], top: float) -> Iterator[str]:
    yield _text(
        12, top + 10, "Cost of a request in the mock, µs, as there is more of everything (flat is better)", "title"
    )
    x0, x1, y0, y1 = 60.0, _WIDTH - 160.0, top + _CURVES_HEIGHT, top + 30
    largest = max(point.size for point in points)
    dearest = max(point.cost for point in points) * 1.25

    def at(size: float, cost: float) -> tuple[float, float]:
        return x0 + (x1 - x0) * math.log10(size) / math.log10(max(largest, 10)), y0 - (y0 - y1) * cost / dearest

    yield f'<path class="axis line" d="M{x0} {y1} V{y0} H{x1}"/>'
    for power in range(math.floor(math.log10(largest)) + 1):
        yield _text(at(10**power, 0)[0], y0 + 18, f"{10**power:,}", "middle")
    for cost in (0, dearest / 2, dearest):
        yield _text(x0 - 8, at(1, cost)[1] + 4, f"{cost:.1f}", "end")
    names = list(dict.fromkeys(point.what for point in points))
    for row, what in enumerate(names):
        style = what.split()[0]
        places = [at(point.size, point.cost) for point in points if point.what == what]
        line = " L".join(f"{x:.1f} {y:.1f}" for x, y in places)
        yield f'<path class="line {style}" d="M{line}"/>'
        yield _text(x1 + 12, y1 + 20 + row * 20, what, f"{style}-text")


def _text(x: float, y: float, text: str, style: str = "") -> str:
    return f'<text class="{style}" x="{x:.1f}" y="{y:.1f}">{escape(text)}</text>'
