"""The formats of a proposal: ``FORMATS[name](proposal)``."""

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from migma_contract.openapi.patch.operation import json_patch
from migma_contract.openapi.patch.overlay import overlay
from migma_contract_tests.patch.patched_document import document_text
from migma_contract_tests.patch.proposal import Proposal
from migma_contract_tests.patch.terminal import terminal_text
from migma_contract_tests.results.json_text import printable_json


def _json(value: Any) -> str:
    return f"{printable_json(json.dumps(value, indent=2, ensure_ascii=False))}\n"


def _json_patch(proposal: Proposal) -> str:
    return _json(json_patch(proposal.contract.schemas.root, proposal.operations))


def _overlay(proposal: Proposal) -> str:
    contract = proposal.contract
    title = f"Changes of {contract.title or contract.source} that a check found"
    return _json(overlay(contract.schemas.root, proposal.operations, title=title, version=contract.version))


def _document(proposal: Proposal) -> str:
    text = document_text(proposal)
    return text if text.endswith("\n") else f"{text}\n"


FORMATS: Mapping[str, Callable[[Proposal], str]] = MappingProxyType(
    {"terminal": terminal_text, "json-patch": _json_patch, "overlay": _overlay, "document": _document}
)
