"""Rules on response headers: the content type, and missing or new headers."""

from collections.abc import Iterator

from migma_contract.finding import Level, Violation
from migma_contract.rules.analysis.known_headers import is_known_header
from migma_contract.rules.analysis.parsed_response import ParsedResponse
from migma_contract.rules.rule import Check, breaking, info, json_body


def _content_types(response: ParsedResponse) -> list[str]:
    values = [value.strip() for name, value in response.exchange.headers if name == "content-type"]
    return [value for value in dict.fromkeys(values) if value]


def _content_type_missing(response: ParsedResponse) -> Iterator[Violation]:
    expected = response.documented.media_type
    if expected is not None and not _content_types(response):
        where = f"{response.exchange.status} header Content-Type"
        message = "The response has a body but no Content-Type."
        yield Violation(where, message, expected, "no Content-Type", response.documented.pointer)


def _content_type_wrong(response: ParsedResponse) -> Iterator[Violation]:
    expected = response.documented.media_type
    if expected is None:
        return
    where, pointer = f"{response.exchange.status} header Content-Type", response.documented.pointer
    for value in _content_types(response):
        media, *parameters = (part.strip().lower() for part in value.split(";"))
        charset = next((text.partition("=")[2].strip(' "') for text in parameters if text.startswith("charset")), None)
        if media != expected.partition(";")[0].strip().lower():
            # Clients that look for "json" accept these; those that compare with application/json do not.
            level = Level.WARNING if media.endswith("+json") or media in {"text/json", "application/x-json"} else None
            message = f"The body is JSON, but its Content-Type is {media}."
            yield Violation(where, message, expected, value, pointer, level)
        elif charset not in {None, "utf-8", "utf8", "us-ascii"}:
            message = f"The charset in the Content-Type is {charset}, not UTF-8."
            yield Violation(where, message, f"{expected}, in UTF-8", value, pointer, Level.WARNING)


def _retry_after_missing(response: ParsedResponse) -> Iterator[Violation]:
    exchange, value = response.exchange, response.exchange.header("retry-after")
    if exchange.failure is None and exchange.retry_after is None:
        message = "A 429 has no Retry-After." if value is None else "The Retry-After of a 429 is not valid."
        got = "no Retry-After" if value is None else repr(value)
        yield Violation("header Retry-After", message, "whole seconds, or an HTTP date", got)


def _www_authenticate_missing(response: ParsedResponse) -> Iterator[Violation]:
    if response.exchange.header("www-authenticate") is None:
        expected = 'a challenge, such as Bearer realm="api"'
        yield Violation("header WWW-Authenticate", "A 401 has no WWW-Authenticate.", expected, "no WWW-Authenticate")


def _undocumented(response: ParsedResponse) -> Iterator[Violation]:
    for name in dict.fromkeys(header for header, _ in response.exchange.headers):
        if not is_known_header(name):
            message = f"The response header {name} is not a header of HTTP or of common infrastructure."
            yield Violation(f"header {name}", message, "headers of HTTP and of common infrastructure", name)


def _deprecation(response: ParsedResponse) -> Iterator[Violation]:
    for name in ("deprecation", "sunset"):
        value = response.exchange.header(name)
        if value is not None:
            message = f"The header {name} announces the end of this operation."
            yield Violation(f"header {name}", message, "no such announcement", value)


RULES = (
    breaking(
        "content-type-missing",
        "A response with a body has a Content-Type.",
        "Many clients parse a body as JSON only if its Content-Type is JSON, and return text otherwise.",
        "openapi.json, content of the response",
        'HTTP/1.1 200 OK\nContent-Length: 412\n\n{"success": true, "data": {…}}',
        json_body(_content_type_missing),
    ),
    breaking(
        "content-type-wrong",
        "The Content-Type is the one in the contract: application/json, in UTF-8.",
        "Many clients parse a body as JSON only if its Content-Type is JSON, and return text otherwise.",
        "openapi.json, content of the response",
        'HTTP/1.1 200 OK\nContent-Type: text/html\n\n{"success": true, "data": {…}}',
        json_body(_content_type_wrong),
    ),
    info(
        "retry-after-missing",
        "A 429 has a Retry-After.",
        "A client has to guess when to retry; the SDK uses a linear delay.",
        "RFC 6585, section 4; the vendor's SDK honours Retry-After",
        'HTTP/1.1 429 Too Many Requests\n\n{"success": false, "error": "Rate limit exceeded"}',
        Check(lambda response: response.status == 429, _retry_after_missing),
    ),
    info(
        "www-authenticate-missing",
        "A 401 has a WWW-Authenticate.",
        "Little: clients of this API know how to authenticate. RFC 9110 requires the header.",
        "RFC 9110, section 11.6.1; the contract does not mention it",
        'HTTP/1.1 401 Unauthorized\n\n{"success": false, "error": "Missing API key"}',
        Check(
            lambda response: response.status == 401 and response.exchange.method != "HEAD", _www_authenticate_missing
        ),
    ),
    info(
        "undocumented-header",
        "Response headers are headers of HTTP or of common infrastructure.",
        "Nothing breaks; it may announce a change.",
        "openapi.json: the responses declare no headers",
        "HTTP/1.1 200 OK\nX-Migma-Stats-Version: 2",
        _undocumented,
    ),
    info(
        "deprecation-announced",
        "The end of the operation is not announced.",
        "The operation will stop working, at a date that the header may give.",
        "RFC 9745 (Deprecation) and RFC 8594 (Sunset)",
        "HTTP/1.1 200 OK\nDeprecation: @1767225600\nSunset: Wed, 01 Jul 2026 00:00:00 GMT",
        _deprecation,
    ),
)
