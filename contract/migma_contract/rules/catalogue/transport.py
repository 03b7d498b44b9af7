"""Rules on the response as an HTTP message: complete and well-formed."""

import re
from collections.abc import Iterator

from migma_contract.exchange import FailureKind
from migma_contract.finding import Level, Violation
from migma_contract.rules.analysis.parsed_response import ParsedResponse
from migma_contract.rules.rule import Check, any_body, breaking, responded


def _on_failure(kind: FailureKind, *, expected: str, message: str) -> Check:
    def violations(response: ParsedResponse) -> Iterator[Violation]:
        failure = response.exchange.failure
        if failure is not None and failure.kind == kind:
            yield response.violation("", message, expected, failure.detail, "", level=_level(response))

    return Check(lambda response: responded(response) or any(violations(response)), violations)


def _level(response: ParsedResponse) -> Level | None:
    """Return info for HEAD, and for unusual ids, whose requests proxies and firewalls end in their own way."""
    return Level.INFO if response.exchange.purpose in {"head", "unusual-id"} else None


def _has_body(response: ParsedResponse) -> bool:
    return responded(response) and response.exchange.method != "HEAD"


def _truncated(response: ParsedResponse) -> Iterator[Violation]:
    exchange, failure = response.exchange, response.exchange.failure
    if failure is None:
        return
    if failure.kind == "reset" or (failure.kind == "protocol" and exchange.body):
        length = exchange.header("content-length")
        expected = f"{length} bytes, as in Content-Length" if length else "the whole body"
        got = f"{len(exchange.body)} bytes, then the end ({failure.detail})"
        message, level = "The response ended before its body was complete.", _level(response)
        yield response.violation("", message, expected, got, "", level=level)


_PROTOCOL = _on_failure("protocol", expected="an HTTP response", message="The response is not valid HTTP.")


def _not_http(response: ParsedResponse) -> Iterator[Violation]:
    if not (_has_body(response) and any(_truncated(response))):
        yield from _PROTOCOL.violations(response)


def _length_invalid(response: ParsedResponse) -> Iterator[Violation]:
    headers = response.exchange.headers
    lengths = [value.strip() for name, value in headers if name == "content-length"]
    codings = [value.strip() for name, value in headers if name == "transfer-encoding"]
    message = _wrong_length(lengths, codings)
    if message:
        given = [f"Content-Length: {value}" for value in lengths] + [f"Transfer-Encoding: {value}" for value in codings]
        expected = "one Content-Length in digits, or Transfer-Encoding: chunked"
        yield Violation("header Content-Length", message, expected, ", ".join(given))


def _wrong_length(lengths: list[str], codings: list[str]) -> str:
    if lengths and codings:
        return "The response has a Content-Length and a Transfer-Encoding, which are two lengths."
    if len(lengths) > 1 or any("," in value for value in lengths):
        return "The response has more than one Content-Length."
    if lengths and not re.fullmatch("[0-9]+", lengths[0]):
        return "The Content-Length is not a number of bytes."
    if codings and [value.lower() for value in codings] != ["chunked"]:
        return "The Transfer-Encoding is not only chunked."
    return ""


RULES = (
    breaking(
        "response-truncated",
        "A response is complete: as many bytes as its Content-Length, or all its chunks.",
        "A client gets an exception from its HTTP library, or half a document.",
        "RFC 9112, section 8: a shorter message is incomplete and must not be used",
        'HTTP/1.1 200 OK\nContent-Length: 512\n\n{"success": true, "data": {"totalSe',
        Check(_has_body, _truncated),
    ),
    breaking(
        "response-not-http",
        "A response is valid HTTP.",
        "A client gets an exception from its HTTP library.",
        "RFC 9112: the message syntax of HTTP/1.1",
        "SSH-2.0-OpenSSH_9.6",
        Check(_PROTOCOL.judges, _not_http),
    ),
    breaking(
        "response-length-invalid",
        "A response gives its length once: one Content-Length in digits, or Transfer-Encoding: chunked.",
        "Node's fetch, and so the vendor's SDK, rejects two lengths; clients in Go and Python reject other codings.",
        "RFC 9112, sections 6.1 and 7 (Transfer-Encoding); RFC 9110, section 8.6 (Content-Length)",
        "HTTP/1.1 200 OK\nContent-Length: 412\nTransfer-Encoding: chunked",
        any_body(_length_invalid),
    ),
    breaking(
        "response-too-large",
        "A response has at most 1 MiB after decoding, and 256 headers; this API needs some hundred bytes.",
        "A client runs out of memory or time.",
        "The contract's schema: a fixed set of numbers, one date, short strings",
        "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n(a body without end)",
        _on_failure(
            "too-large",
            expected="at most 1 MiB in 4,096 pieces, 256 headers, and 100 KiB of trailers",
            message="The response is too large.",
        ),
    ),
    breaking(
        "response-encoding-broken",
        "A body has the encoding in its Content-Encoding, and one that the request accepts.",
        "A client cannot read the body.",
        "RFC 9110, section 8.4",
        'HTTP/1.1 200 OK\nContent-Encoding: gzip\n\n{"success": true, …}',
        _on_failure("encoding", expected="gzip, deflate or none", message="The Content-Encoding cannot be decoded."),
    ),
)
