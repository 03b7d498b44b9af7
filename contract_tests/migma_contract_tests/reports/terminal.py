"""The report for people at a terminal: findings by level, the next steps, and the verdict as the last line."""

import io
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import attrgetter

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from migma_contract.finding import Level
from migma_contract_tests.reports.phrases import (
    LEVELS,
    at_level,
    counts,
    documented_at,
    extent,
    headline,
    outcome,
    skipped_title,
)
from migma_contract_tests.reports.safe_text import one_line
from migma_contract_tests.results.records import FindingRecord
from migma_contract_tests.results.report import Report

_WIDTH = 100
_LIMIT = 600
_MANY, _FIRST = 6, 3
_STYLES = {Level.BREAKING: "bold red", Level.WARNING: "bold yellow", Level.INFO: "bold cyan"}
_MARKS = {Level.BREAKING: "✗", Level.WARNING: "▲", Level.INFO: "•"}
_VERDICTS = {"conforms": ("✓", "bold green"), "drift": ("✗", "bold red"), "inconclusive": ("?", "bold yellow")}


def render(report: Report, *, color: bool = False, width: int | None = None) -> str:
    """Return the report in lines of at most ``width`` columns (100 by default)."""
    out = io.StringIO()
    console = Console(
        file=out,
        width=width or _WIDTH,
        color_system="standard" if color else None,
        force_terminal=color,
        legacy_windows=False,
        markup=False,
        emoji=False,
        highlight=False,
        no_color=not color,
        force_jupyter=False,
    )
    for part in _parts(report):
        console.print(part)
    # Tables pad their last column with spaces, which would wrap in a narrower window.
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())


def _parts(report: Report) -> Iterable[RenderableType]:
    yield _header(report)
    for level in LEVELS:
        findings = at_level(report.findings, level)
        if findings:
            yield _heading(f"{level} ({len(findings)})", _STYLES[level])
            yield from _findings(findings, report)
    yield from _section(
        "accepted by the baseline",
        (f"{e.finding.rule} at {e.finding.where}: {e.reason} ({e.owner})" for e in report.accepted),
    )
    yield from _section("baseline", report.baseline_notes)
    yield from _section(skipped_title(report), ["; ".join(report.skipped)] if report.skipped else [])
    yield from _section("how the contract was read", map(headline, report.notices), "dim")
    yield from _next(report)
    yield _verdict(report)


def _findings(findings: Sequence[FindingRecord], report: Report) -> Iterable[RenderableType]:
    """Return each finding; of many informational ones of one rule only the first, and their number."""
    is_first = True
    for _, group in groupby(findings, key=attrgetter("rule")):
        of_rule = list(group)
        is_folded = of_rule[0].level is Level.INFO and len(of_rule) > _MANY
        for finding in of_rule[: _FIRST if is_folded else None]:
            yield from [] if is_first else [Text()]
            yield _finding(finding, report)
            is_first = False
        if is_folded:
            more = f"and {len(of_rule) - _FIRST} more of {of_rule[0].rule}: --format json has them all"
            yield Group(Text(), Padding(_plain(more), (0, 0, 0, 2)))


def _plain(text: str, style: str = "") -> Text:
    return Text(one_line(text, _LIMIT), style=style, overflow="fold")


def _header(report: Report) -> RenderableType:
    document = f"{report.contract.source} {report.contract.version}"
    contract = f"checked against {document} by migma-contract {report.tool.version}"
    return Group(_plain(report.target, "bold"), _plain(contract, "dim"))


def _heading(text: str, style: str) -> RenderableType:
    return Group(Text(), _plain(text, style))


def _finding(finding: FindingRecord, report: Report) -> RenderableType:
    exchange = report.exchanges[finding.exchange]
    title = Text.assemble((f"{_MARKS[finding.level]} ", _STYLES[finding.level]), _plain(finding.where, "bold"))
    title.overflow = "fold"
    document = documented_at(finding, report)
    facts = _pairs(
        [
            ("expected", _plain(finding.expected)),
            ("got", _plain(finding.got)),
            ("seen in", _plain(f"{exchange.summary}: {outcome(exchange)}", "dim")),
            ("rule", _plain(f"{finding.rule}{f', documented at {document}' if document else ''}", "dim")),
        ]
    )
    return Group(
        Padding(title, (0, 0, 0, 2)),
        Padding(_plain(finding.message), (0, 0, 0, 4)),
        Padding(facts, (0, 0, 0, 4)),
    )


def _pairs(rows: Iterable[tuple[str, Text]], style: str = "dim") -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(overflow="fold", style=style)
    table.add_column(overflow="fold")
    for name, value in rows:
        table.add_row(_plain(name), value)
    return table


def _section(title: str, lines: Iterable[str], style: str = "") -> Iterable[RenderableType]:
    shown = [Padding(_plain(line, style), (0, 0, 0, 2)) for line in lines]
    if shown:
        yield _heading(title, style or "bold")
        yield Group(*shown)


def _next(report: Report) -> Iterable[RenderableType]:
    if report.next:
        yield _heading("next", "bold")
        yield Padding(_pairs([(step.use, _plain(step.why)) for step in report.next], "bold"), (0, 0, 0, 2))


def _verdict(report: Report) -> RenderableType:
    mark, style = _VERDICTS[report.verdict]
    reason = [report.reason] if report.reason else []
    lead, *rest = [*reason, counts(report), extent(report)]
    title = Text.assemble(_plain(f"{mark} {report.verdict.upper()}", style), _plain(f"  {lead}"))
    return Group(Text(), title, Padding(_plain("; ".join(rest), "dim"), (0, 0, 0, 2)))
