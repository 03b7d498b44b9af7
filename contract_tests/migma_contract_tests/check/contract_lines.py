"""Find the file and line of the contract that a finding refers to."""

from pathlib import Path

from migma_contract.openapi import Contract
from migma_contract.openapi.sources import is_url


class ContractLines:
    """The contract's file, and the line of each JSON pointer in it.

    Attributes:
        file: Path in the working directory, with forward slashes; only the name if the file is elsewhere; or the URL.
    """

    def __init__(self, contract: Contract) -> None:
        self._document = contract.schemas
        self.file = name_for_reports(contract.source)

    def line(self, pointer: str) -> int | None:
        """Return the line of a JSON pointer, or of the nearest place above it; None without a pointer."""
        return self._document.place(pointer).line if pointer else None


def name_for_reports(source: str) -> str:
    """Return the path of a file in the working directory, its name alone if it is elsewhere, or a URL."""
    if is_url(source):
        return source
    folder, path = Path.cwd(), Path(source).resolve()
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name
