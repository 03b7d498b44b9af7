"""CleanResponse: the parts of a response that a campaign file may have, without secrets."""

import base64
import re
from collections.abc import Callable
from functools import cached_property
from typing import Any

from migma_contract.exchange import STATUSES_WITHOUT_BODY, Exchange
from migma_contract.recording.json_strings import map_strings
from migma_contract.redaction import mask_url
from migma_contract.strict_json import parse

_KEPT_HEADERS = {
    name.lower(): name
    for name in (
        *("Allow", "Cache-Control", "Content-Language", "Deprecation", "Location"),
        *("Retry-After", "Sunset", "Vary", "WWW-Authenticate"),
    )
}
"""The headers that are kept, by their names in lower case. Others belong to one response or to one connection."""

_MEDIA_TYPE = re.compile(r"[!-~]([ -~]{0,198}[!-~])?")
_HEADER_VALUE = re.compile(r"[\x20-\x7e\xa0-\xff]{0,1024}")


class CleanResponse:
    """A complete response with its texts cleaned.

    Args:
        exchange: The exchange.
        status: Its status.
        clean: Returns a text without secrets, and with the pseudonyms of ids.

    Attributes:
        status: The same.
        headers: Those that are kept; of a repeated one the first.
        value: The body as JSON; None if it cannot be read.
        defects: Sentences that say why the body is not strict JSON; empty for a response that needs no body.
        is_empty: True if it needs no body and has none.
    """

    def __init__(self, exchange: Exchange, status: int, clean: Callable[[str], str]) -> None:
        self.status = status
        self.headers: dict[str, str] = {}
        for name, value in exchange.headers:
            if name in _KEPT_HEADERS and _HEADER_VALUE.fullmatch(value):
                # The query of a place to go to may be a credential for it.
                kept = mask_url(value) if name == "location" else value
                self.headers.setdefault(_KEPT_HEADERS[name], clean(kept))
        needs_no_body = status in STATUSES_WITHOUT_BODY or 300 <= status < 400
        self.is_empty = needs_no_body and not exchange.body
        parsed = parse(exchange.body)
        self.value: Any = map_strings(parsed.value, clean)
        problems = [] if self.is_empty else parsed.problems("the body")
        self.defects = [clean(str(each)) for each in problems]
        self._raw, self._clean = exchange.body, clean
        self._media_type = clean(exchange.header("content-type") or "")

    @cached_property
    def body_fault(self) -> dict[str, Any]:
        """The body as the fields of the fault ``body``: its Content-Type, and JSON, text or bytes."""
        fields = {"contentType": self._media_type} if _MEDIA_TYPE.fullmatch(self._media_type) else {}
        if self.value is not None and not self.defects:
            return {**fields, "body": self.value}
        if not self._raw:
            return fields
        try:
            return {**fields, "text": self._clean(self._raw.decode())}
        except UnicodeDecodeError:
            cleaned = self._clean(self._raw.decode("latin-1")).encode("latin-1", "replace")
            return {**fields, "binary": base64.b64encode(cleaned).decode()}
