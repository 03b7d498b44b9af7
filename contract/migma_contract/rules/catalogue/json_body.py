"""Rules on the body as text: one complete JSON document (RFC 8259) in UTF-8, with integers that every client reads."""

import re
from collections.abc import Iterator
from typing import Any

from migma_contract.finding import Level, Violation
from migma_contract.json_pointer import lookup, pointer
from migma_contract.openapi import Document
from migma_contract.rules.analysis.parsed_response import ParsedResponse
from migma_contract.rules.rule import Check, any_body, breaking, info, json_body, warning
from migma_contract.stats import MAX_COUNT
from migma_contract.strict_json import DefectKind, parse_as_written

_SNIPPET = 60
_DIGITS_ALONE = re.compile("0|-?[1-9][0-9]*")


def _defects(
    response: ParsedResponse, kind: DefectKind, message: str, level: Level | None = None
) -> Iterator[Violation]:
    for defect in response.exchange.json.defects:
        if defect.kind == kind:
            yield response.violation(defect.pointer, message, defect.expected, defect.got, level=level)


def _defect_check(kind: DefectKind, message: str) -> Check:
    return any_body(lambda response: _defects(response, kind, message))


def _is_wide(body: bytes) -> bool:
    # UTF-16 and UTF-32 without a byte order mark decode as UTF-8 full of NULs.
    return b"\0" in body[:4]


def _not_utf8(response: ParsedResponse) -> Iterator[Violation]:
    yield from _defects(response, "encoding", "The body is not UTF-8.")
    yield from _defects(response, "surrogate", "A string has half of a surrogate pair.", Level.WARNING)
    if _is_wide(response.exchange.body):
        for violation in _defects(response, "not-json", "The body is not UTF-8."):
            yield violation._replace(expected="UTF-8", got="NUL bytes between the characters, as in UTF-16")


def _truncated(response: ParsedResponse) -> Iterator[Violation]:
    tail = response.exchange.body.decode("utf-8-sig", "replace")[-_SNIPPET:]
    for violation in _defects(response, "truncated", "The body is the beginning of a JSON document without its end."):
        yield violation._replace(expected="a complete JSON document", got=f"…{tail}")


def _not_json(response: ParsedResponse) -> Iterator[Violation]:
    body = response.exchange.body
    if _is_wide(body):
        return
    content_type = response.exchange.header("content-type") or "no Content-Type"
    start = body[:_SNIPPET].decode("utf-8", "replace")
    is_html = "<" in start and "html" in (content_type + body[:200].decode("latin-1")).lower()
    message = "The body is an HTML page." if is_html else "The body is not JSON."
    for defect in response.exchange.json.defects:
        if defect.kind == "not-json":
            got = f"{' '.join(start.split())} … ({content_type}; {defect.message})"
            yield response.violation("", message, "a JSON document", got)


def _integers_as_decimals(response: ParsedResponse) -> Iterator[Violation]:
    """Yield the integer fields that are not written in digits alone; JSON Schema accepts 1200.0 as an integer."""
    places = list(_possible_decimals(response))
    written = parse_as_written(response.exchange.body) if places else None
    for at, schema, value in places:
        text = lookup(written, at)
        if not _DIGITS_ALONE.fullmatch(text):
            message = f"{at.rpartition('/')[2]} is an integer, but it is written as {text}."
            yield response.violation(at, message, f"{int(value)}, in digits alone", text, schema)


def _possible_decimals(response: ParsedResponse) -> Iterator[tuple[str, str, int | float]]:
    """Yield the integer fields whose parsed value does not show that they were written in digits alone."""
    for declared in response.declared_objects:
        for name, schema in declared.fields.properties.items():
            value: Any = declared.value.get(name)
            if _may_be_decimal(value) and _is_integer(response.contract.schemas, schema):
                yield f"{declared.pointer}{pointer(name)}", schema, value


def _may_be_decimal(value: Any) -> bool:
    if isinstance(value, float):
        # Another rule reports larger ones: doubles are not exact there, however they are written.
        return value.is_integer() and abs(value) <= MAX_COUNT
    return value == 0 and not isinstance(value, bool)  # -0 is parsed as 0


def _is_integer(schemas: Document, at: str) -> bool:
    types = schemas.types(at)
    return "integer" in types and "number" not in types


RULES = (
    breaking(
        "body-empty",
        "A response has a body.",
        "A client's JSON parser throws; the SDK parses every response, whatever its status.",
        "openapi.json, content of the response",
        "HTTP/1.1 200 OK\nContent-Type: application/json\nContent-Length: 0",
        _defect_check("empty", "The body is empty."),
    ),
    breaking(
        "body-not-json",
        "A body is one JSON document.",
        "A client's JSON parser throws; the SDK parses every response, whatever its status.",
        "openapi.json, content of the response: application/json",
        "HTTP/1.1 200 OK\nContent-Type: text/html\n\n<!doctype html><title>Maintenance</title>",
        any_body(_not_json),
    ),
    breaking(
        "body-truncated",
        "A body is complete JSON.",
        "A client's JSON parser throws now and then, for no reason that it can know.",
        "openapi.json, content of the response: application/json",
        'HTTP/1.0 200 OK\n\n{"success": true, "data": {"totalSent": 1200, "totalDel',
        any_body(_truncated),
    ),
    breaking(
        "body-not-utf8",
        "A body is UTF-8.",
        "A client's JSON parser throws, or shows wrong characters.",
        "RFC 8259, section 8.1: JSON between systems is UTF-8",
        'HTTP/1.1 404 Not Found\n\n{"success": false, "error": "Kampagne nicht verf\\xfcgbar"} (ISO-8859-1)',
        any_body(_not_utf8),
    ),
    breaking(
        "body-bom",
        "A body has no byte order mark.",
        "Many JSON parsers reject it, Python's and Go's among them.",
        "RFC 8259, section 8.1: implementations must not add a byte order mark",
        'HTTP/1.1 200 OK\n\n\\xef\\xbb\\xbf{"success": true, "data": {…}}',
        _defect_check("bom", "The body begins with a byte order mark."),
    ),
    breaking(
        "body-not-a-number",
        "Numbers are JSON numbers within the range of a double: no NaN, no Infinity.",
        "Strict JSON parsers throw; others calculate with a value that is not a number.",
        "RFC 8259, section 6",
        'HTTP/1.1 200 OK\n\n{"success": true, "data": {"totalDelivered": 0, "openRate": NaN, …}}',
        _defect_check("not-a-number", "A field has a value that is not a JSON number."),
    ),
    warning(
        "body-duplicate-key",
        "An object has each key once.",
        "Parsers differ in which of the two values they keep, so clients read different values.",
        "RFC 8259, section 4: names within an object should be unique",
        '{"success": true, "data": {"uniqueOpens": 410, "uniqueOpens": 398, …}}',
        _defect_check("duplicate-key", "An object has a duplicate key."),
    ),
    info(
        "integer-written-as-decimal",
        "Integers are written in digits alone: without a decimal point, an exponent, or a minus sign before 0.",
        "JSON Schema accepts 1200.0 and 1.2e3 as integers; typed clients in Go, Rust and C# throw when they read them.",
        "openapi.json, type integer of the schema's properties",
        'HTTP/1.1 200 OK\n\n{"success": true, "data": {"totalSent": 1200.0, "totalDelivered": 1.15e3, …}}',
        json_body(_integers_as_decimals),
    ),
)
