"""Find the file and line of the contract that a finding refers to."""

from functools import cached_property
from pathlib import Path

from migma_contract.openapi import Contract
from migma_contract_tests.results.json_text import line_numbers


class ContractLines:
    """The contract's file, and the line of each JSON pointer in it.

    Attributes:
        file: Path in the working directory, with forward slashes; only the name if the file is elsewhere.
    """

    def __init__(self, contract: Contract) -> None:
        self._raw = contract.raw
        folder, path = Path.cwd(), Path(contract.source).resolve()
        self.file = path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name

    def line(self, pointer: str) -> int | None:
        """Return the line of a JSON pointer, or of the nearest place above it; None without a pointer."""
        if not pointer:
            return None
        while pointer not in self._lines:
            pointer = pointer.rpartition("/")[0]
        return self._lines[pointer]

    @cached_property
    def _lines(self) -> dict[str, int]:
        return line_numbers(self._raw.decode("utf-8-sig"))
