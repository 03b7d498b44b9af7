"""The report for people at a terminal: findings by level, the next steps, and the verdict as the last line."""

from collections.abc import Iterable, Sequence

from rich.console import Group as Rows
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from migma_contract.finding import Level
from migma_contract_tests.reports.groups import Group, groups
from migma_contract_tests.reports.history_phrases import history_lines, since
from migma_contract_tests.reports.phrases import (
    LEVELS,
    at_level,
    counts,
    documented_at,
    extent,
    heading,
    headline,
    number_at_level,
    other_counts,
    outcome,
    same_outcome,
    seen_in,
    skipped_title,
)
from migma_contract_tests.reports.rich_text import heading as section_heading
from migma_contract_tests.reports.rich_text import lines, plain
from migma_contract_tests.reports.three_way_phrases import COLUMNS, TITLE, cells, corner_lines, row_groups
from migma_contract_tests.results.records import FindingRecord
from migma_contract_tests.results.report import Report

_STYLES = {Level.BREAKING: "bold red", Level.WARNING: "bold yellow", Level.INFO: "bold cyan"}
_MARKS = {Level.BREAKING: "✗", Level.WARNING: "▲", Level.INFO: "•"}
_VERDICTS = {"conforms": ("✓", "bold green"), "drift": ("✗", "bold red"), "inconclusive": ("?", "bold yellow")}


def render(report: Report, *, color: bool = False, width: int | None = None) -> str:
    """Return the report in lines of at most ``width`` columns (100 by default)."""
    return lines(_parts(report), color=color, width=width)


def _parts(report: Report) -> Iterable[RenderableType]:
    yield _header(report)
    same = same_outcome(report)
    if same:
        yield Rows(Text(), plain(same, "bold"))
    for level in () if _hides_findings(report) else LEVELS:
        findings = at_level(report.findings, level)
        if findings:
            yield section_heading(f"{level} ({number_at_level(report, level):,})", _STYLES[level])
            yield from _findings(findings, report)
    yield from _section(
        "accepted by the baseline",
        (f"{e.finding.rule} at {e.finding.where}: {e.reason} ({e.owner})" for e in report.accepted),
    )
    yield from _section("baseline", report.baseline_notes)
    yield from _three_way(report)
    yield from _section("history", history_lines(report))
    yield from _section(skipped_title(report), ["; ".join(report.skipped)] if report.skipped else [])
    yield from _section("cautions", report.cautions)
    yield from _section("how the contract was read", map(headline, report.notices), "dim")
    yield from _next(report)
    if report.not_judged:
        yield Rows(Text(), plain(report.not_judged))
    yield _verdict(report)


def _hides_findings(report: Report) -> bool:
    """True if nothing was seen: then findings on the same answer to each request say the same again."""
    return report.verdict == "inconclusive" and bool(same_outcome(report))


def _findings(findings: Sequence[FindingRecord], report: Report) -> Iterable[RenderableType]:
    for number, group in enumerate(groups(findings, report)):
        if number:
            yield Text()
        yield _finding(group, report)


def _header(report: Report) -> RenderableType:
    document = f"{report.contract.source} {report.contract.version}"
    how = "checked against" if report.kind == "check" else "compared with"
    contract = f"{how} {document} by migma-contract {report.tool.version}"
    return Rows(plain(report.target, "bold"), plain(contract, "dim"))


def _finding(group: Group, report: Report) -> RenderableType:
    finding = group.first
    seen = seen_in(finding, report)
    if finding.exchange is not None:
        seen = f"{seen}: {outcome(report.exchanges[finding.exchange])}"
    title = _pairs([(_MARKS[finding.level], plain(group.message, "bold"))], _STYLES[finding.level], gap=1)
    document, documented = documented_at(finding, report), "documented at" if report.kind == "check" else "at"
    expected = [(group.labels.expected, plain(group.expected))] if group.expected else []
    got = [(group.labels.got, plain(group.got))] if group.got else []
    facts = _pairs(
        [
            ("where", Text("\n").join(map(plain, group.places))),
            *expected,
            *got,
            (group.labels.seen_in, plain(seen, "dim")),
            *_since(group, report),
            ("rule", plain(f"{finding.rule}{f', {documented} {document}' if document else ''}", "dim")),
        ]
    )
    return Rows(_indented(title), _indented(facts, 4))


def _since(group: Group, report: Report) -> list[tuple[str, Text]]:
    text = since(group.findings, report)
    return [("since", plain(text))] if text else []


def _indented(part: RenderableType, columns: int = 2) -> RenderableType:
    return Padding(part, (0, 0, 0, columns))


def _pairs(rows: Iterable[tuple[str, Text]], style: str = "dim", *, gap: int = 2) -> Table:
    table = Table.grid(padding=(0, gap))
    table.add_column(overflow="fold", style=style)
    table.add_column(overflow="fold")
    for name, value in rows:
        table.add_row(plain(name), value)
    return table


def _three_way(report: Report) -> Iterable[RenderableType]:
    if report.three_way is None:
        return
    yield from _section(TITLE, corner_lines(report))
    for title, rows in row_groups(report):
        yield Text()
        yield _indented(plain(title, "bold"))
        table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
        for name in COLUMNS[: len(COLUMNS) - 2]:
            table.add_column(name.lower(), overflow="fold")
        for row in rows:
            table.add_row(*(plain(text) for text in cells(row)[: len(COLUMNS) - 2]))
        yield _indented(table)


def _section(title: str, texts: Iterable[str], style: str = "") -> Iterable[RenderableType]:
    shown = [_indented(plain(text, style)) for text in texts]
    if shown:
        yield section_heading(title, style or "bold")
        yield Rows(*shown)


def _next(report: Report) -> Iterable[RenderableType]:
    if report.next:
        yield section_heading("next", "bold")
        yield _indented(_pairs([(step.use, plain(step.why)) for step in report.next], "bold"))


def _verdict(report: Report) -> RenderableType:
    mark, style = _VERDICTS[report.verdict]
    name = plain(f"{mark} {heading(report).upper()}", style)
    if report.reason:
        counted = ", ".join(other_counts(report)) if _hides_findings(report) else counts(report)
        seen = "; ".join(filter(None, (counted, extent(report))))
        rows = [name, _indented(plain(report.reason)), _indented(plain(seen, "dim"))]
    else:
        rows = [Text.assemble(name, plain(f"  {counts(report)}")), _indented(plain(extent(report), "dim"))]
    return Rows(Text(), *rows)
