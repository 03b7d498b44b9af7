"""Faults of the status: an error response in place of the reply, or a success that the contract does not document."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, ClassVar, Literal

from pydantic import Field

from migma_contract.errors import Problem
from migma_contract.openapi import Contract
from migma_mock.faults.base import AppliesTo, FaultSpec
from migma_mock.input_models import StatusWithBody
from migma_mock.messages.reply import Reply, ReplyMaker, undocumented_headers
from migma_mock.messages.response_head import PHRASES

_CODES = {429: "RATE_LIMITED", 500: "INTERNAL_ERROR"}


class Status(FaultSpec):
    """An error status with the vendor's error envelope replaces the reply."""

    client_sees: ClassVar[str] = "httpx: HTTPStatusError from raise_for_status(); fetch: response.ok is false"
    example: ClassVar[dict[str, Any]] = {"kind": "status", "status": 503, "retryAfter": 2, "times": 2}

    kind: Literal["status"]
    status: int = Field(ge=400, le=599, description="HTTP status.")
    code: str | None = Field(
        default=None,
        pattern=r"^[A-Z][A-Z0-9_]{0,63}$",
        description="The `code` of the envelope; null: derived from the status.",
    )
    message: str | None = Field(
        default=None,
        min_length=1,
        max_length=1000,
        description="The `error` of the envelope; null: the reason phrase of the status.",
    )
    retryAfter: int | None = Field(default=None, ge=0, le=86_400, description="The header Retry-After, in seconds.")

    def change(self, reply: Reply, contract: Contract, _random_number: float) -> Reply:
        """Return the error reply, which satisfies the contract as any error does."""
        phrase = PHRASES.get(self.status, "Error")
        code = self.code or _CODES.get(self.status) or re.sub(r"[^A-Z]+", "_", phrase.upper())
        retry = () if self.retryAfter is None else ((b"retry-after", str(self.retryAfter).encode()),)
        message = self.message or f"{phrase}."
        return ReplyMaker(contract).error(self.status, code, message, reply.matched_by, *retry)


class Html(FaultSpec):
    """An HTML error page, such as a proxy sends, replaces the reply."""

    client_sees: ClassVar[str] = "httpx: JSONDecodeError from json(); fetch: SyntaxError from json()"
    example: ClassVar[dict[str, Any]] = {"kind": "html", "status": 502}

    kind: Literal["html"]
    status: StatusWithBody = Field(default=502, description="HTTP status; 200 looks like a login page.")

    def change(self, reply: Reply, contract: Contract, _random_number: float) -> Reply:
        """Return the error page."""
        title = f"{self.status} {PHRASES.get(self.status, 'Error')}"
        page = f"<!doctype html><html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n"
        body = page.encode()
        headers = ((b"content-type", b"text/html; charset=utf-8"), (b"content-length", str(len(body)).encode()))
        return Reply(self.status, (*headers, *undocumented_headers(self.status, contract)), body, reply.matched_by)


class UndocumentedStatus(FaultSpec):
    """A success has a status that the contract does not document; its body is unchanged."""

    client_sees: ClassVar[str] = "httpx: is_success, yet not 200; fetch: ok is true, yet status is not 200"
    example: ClassVar[dict[str, Any]] = {"kind": "undocumented-status", "status": 202}
    applies_to: ClassVar[AppliesTo] = AppliesTo.STATS

    kind: Literal["undocumented-status"]
    status: StatusWithBody = Field(default=202, description="HTTP status.")

    def contract_problems(self, contract: Contract) -> Iterator[Problem]:
        """Yield a status that the contract documents."""
        if contract.operation.response(self.status) is not None:
            known = ", ".join(contract.operation.responses)
            expected = f"a status that the contract does not document (it documents {known})"
            yield Problem("", "/status", expected, str(self.status))

    def change(self, reply: Reply, contract: Contract, _random_number: float) -> Reply | None:
        """Return the reply with the other status; None if it carries no stats."""
        if reply.success_envelope() is None:
            return None
        return replace(reply, status=self.status).with_headers(*undocumented_headers(self.status, contract))
