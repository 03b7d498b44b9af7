"""The text of the changed document, and the file that it is written to."""

import codecs
import json
from pathlib import Path

from migma_contract.bounded_file import read_file
from migma_contract.file_errors import FILE_ERRORS, why_unusable
from migma_contract.openapi import Contract
from migma_contract.openapi.patch.json_text import changed_text
from migma_contract.openapi.patch.operation import PatchError, apply_json_patch, json_patch
from migma_contract.openapi.sources.content import MAX_CONTRACT_BYTES
from migma_contract.whole_file import why_unwritable, write_whole_file
from migma_contract_tests.patch.proposal import Proposal
from migma_contract_tests.probes.option_error import option_error

_APPLY = "--apply"


def document_text(proposal: Proposal) -> str:
    """Return the changed document as JSON: as it is written, if it is JSON, apart from the changes."""
    return changed_text(proposal.contract.raw.decode(), proposal.operations)


def require_patchable(path: Path, contract: Contract) -> None:
    """Refuse a file that cannot be changed so that everything else stays as it is.

    Args:
        path: The file.
        contract: What was read from it.

    Raises:
        SettingsError: It cannot be written, or is not JSON in UTF-8.
    """
    got = why_unwritable(path)
    if got:
        raise option_error(_APPLY, "a contract file that can be written", f"{path}: {got}")
    if _without_mark(_read(path)) != contract.raw:
        expected = "a contract file in JSON, in UTF-8"
        hint = "Comments and anchors of YAML would be lost. Use --format overlay or json-patch with a tool for them."
        raise option_error(_APPLY, expected, f"{path}, which is YAML, a page or in another encoding", hint)


def apply_to_file(proposal: Proposal, path: Path) -> None:
    """Write the changed document to its file: completely, or not at all.

    Raises:
        PatchError: The file has changed since the proposal was made.
        SettingsError: It cannot be read or written.
    """
    raw = _read(path)
    text = _without_mark(raw).decode()
    before = json.loads(text)
    patch = json_patch(proposal.contract.schemas.root, proposal.operations)
    try:
        after = apply_json_patch(before, patch)
    except PatchError as error:
        raise PatchError(f"{_APPLY} {path}: {error}\nRun the check again. Nothing was written.") from error
    new = changed_text(text, proposal.operations)
    if json.loads(new) != after:
        raise AssertionError("the changed text is another document than the patched one")
    try:
        write_whole_file(path, f"{raw[: len(raw) - len(_without_mark(raw))].decode()}{new}")
    except FILE_ERRORS as error:
        raise option_error(_APPLY, "a contract file that can be written", f"{path}: {why_unusable(error)}") from error


def _read(path: Path) -> bytes:
    try:
        return read_file(path, MAX_CONTRACT_BYTES, pipes=False)
    except FILE_ERRORS as error:
        raise option_error(_APPLY, "a contract file", f"{path}: {why_unusable(error)}") from error


def _without_mark(raw: bytes) -> bytes:
    return raw.removeprefix(codecs.BOM_UTF8)
