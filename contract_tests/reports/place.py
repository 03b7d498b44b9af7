"""Where in the contract's file a finding points: file and line."""

from pathlib import Path

from contract_tests.report import Report
from contract_tests.reports.json_tokens import line_numbers


class ContractPlaces:
    """The contract's file, and the line of each JSON pointer in it.

    Attributes:
        file: Relative to the working directory where it lies within, with forward slashes; else its name.
    """

    def __init__(self, report: Report) -> None:
        path = Path(report.contract_source)
        here = Path.cwd()
        self.file = path.resolve().relative_to(here).as_posix() if path.resolve().is_relative_to(here) else path.name
        try:
            self._lines = line_numbers(path.read_text("utf-8"))
        except OSError:
            # A report can be rendered where the contract's file is not; its first line is then the best guess.
            self._lines = {"": 1}

    def line(self, pointer: str) -> int:
        """The line of a JSON pointer, or of the nearest place above it that the file has."""
        while pointer not in self._lines:
            pointer = pointer.rpartition("/")[0]
        return self._lines[pointer]
