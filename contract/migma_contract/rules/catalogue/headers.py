"""Rules about response headers: the content type, and what is missing or new."""

from collections.abc import Iterator

from migma_contract.exchange import Exchange
from migma_contract.finding import Level
from migma_contract.openapi import Contract
from migma_contract.rules.analysis.known_headers import is_known
from migma_contract.rules.analysis.parsed_response import ParsedResponse
from migma_contract.rules.rule import Rule, Violation, of_json

_CHARSETS = frozenset({"utf-8", "utf8", "us-ascii"})


def _media_type(value: str) -> str:
    return value.split(";", maxsplit=1)[0].strip().lower()


def _parameter(value: str, name: str) -> str | None:
    for part in value.split(";")[1:]:
        key, _, text = part.partition("=")
        if key.strip().lower() == name:
            return text.strip().strip('"').lower()
    return None


def _content_types(answer: ParsedResponse) -> list[str]:
    values = [value.strip() for name, value in answer.exchange.headers if name == "content-type"]
    return [value for value in dict.fromkeys(values) if value]


def _content_type_missing(answer: ParsedResponse) -> Iterator[Violation]:
    wanted = answer.response.media_type
    if wanted is not None and not _content_types(answer):
        where = f"{answer.exchange.status} header Content-Type"
        says = "The response has a body and no Content-Type."
        yield Violation(where, says, wanted, "no Content-Type", answer.response.pointer)


def _content_type_wrong(answer: ParsedResponse) -> Iterator[Violation]:
    wanted = answer.response.media_type
    if wanted is None:
        return
    where = f"{answer.exchange.status} header Content-Type"
    for value in _content_types(answer):
        media, charset = _media_type(value), _parameter(value, "charset")
        if media != _media_type(wanted):
            # Clients that look for "json" take these; those that compare with application/json do not.
            level = Level.WARNING if media.endswith("+json") or media in {"text/json", "application/x-json"} else None
            says = f"The body is JSON, and Content-Type says {media}."
            yield Violation(where, says, wanted, value, answer.response.pointer, level=level)
        elif charset is not None and charset not in _CHARSETS:
            says = f"Content-Type says that the body is in {charset}."
            yield Violation(where, says, f"{wanted}, in UTF-8", value, answer.response.pointer, level=Level.WARNING)


def _retry_after_missing(exchange: Exchange, _contract: Contract) -> Iterator[Violation]:
    if exchange.status != 429 or exchange.failure is not None:
        return
    value = exchange.header("retry-after")
    if exchange.retry_after is None:
        says = "A 429 does not say when to come back." if value is None else "Retry-After cannot be read."
        got = "no Retry-After" if value is None else repr(value)
        yield Violation("header Retry-After", says, "whole seconds, or an HTTP date", got)


def _www_authenticate(exchange: Exchange, _contract: Contract) -> Iterator[Violation]:
    if exchange.status == 401 and exchange.method != "HEAD" and exchange.header("www-authenticate") is None:
        says = "A 401 does not say how to authenticate."
        yield Violation(
            "header WWW-Authenticate", says, 'a challenge, such as Bearer realm="api"', "no WWW-Authenticate"
        )


def _undocumented(exchange: Exchange, _contract: Contract) -> Iterator[Violation]:
    for name in dict.fromkeys(header for header, _ in exchange.headers):
        if not is_known(name):
            says = f"The response header {name} is neither standard nor common infrastructure."
            yield Violation(f"header {name}", says, "headers of HTTP and of common infrastructure", name)


def _deprecation(exchange: Exchange, _contract: Contract) -> Iterator[Violation]:
    for name in ("deprecation", "sunset"):
        value = exchange.header(name)
        if value is not None:
            says = f"The vendor announces the end of this operation with the header {name}."
            yield Violation(f"header {name}", says, "no such announcement", value)


RULES = (
    Rule(
        "content-type-missing",
        Level.BREAKING,
        "A response with a body has a Content-Type.",
        "Many clients parse JSON only where Content-Type says so, and hand out text otherwise.",
        "openapi.json, content of the response",
        'HTTP/1.1 200 OK\nContent-Length: 412\n\n{"success": true, "data": {…}}',
        answer=of_json(_content_type_missing),
    ),
    Rule(
        "content-type-wrong",
        Level.BREAKING,
        "Content-Type is the contract's: application/json, in UTF-8.",
        "Many clients parse JSON only where Content-Type says so, and hand out text otherwise.",
        "openapi.json, content of the response",
        'HTTP/1.1 200 OK\nContent-Type: text/html\n\n{"success": true, "data": {…}}',
        answer=of_json(_content_type_wrong),
    ),
    Rule(
        "retry-after-missing",
        Level.INFO,
        "A 429 says with Retry-After when to come back.",
        "A client has to guess; the SDK falls back to a linear delay.",
        "RFC 6585, section 4; the vendor's SDK honours Retry-After",
        'HTTP/1.1 429 Too Many Requests\n\n{"success": false, "error": "Rate limit exceeded"}',
        one=_retry_after_missing,
    ),
    Rule(
        "www-authenticate-missing",
        Level.INFO,
        "A 401 says with WWW-Authenticate how to authenticate.",
        "Little: clients of this API know. RFC 9110 asks for it.",
        "RFC 9110, section 11.6.1; the contract does not mention it",
        'HTTP/1.1 401 Unauthorized\n\n{"success": false, "error": "Missing API key"}',
        one=_www_authenticate,
    ),
    Rule(
        "undocumented-header",
        Level.INFO,
        "Response headers are standard, or of common infrastructure.",
        "Nothing breaks; it may announce what is to come.",
        "openapi.json: the responses declare no headers",
        "HTTP/1.1 200 OK\nX-Migma-Stats-Version: 2",
        one=_undocumented,
    ),
    Rule(
        "deprecation-announced",
        Level.INFO,
        "The operation is not announced to end.",
        "It will stop working at a date that the header may name.",
        "RFC 9745 (Deprecation) and RFC 8594 (Sunset)",
        "HTTP/1.1 200 OK\nDeprecation: @1767225600\nSunset: Wed, 01 Jul 2026 00:00:00 GMT",
        one=_deprecation,
    ),
)
