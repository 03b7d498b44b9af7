"""Faults of the body: invalid JSON, none, with another Content-Type, or another response altogether."""

import base64
from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from migma_contract.errors import Problem
from migma_contract.openapi import Contract
from migma_mock.faults.base import AppliesTo, FaultSpec
from migma_mock.faults.kinds.fields import MAX_VALUE_BYTES, JsonValue
from migma_mock.input_models import StatusWithBody
from migma_mock.messages.reply import Reply, encode, undocumented_headers
from migma_mock.messages.reply_headers import header_problems

MediaType = Annotated[str, Field(pattern=r"^[!-~]([ -~]{0,198}[!-~])?$")]
"""A Content-Type."""


class WrongContentType(FaultSpec):
    """The body is unchanged and sent with another Content-Type."""

    client_sees: ClassVar[str] = "httpx and fetch: json() works; a client that checks Content-Type refuses it"
    example: ClassVar[dict[str, Any]] = {"kind": "wrong-content-type", "value": "text/html"}
    applies_to: ClassVar[AppliesTo] = AppliesTo.BODY
    applies_to_all: ClassVar[bool] = False

    kind: Literal["wrong-content-type"]
    value: MediaType = Field(default="text/plain", description="The Content-Type to send.")

    def change(self, reply: Reply, _contract: Contract, _random_number: float) -> Reply | None:
        """Return the reply with the other Content-Type; None if it has that one already, or no body."""
        changed = reply.replace_header(b"content-type", self.value.encode())
        return changed if reply.body and changed != reply else None


class EmptyBody(FaultSpec):
    """Status and Content-Type are unchanged, and the body is empty."""

    client_sees: ClassVar[str] = "httpx: JSONDecodeError from json(); fetch: SyntaxError from json()"
    example: ClassVar[dict[str, Any]] = {"kind": "empty-body"}
    applies_to: ClassVar[AppliesTo] = AppliesTo.BODY

    kind: Literal["empty-body"]

    def change(self, reply: Reply, _contract: Contract, _random_number: float) -> Reply | None:
        """Return the reply with an empty body; None if it has none."""
        return reply.replace_body(b"") if reply.body else None


class InvalidJson(FaultSpec):
    """The JSON body lacks its last character; Content-Length is correct for what is sent."""

    client_sees: ClassVar[str] = "httpx: JSONDecodeError from json(); fetch: SyntaxError from json()"
    example: ClassVar[dict[str, Any]] = {"kind": "invalid-json", "campaign": "66b2f0a1c4e5d60012a40101"}
    applies_to: ClassVar[AppliesTo] = AppliesTo.JSON

    kind: Literal["invalid-json"]

    def change(self, reply: Reply, _contract: Contract, _random_number: float) -> Reply | None:
        """Return the reply without its closing brace, which even a lenient parser refuses; None if it is not JSON."""
        return reply.replace_body(reply.body[:-1]) if reply.is_json else None


def _require_base64(text: str) -> str:
    try:
        base64.b64decode(text, validate=True)
    except ValueError:
        raise PydanticCustomError("base64", "bytes in Base64") from None
    return text


class Body(FaultSpec):
    """Another status, headers and body replace the reply; without a body it is empty."""

    client_sees: ClassVar[str] = "httpx and fetch: this response, in place of the reply"
    example: ClassVar[dict[str, Any]] = {"kind": "body", "status": 429, "body": {"detail": "Slow down."}}

    # For forms: of these fields, one is given.
    model_config = ConfigDict(json_schema_extra={"x-exclusive": ["body", "text", "binary"]})

    kind: Literal["body"]
    status: StatusWithBody = Field(default=200, description="HTTP status.")
    contentType: MediaType | None = Field(
        default=None,
        description="The Content-Type; null: application/json for `body`, text/plain for `text`, "
        "application/octet-stream for `binary`.",
    )
    headers: dict[str, str] = Field(default={}, description='Other response headers: {"Retry-After": "5"}.')
    body: JsonValue = Field(default=None, description="The body as JSON. For null, use `text`.")
    text: str | None = Field(default=None, max_length=MAX_VALUE_BYTES, description="The body as text, sent in UTF-8.")
    binary: Annotated[str, AfterValidator(_require_base64)] | None = Field(
        default=None, max_length=MAX_VALUE_BYTES * 4 // 3, description="The body as bytes, in Base64."
    )

    @model_validator(mode="after")
    def _require_one_body(self) -> Self:
        if [self.body, self.text, self.binary].count(None) < 2:
            raise PydanticCustomError("body", "one of 'body', 'text' and 'binary'")
        return self

    def contract_problems(self, _contract: Contract) -> Iterator[Problem]:
        """Yield each header that HTTP or the mock decides."""
        # An encoding that the body does not have is a fault that clients meet.
        yield from header_problems(self.headers, "", "/headers", allowed=("content-encoding",))

    def change(self, reply: Reply, contract: Contract, _random_number: float) -> Reply:
        """Return this response."""
        default_type, body = self._encoded()
        media_type = self.contentType or default_type
        headers = (
            *([(b"content-type", media_type.encode())] if media_type else []),
            (b"content-length", str(len(body)).encode()),
            *((name.lower().encode(), value.encode("latin-1")) for name, value in self.headers.items()),
            *undocumented_headers(self.status, contract),
        )
        return Reply(self.status, headers, body, reply.matched_by)

    def _encoded(self) -> tuple[str, bytes]:
        """Return the default Content-Type and the body."""
        if self.text is not None:
            return "text/plain; charset=utf-8", self.text.encode()
        if self.binary is not None:
            return "application/octet-stream", base64.b64decode(self.binary)
        if self.body is not None:
            return "application/json", encode(self.body)
        return "", b""
