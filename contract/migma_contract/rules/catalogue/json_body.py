"""Rules on the body as text: one complete JSON document (RFC 8259) in UTF-8."""

import json
from collections.abc import Iterator

from migma_contract.finding import Level
from migma_contract.rules.analysis.parsed_response import ParsedResponse
from migma_contract.rules.rule import ResponseCheck, Rule, Violation, any_body
from migma_contract.strict_json import DefectKind

_SNIPPET = 60


def _defects(
    response: ParsedResponse, kind: DefectKind, message: str, level: Level | None = None
) -> Iterator[Violation]:
    pointer = response.documented.pointer
    for defect in response.exchange.json.defects:
        if defect.kind == kind:
            where = response.at(defect.pointer)
            yield Violation(where, message, defect.expected, defect.got, pointer, level=level)


def _defect_check(kind: DefectKind, message: str) -> ResponseCheck:
    return any_body(lambda response: _defects(response, kind, message))


def _is_wide(body: bytes) -> bool:
    # UTF-16 and UTF-32 without a byte order mark decode as UTF-8 full of NULs.
    return b"\0" in body[:4]


def _not_utf8(response: ParsedResponse) -> Iterator[Violation]:
    yield from _defects(response, "encoding", "The body is not UTF-8.")
    yield from _defects(response, "surrogate", "A string has half of a surrogate pair.", Level.WARNING)
    if _is_not_json(response) and _is_wide(response.exchange.body):
        got = "NUL bytes between the characters, as in UTF-16"
        yield Violation(response.at(), "The body is not UTF-8.", "UTF-8", got, response.documented.pointer)


def _is_not_json(response: ParsedResponse) -> bool:
    return any(defect.kind == "not-json" for defect in response.exchange.json.defects)


def _ends_early(body: bytes) -> bool:
    text = body.decode("utf-8-sig").rstrip()
    if not text.startswith(("{", "[")):
        return False
    try:
        json.JSONDecoder().raw_decode(text)
    except json.JSONDecodeError as error:
        rest = text[error.pos :]
        is_cut_word = any(word.startswith(rest) for word in ("true", "false", "null"))
        return is_cut_word or error.msg.startswith("Unterminated string")
    return False


def _truncated(response: ParsedResponse) -> Iterator[Violation]:
    if _is_not_json(response) and _ends_early(response.exchange.body):
        tail = response.exchange.body.decode("utf-8-sig")[-_SNIPPET:]
        message = "The body is the beginning of a JSON document without its end."
        yield Violation(response.at(), message, "a complete JSON document", f"…{tail}", response.documented.pointer)


def _not_json(response: ParsedResponse) -> Iterator[Violation]:
    body = response.exchange.body
    yield from _defects(response, "too-deep", "The body is nested too deeply for JSON parsers.")
    if not _is_not_json(response) or _ends_early(body) or _is_wide(body):
        return
    content_type = response.exchange.header("content-type") or "no Content-Type"
    has_tag = "<" in body[:_SNIPPET].decode("utf-8", "replace")
    is_html = has_tag and "html" in (content_type + body[:200].decode("latin-1")).lower()
    message = "The body is an HTML page." if is_html else "The body is not JSON."
    reason = next(defect.message for defect in response.exchange.json.defects if defect.kind == "not-json")
    start = " ".join(body[:_SNIPPET].decode("utf-8", "replace").split())
    got = f"{start} … ({content_type}; {reason})"
    yield Violation(response.at(), message, "a JSON document", got, response.documented.pointer)


RULES = (
    Rule(
        "body-empty",
        Level.BREAKING,
        "A response has a body.",
        "A client's JSON parser throws; the SDK parses every response, whatever its status.",
        "openapi.json, content of the response",
        "HTTP/1.1 200 OK\nContent-Type: application/json\nContent-Length: 0",
        check_response=_defect_check("empty", "The body is empty."),
    ),
    Rule(
        "body-not-json",
        Level.BREAKING,
        "A body is one JSON document.",
        "A client's JSON parser throws; the SDK parses every response, whatever its status.",
        "openapi.json, content of the response: application/json",
        "HTTP/1.1 200 OK\nContent-Type: text/html\n\n<!doctype html><title>Maintenance</title>",
        check_response=any_body(_not_json),
    ),
    Rule(
        "body-truncated",
        Level.BREAKING,
        "A body is complete JSON.",
        "A client's JSON parser throws now and then, for no reason that it can know.",
        "openapi.json, content of the response: application/json",
        'HTTP/1.0 200 OK\n\n{"success": true, "data": {"totalSent": 1200, "totalDel',
        check_response=any_body(_truncated),
    ),
    Rule(
        "body-not-utf8",
        Level.BREAKING,
        "A body is UTF-8.",
        "A client's JSON parser throws, or shows wrong characters.",
        "RFC 8259, section 8.1: JSON between systems is UTF-8",
        'HTTP/1.1 404 Not Found\n\n{"success": false, "error": "Kampagne nicht verf\\xfcgbar"} (ISO-8859-1)',
        check_response=any_body(_not_utf8),
    ),
    Rule(
        "body-bom",
        Level.BREAKING,
        "A body has no byte order mark.",
        "Many JSON parsers reject it, Python's and Go's among them.",
        "RFC 8259, section 8.1: implementations must not add a byte order mark",
        'HTTP/1.1 200 OK\n\n\\xef\\xbb\\xbf{"success": true, "data": {…}}',
        check_response=_defect_check("bom", "The body begins with a byte order mark."),
    ),
    Rule(
        "body-not-a-number",
        Level.BREAKING,
        "Numbers are JSON numbers within the range of a double: no NaN, no Infinity.",
        "Strict JSON parsers throw; others calculate with a value that is not a number.",
        "RFC 8259, section 6",
        'HTTP/1.1 200 OK\n\n{"success": true, "data": {"totalDelivered": 0, "openRate": NaN, …}}',
        check_response=_defect_check("not-a-number", "A field has a value that is not a JSON number."),
    ),
    Rule(
        "body-duplicate-key",
        Level.WARNING,
        "An object has each key once.",
        "Parsers differ in which of the two values they keep, so clients read different values.",
        "RFC 8259, section 4: names within an object should be unique",
        '{"success": true, "data": {"uniqueOpens": 410, "uniqueOpens": 398, …}}',
        check_response=_defect_check("duplicate-key", "An object has a duplicate key."),
    ),
)
