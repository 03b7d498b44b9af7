"""The content of what ``--contract`` names: a file, a pipe, or the document at a URL."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from migma_contract.bounded_file import read_file
from migma_contract.errors import ContractError, Problem
from migma_contract.file_errors import FILE_ERRORS, why_unusable
from migma_contract.resources import openapi_path

MAX_CONTRACT_BYTES = 2 * 1024 * 1024
"""The largest document that is read; the vendor's has 8 KB."""

_URL = re.compile(r"https?:/", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SourceContent:
    """The content of a source.

    Attributes:
        raw: Its bytes.
        name: Its name for messages.
        notices: Sentences for the user about where it is from.
        keep: Keeps a fetched document for later starts, if it can be used; returns further notices.
        hint: What to do if the document cannot be used; "" if that depends on the mistake alone.
    """

    raw: bytes
    name: str
    notices: tuple[str, ...] = ()
    keep: Callable[[], tuple[str, ...]] = tuple
    hint: str = ""


def is_url(source: Path | str) -> bool:
    """True if a source is a URL, and no file."""
    return isinstance(source, str) and bool(_URL.match(source))


def read_source(source: Path | str, *, refresh: bool = False) -> SourceContent:
    """Read a source.

    Args:
        source: A file, or an http or https URL.
        refresh: Fetch the document of a URL again, also if it is kept from before.

    Raises:
        ContractError: It cannot be read.
    """
    if is_url(source):
        from migma_contract.openapi.sources.kept_document import read_url

        return read_url(str(source), refresh=refresh)
    path = Path(source)
    name = path.name if path == openapi_path() else str(path)
    try:
        return SourceContent(read_file(path, MAX_CONTRACT_BYTES), name)
    except FILE_ERRORS as error:
        raise ContractError([Problem(name, "", "a readable OpenAPI document", why_unusable(error))]) from error
