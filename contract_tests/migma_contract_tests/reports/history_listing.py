"""The listing of a history, for people and for programs."""

import json
import shutil
import sys
from collections.abc import Iterator
from datetime import datetime

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from migma_contract.ci_commands import in_json, without_commands
from migma_contract.finding import Level
from migma_contract_tests.reports.rich_text import heading, lines, plain
from migma_contract_tests.results.history.listing import ListedFinding, ListedRun, ListedSubject, Listing

_STYLES = {"conforms": "green", "drift": "red", "inconclusive": "yellow"}
_FLAKY = 2


def as_json(listing: Listing) -> str:
    """Return the listing as JSON in ASCII."""
    text = json.dumps(listing.model_dump(mode="json", by_alias=True), indent=2)
    return without_commands(text, in_json) + "\n"


def as_text(listing: Listing, *, color: bool = False) -> str:
    """Return the listing as tables for a terminal."""
    if not listing.subjects:
        return "The history has no runs.\n"
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    return lines((part for subject in listing.subjects for part in _parts(subject)), color=color, width=width)


def _parts(subject: ListedSubject) -> Iterator[RenderableType]:
    number = len(subject.campaigns)
    named = subject.campaigns[0] if number == 1 else f"{number} campaigns"
    yield plain(subject.target, "bold")
    yield plain(f"campaign {named}" if number == 1 else named, "dim")
    yield Text()
    yield _runs(subject.runs)
    for title, findings in (
        ("findings", [each for each in subject.findings if each.gone is None]),
        ("gone", [each for each in subject.findings if each.gone is not None]),
    ):
        if findings:
            yield heading(f"{title} ({len(findings):,})", "bold")
            yield _findings(findings)
    yield Text()


def _runs(runs: tuple[ListedRun, ...]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("run", justify="right")
    table.add_column("started (UTC)")
    table.add_column("verdict")
    for name in (*Level, "new", "gone"):
        table.add_column(str(name), justify="right")
    for run in runs:
        numbers = (run.breaking, run.warning, run.info, run.new, run.gone)
        counts = [str(number) if number else "·" for number in numbers]
        table.add_row(str(run.run), _moment(run.started), Text(run.verdict, _STYLES[run.verdict]), *counts)
    return table


def _findings(findings: list[ListedFinding]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    for _ in range(3):
        table.add_column(overflow="fold")
    for each in findings:
        table.add_row(plain(each.level), plain(f"{each.rule} at {each.where}"), plain(_course(each)))
    return table


def _course(finding: ListedFinding) -> str:
    when = f"since {_moment(finding.since)}"
    if finding.gone is not None:
        when = f"{_moment(finding.since)} to {_moment(finding.last_seen)}"
    flaky = f"flaky: it came {finding.appearances} times" if finding.appearances >= _FLAKY else ""
    return ", ".join(filter(None, (when, flaky, "accepted" if finding.accepted else "")))


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
