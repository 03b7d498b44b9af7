"""Functions that the kinds of faults share."""

import json
from typing import Any

from migma_contract.openapi import Contract
from migma_mock.messages.reply import UNDOCUMENTED, Reply


def undocumented_headers(status: int, contract: Contract) -> tuple[tuple[bytes, bytes], ...]:
    """Return the header that marks a status which the contract does not document; empty for a documented one."""
    return () if contract.operation.response(status) else ((UNDOCUMENTED, str(status).encode()),)


def is_json(reply: Reply) -> bool:
    """True if a reply has a body that is declared as JSON."""
    return bool(reply.body) and any(name == b"content-type" and b"json" in value for name, value in reply.headers)


def success_envelope(reply: Reply) -> dict[str, Any] | None:
    """Return the parsed body of a success that carries stats; None for any other reply."""
    if not 200 <= reply.status < 300 or not is_json(reply):
        return None
    envelope = json.loads(reply.body)
    has_stats = isinstance(envelope, dict) and isinstance(envelope.get("data"), dict)
    return envelope if has_stats else None
