"""Check a response of the live API against the contract, and remove the keys of its request from what is shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from migma_contract.content_encoding import DecodingError, ExpandsTooFarError, decode
from migma_contract.exchange import Exchange, Failure, Purpose
from migma_contract.finding import Finding, Level
from migma_contract.openapi import Contract
from migma_contract.openapi.declared_names import declared_names
from migma_contract.redaction import Redactor, Secret, key_in
from migma_contract.rules import judge_one
from migma_mock.messages.request import Request
from migma_mock.upstream.live_request import MAX_BODY, LiveResponse

_SHOWN = 64 * 1024
"""Bytes of a body that the journal keeps."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A response that was checked.

    Attributes:
        exchange: The request and the response, as received.
        findings: Violations of the contract, the most serious first; those of level info are left out.
        body: The beginning of the decoded body, without the keys of the request.
        headers: The headers of the response without them, and without values of cookies.
    """

    exchange: Exchange
    findings: list[Finding]
    body: bytes
    headers: tuple[tuple[bytes, bytes], ...]


def judge_response(
    request: Request,
    response: LiveResponse,
    contract: Contract,
    secrets: Sequence[Secret],
    *,
    url: str,
    campaign_id: str,
    started: datetime,
    elapsed: float,
) -> Judged:
    """Check a response. It takes a moment for a large body, so it runs in a thread.

    Args:
        request: The request of the client.
        response: The response to it.
        contract: The contract.
        secrets: The keys of the request.
        url: Where it was sent, without its query.
        campaign_id: The id in the path.
        started: When it was sent, UTC.
        elapsed: Seconds until the response was complete.
    """
    body, failure = _decoded(response)
    redactors = [Redactor(secret, contract.raw.decode("utf-8", "replace")) for secret in secrets]
    repeated = (place for redactor in redactors for place in key_in(redactor, response.headers, body))
    exchange = Exchange(
        purpose=_purpose(request.method, response.status, has_key=bool(secrets)),
        method=request.method,
        url=url,
        campaign_id=campaign_id,
        request_headers=(),
        started=started,
        elapsed=elapsed,
        status=response.status,
        headers=tuple((n.lower().decode("latin-1"), v.decode("latin-1")) for n, v in response.headers),
        body=body,
        failure=failure,
        declared=declared_names(contract),
        key_in=tuple(dict.fromkeys(repeated)),
    )
    findings = [finding for finding in judge_one(exchange, contract) if finding.level is not Level.INFO]
    headers = tuple(response.headers)
    for redactor in redactors or [Redactor(None)]:
        body = redactor.data(body)
        headers = tuple((n.encode("latin-1"), v.encode("latin-1")) for n, v in redactor.headers(headers))
    return Judged(exchange, findings, body[:_SHOWN], headers)


def _decoded(response: LiveResponse) -> tuple[bytes, Failure | None]:
    codings = b",".join(value for name, value in response.headers if name.lower() == b"content-encoding")
    try:
        return decode(response.body, codings.decode("latin-1"), MAX_BODY), None
    except ExpandsTooFarError as error:
        return error.partial, Failure("too-large", str(error))
    except DecodingError as error:
        return error.partial, Failure("encoding", str(error))


def _purpose(method: str, status: int, *, has_key: bool) -> Purpose:
    """Return the purpose that a request most probably has: nobody says if its campaign exists, and its key is valid."""
    if method == "HEAD":
        return "head"
    if not has_key:
        return "unknown-id-missing-key"
    return _REFUSED.get(status, "campaign")


_REFUSED: dict[int, Purpose] = {401: "invalid-key", 404: "unknown-id"}
