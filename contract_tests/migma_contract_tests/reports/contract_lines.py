"""Where in the contract's file a finding points: file and line."""

from functools import cached_property
from pathlib import Path

from migma_contract_tests.reports.json_text import line_numbers
from migma_contract_tests.results.report import Report


class ContractPlaces:
    """The contract's file, and the line of each JSON pointer in it.

    Attributes:
        file: Relative to the working directory where it lies within, with forward slashes; else its name.
    """

    def __init__(self, report: Report) -> None:
        self._path = Path(report.contract_source)
        here, path = Path.cwd(), self._path.resolve()
        self.file = path.relative_to(here).as_posix() if path.is_relative_to(here) else path.name

    @cached_property
    def _lines(self) -> dict[str, int]:
        try:
            return line_numbers(self._path.read_text("utf-8"))
        except OSError:
            # A report can be rendered where the contract's file is not; its first line is then the best guess.
            return {"": 1}

    def line(self, pointer: str) -> int:
        """The line of a JSON pointer, or of the nearest place above it that the file has."""
        while pointer not in self._lines:
            pointer = pointer.rpartition("/")[0]
        return self._lines[pointer]
