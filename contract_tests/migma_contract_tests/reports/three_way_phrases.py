"""Phrases on the published document, the contract and the live API: which stands alone, and what to do."""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from migma_contract.code_points import with_code_points
from migma_contract_tests.results.records import FindingRecord
from migma_contract_tests.results.report import Report
from migma_contract_tests.results.three_way import Alone, ThreeWayRow

TITLE: Final = "published document, contract and live API"
COLUMNS: Final = ("Difference", "Published", "Contract", "Live", "Stands alone", "What to do")
_MOST_ROWS = 40

_ALONE: Final[dict[Alone, str]] = {
    "published": "the published document",
    "contract": "the contract",
    "live": "the live API",
    "all": "all three differ",
    "not-seen": "not seen live",
}


class RowGroup(NamedTuple):
    """Rows of which the same stands alone and the same is to be done."""

    title: str
    rows: Sequence[ThreeWayRow]


def corner_lines(report: Report) -> list[str]:
    """Return the verdict on each of the three, and how the published document was read; nothing without one."""
    three = report.three_way
    if three is None:
        return []
    lines = [
        f"Published document ({' '.join(filter(None, (three.source, three.version)))}): {three.published}.",
        f"Contract, which the mock serves: {three.contract}.",
        f"Live API: {three.live}.",
        *three.notices,
    ]
    hidden = len(three.rows) - _MOST_ROWS
    return [*lines, f"{hidden:,} more differences are in the JSON report."] if hidden > 0 else lines


def shown_rows(report: Report) -> list[ThreeWayRow]:
    """Return the rows for people: those that need an action first, and not too many."""
    rows = report.three_way.rows if report.three_way else ()
    return sorted(rows, key=lambda row: not row.needs_action)[:_MOST_ROWS]


def row_groups(report: Report) -> list[RowGroup]:
    """Return the rows for people by what stands alone and what to do."""
    found: dict[str, list[ThreeWayRow]] = {}
    for row in shown_rows(report):
        title = f"{stands_alone(row)}: {what_to_do(row)}"
        found.setdefault(f"{title[0].upper()}{title[1:]}", []).append(row)
    return [RowGroup(title, rows) for title, rows in found.items()]


def cells(row: ThreeWayRow) -> tuple[str, str, str, str, str, str]:
    """Return the cells of a row, in the order of ``COLUMNS``."""
    what = row.message.removesuffix(".") if row.is_change else with_code_points(row.where)
    return (
        f"{what} ({row.rule})",
        row.published,
        row.contract,
        row.live,
        _ALONE[row.alone],
        what_to_do(row),
    )


def stands_alone(row: ThreeWayRow) -> str:
    """Return a clause: ``the contract stands alone``."""
    return _ALONE[row.alone] if row.alone in {"all", "not-seen"} else f"{_ALONE[row.alone]} stands alone"


def what_to_do(row: ThreeWayRow) -> str:
    """Return what to do; or who accepts a row, and why."""
    return f"Accepted by the baseline: {row.accepted}" if row.accepted else row.todo


def standing(finding: FindingRecord, report: Report) -> str:
    """Return what stands alone in a finding, and what to do; "" without a published document."""
    rows = report.three_way.rows if report.three_way else ()
    for row in rows:
        if row.fingerprint == finding.fingerprint and not row.is_change:
            return f"{stands_alone(row)}. {what_to_do(row)}"
    return ""


def describe(row: ThreeWayRow) -> str:
    """Return a row as one text, for formats without tables."""
    facts = f"published {row.published}, contract {row.contract}, live {row.live}"
    return f"{row.message} {with_code_points(row.where)}: {facts}; {stands_alone(row)}. {what_to_do(row)}"


def changes(report: Report) -> Iterable[ThreeWayRow]:
    """Return the changes of the published document that are not among the findings."""
    return [row for row in report.three_way.rows if row.is_change] if report.three_way else []
