"""Writes the table of docs/contracts.md: what becomes of each changed contract.

python tests/mock_server/contracts/changes_table.py
"""

import sys
import tempfile
from pathlib import Path

from contract_changes.catalogue import CHANGES, SECTIONS
from contract_changes.change import Change
from contract_changes.trying import Tried, start

PAGE = Path(__file__).parents[3] / "docs" / "contracts.md"
COMMAND = "python tests/mock_server/contracts/changes_table.py"
_BEGIN, _END = "<!-- table: begin -->", "<!-- table: end -->"
_HEAD = "| change | what happens | message |\n| --- | --- | --- |"
_LONGEST = 420


def row(change: Change, tried: Tried) -> str:
    """Return the row of a change."""
    return f"| {change.name} | {tried.outcome} | {_cell(tried.message)} |"


def _cell(text: str) -> str:
    shown = " ".join(" · ".join(text.splitlines()).split())
    shown = shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1].rstrip()}…"
    return shown.replace("|", "\\|").replace("<", "&lt;").replace("{", "&#123;") or "–"


def rows_of(page: str) -> int:
    """Return how many changes the table in the page has."""
    table = page.partition(_BEGIN)[2].partition(_END)[0]
    lines = [line for line in table.splitlines() if line.startswith("| ")]
    return sum(not line.startswith(("| ---", "| change |")) for line in lines)


def table() -> str:
    """Return the table in Markdown, with a section for each subject."""
    parts = []
    for section, changes in SECTIONS.items():
        rows = []
        for change in changes:
            with tempfile.TemporaryDirectory() as folder:
                rows.append(row(change, start(change, Path(folder))))
        parts.append("\n".join([f"### {section}", "", _HEAD, *rows]))
    return "\n\n".join(parts)


if __name__ == "__main__":
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(_BEGIN)
    PAGE.write_text(f"{before}{_BEGIN}\n\n{table()}\n\n{_END}{rest.partition(_END)[2]}", encoding="utf-8")
    sys.stdout.write(f"{len(CHANGES)} changes in {PAGE.name}\n")
