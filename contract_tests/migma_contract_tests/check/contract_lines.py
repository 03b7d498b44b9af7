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
        self.file = contract.source if is_url(contract.source) else _path(contract.source)

    def line(self, pointer: str) -> int | None:
        """Return the line of a JSON pointer, or of the nearest place above it; None without a pointer."""
        return self._document.place(pointer).line if pointer else None


def _path(source: str) -> str:
    folder, path = Path.cwd(), Path(source).resolve()
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name
