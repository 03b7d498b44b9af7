"""The content of what ``--contract`` names: a file, a pipe, or the document at a URL."""

import re
from pathlib import Path

from migma_contract.bounded_file import read_file
from migma_contract.errors import ContractError, Problem, SettingsError
from migma_contract.file_errors import FILE_ERRORS, why_unusable
from migma_contract.openapi.sources.content import MAX_CONTRACT_BYTES, SourceContent
from migma_contract.resources import openapi_path

_URL = re.compile(r"https?:/", re.IGNORECASE)


def is_url(source: Path | str) -> bool:
    """True if a source is a URL, and no file."""
    return isinstance(source, str) and bool(_URL.match(source))


def read_source(source: Path | str, *, refresh: bool = False, limit: int = MAX_CONTRACT_BYTES) -> SourceContent:
    """Read a source.

    Args:
        source: A file, or an http or https URL.
        refresh: Fetch the document of a URL again, also if it is kept from before.
        limit: The most bytes of it.

    Raises:
        ContractError: It cannot be read.
        SettingsError: A file shall be fetched again.
    """
    if is_url(source):
        from migma_contract.openapi.sources.kept_document import read_url

        return read_url(str(source), refresh=refresh, limit=limit)
    if refresh:
        got = f"the file {Path(source).name}"
        raise SettingsError([Problem("--refresh", "", "the URL of a contract with it", got)])
    path = Path(source)
    name = path.name if path == openapi_path() else str(path)
    try:
        return SourceContent(read_file(path, limit), name)
    except FILE_ERRORS as error:
        raise ContractError([Problem(name, "", "a readable OpenAPI document", why_unusable(error))]) from error
