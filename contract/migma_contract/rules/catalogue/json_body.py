"""Rules about bodies as text: JSON as RFC 8259 has it, all of it, in UTF-8."""

import json
from collections.abc import Callable, Iterator

from migma_contract.finding import Level
from migma_contract.rules.analysis.parsed_response import ParsedResponse
from migma_contract.rules.rule import Rule, Violation, of_body
from migma_contract.strict_json import DefectKind

_SNIPPET = 60


def _violations(
    answer: ParsedResponse, kinds: set[DefectKind], says: str, level: Level | None = None
) -> Iterator[Violation]:
    for defect in answer.exchange.json.defects:
        if defect.kind in kinds:
            yield Violation(
                answer.at(defect.pointer), says, defect.expected, defect.got, answer.response.pointer, level=level
            )


def _of(*kinds: DefectKind, says: str, level: Level | None = None) -> Callable[[ParsedResponse], Iterator[Violation]]:
    return lambda answer: _violations(answer, set(kinds), says, level)


def _is_wide(body: bytes) -> bool:
    # UTF-16 and UTF-32 without a byte order mark decode as UTF-8 full of NULs.
    return b"\0" in body[:4]


def _not_utf8(answer: ParsedResponse) -> Iterator[Violation]:
    yield from _violations(answer, {"encoding"}, "The body is not UTF-8.")
    yield from _violations(answer, {"surrogate"}, "A text holds half a character.", Level.WARNING)
    if _is_unparsable(answer) and _is_wide(answer.exchange.body):
        got = "NUL bytes between the characters, as in UTF-16"
        yield Violation(answer.at(), "The body is not UTF-8.", "UTF-8", got, answer.response.pointer)


def _is_unparsable(answer: ParsedResponse) -> bool:
    return any(defect.kind == "not-json" for defect in answer.exchange.json.defects)


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


def _cut(answer: ParsedResponse) -> Iterator[Violation]:
    if _is_unparsable(answer) and _ends_early(answer.exchange.body):
        tail = answer.exchange.body.decode("utf-8-sig")[-_SNIPPET:]
        says = "The body is the beginning of a JSON text, without its end."
        yield Violation(answer.at(), says, "a complete JSON text", f"…{tail}", answer.response.pointer)


def _not_json(answer: ParsedResponse) -> Iterator[Violation]:
    body = answer.exchange.body
    yield from _violations(answer, {"too-deep"}, "The body is nested deeper than readers follow.")
    if not _is_unparsable(answer) or _ends_early(body) or _is_wide(body):
        return
    kind = answer.exchange.header("content-type") or "no Content-Type"
    is_html = (
        "<" in body[:_SNIPPET].decode("utf-8", "replace") and "html" in (kind + body[:200].decode("latin-1")).lower()
    )
    detail = next(defect.got for defect in answer.exchange.json.defects if defect.kind == "not-json")
    start = " ".join(body[:_SNIPPET].decode("utf-8", "replace").split())
    says = "The body is an HTML page." if is_html else "The body is not JSON."
    yield Violation(answer.at(), says, "a JSON text", f"{start} … ({kind}; {detail})", answer.response.pointer)


RULES = (
    Rule(
        "body-empty",
        Level.BREAKING,
        "A response has a body.",
        "A client's JSON parser throws; the SDK parses every answer, whatever its status.",
        "openapi.json, content of the response",
        "HTTP/1.1 200 OK\nContent-Type: application/json\nContent-Length: 0",
        answer=of_body(_of("empty", says="The body is empty.")),
    ),
    Rule(
        "body-not-json",
        Level.BREAKING,
        "A body is one JSON text.",
        "A client's JSON parser throws; the SDK parses every answer, whatever its status.",
        "openapi.json, content of the response: application/json",
        "HTTP/1.1 200 OK\nContent-Type: text/html\n\n<!doctype html><title>Maintenance</title>",
        answer=of_body(_not_json),
    ),
    Rule(
        "body-truncated",
        Level.BREAKING,
        "A body is complete JSON.",
        "A client's JSON parser throws, now and then, for no reason that it could know.",
        "openapi.json, content of the response: application/json",
        'HTTP/1.0 200 OK\n\n{"success": true, "data": {"totalSent": 1200, "totalDel',
        answer=of_body(_cut),
    ),
    Rule(
        "body-not-utf8",
        Level.BREAKING,
        "A body is UTF-8.",
        "A client's JSON parser throws, or shows other letters than were sent.",
        "RFC 8259, section 8.1: JSON between systems is UTF-8",
        'HTTP/1.1 404 Not Found\n\n{"success": false, "error": "Kampagne nicht verf\\xfcgbar"} (ISO-8859-1)',
        answer=of_body(_not_utf8),
    ),
    Rule(
        "body-bom",
        Level.BREAKING,
        "A body has no byte order mark.",
        "Many JSON parsers throw at it, Python's and Go's among them.",
        "RFC 8259, section 8.1: implementations must not add a byte order mark",
        'HTTP/1.1 200 OK\n\n\\xef\\xbb\\xbf{"success": true, "data": {…}}',
        answer=of_body(_of("bom", says="The body begins with a byte order mark.")),
    ),
    Rule(
        "body-not-a-number",
        Level.BREAKING,
        "Numbers are JSON numbers within a double's range: no NaN, no Infinity.",
        "Strict JSON parsers throw; the others calculate with what is not a number.",
        "RFC 8259, section 6",
        'HTTP/1.1 200 OK\n\n{"success": true, "data": {"totalDelivered": 0, "openRate": NaN, …}}',
        answer=of_body(_of("not-a-number", says="A member holds what JSON has no number for.")),
    ),
    Rule(
        "body-duplicate-key",
        Level.WARNING,
        "An object has each key once.",
        "Parsers differ in which of the two they keep, so clients differ in what they read.",
        "RFC 8259, section 4: names within an object should be unique",
        '{"success": true, "data": {"uniqueOpens": 410, "uniqueOpens": 398, …}}',
        answer=of_body(_of("duplicate-key", says="A key comes more than once in an object.")),
    ),
)
