"""Rules on response headers: the content type, caching, and missing or new headers."""

from collections.abc import Iterator

from migma_contract.finding import Level, Violation
from migma_contract.rules.analysis.announcements import announcements, header_values
from migma_contract.rules.analysis.cache_control import CACHE_HEADERS, shared_reuse
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
    documented = {name.partition(";")[0].strip().lower() for name in (expected, *response.documented.media_types)}
    for value in _content_types(response):
        media, *parameters = (part.strip().lower() for part in value.split(";"))
        charset = next((text.partition("=")[2].strip(' "') for text in parameters if text.startswith("charset")), None)
        if media not in documented:
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
        if not is_known_header(name) and name not in response.documented.declared_headers:
            message = f"The response header {name} is not a header of HTTP or of common infrastructure."
            yield Violation(f"header {name}", message, "headers of HTTP and of common infrastructure", name)


def _announced(response: ParsedResponse) -> Iterator[Violation]:
    for name, message in announcements(response.exchange):
        value = header_values(response.exchange, name)
        yield Violation(f"header {name}", message, "no such announcement", value)


def _has_key(response: ParsedResponse) -> bool:
    """True for the expected answer to a request with a key, valid or not."""
    without_key = {"missing-key", "unknown-id-missing-key", "method"}
    return response.has_expected_status and response.exchange.purpose not in without_key


def _shared_by_caches(response: ParsedResponse) -> Iterator[Violation]:
    exchange = response.exchange
    varying = {name.strip().lower() for name in header_values(exchange, "Vary").split(",")}
    if varying & {"*", response.contract.operation.key_header.lower()}:
        return  # A cache reuses it for the same key only (RFC 9111, section 4.1).
    for name in dict.fromkeys(header for header, _ in exchange.headers if CACHE_HEADERS.fullmatch(header)):
        value = header_values(exchange, name)
        directive = shared_reuse(value)
        if directive is not None:
            shown = name.title().replace("Cdn", "CDN")
            message = f"{shown} lets shared caches send this response to requests with other keys ({directive})."
            yield Violation(f"header {shown}", message, "private, no-store, or Vary with the header of the key", value)


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
        "Response headers are in the contract, or headers of HTTP or of common infrastructure.",
        "Nothing breaks; it may announce a change.",
        "openapi.json: the responses declare no headers",
        "HTTP/1.1 200 OK\nX-Migma-Stats-Version: 2",
        _undocumented,
    ),
    info(
        "deprecation-announced",
        "No header announces a deprecation, the end of the operation, a successor, or another warning.",
        "The operation will change or stop working, at a date that the header may give.",
        "RFC 9745 (Deprecation), RFC 8594 (Sunset), RFC 5829 (successor-version), RFC 7234, section 5.5 (Warning)",
        "HTTP/1.1 200 OK\nDeprecation: @1767225600\nSunset: Wed, 01 Jul 2026 00:00:00 GMT\n"
        'Link: <https://api.migma.ai/v2/campaigns/1/stats>; rel="successor-version"\n'
        'Warning: 299 - "This endpoint is going away"',
        _announced,
    ),
    info(
        "response-shared-by-caches",
        "Shared caches must not reuse a response to a request with a key.",
        "A cache between client and server sends the numbers of one account to other keys, also to invalid ones.",
        "RFC 9111, section 3.5: public, s-maxage and must-revalidate allow it even for requests with Authorization",
        "HTTP/1.1 200 OK\nCache-Control: public, max-age=300",
        Check(_has_key, _shared_by_caches),
    ),
)
