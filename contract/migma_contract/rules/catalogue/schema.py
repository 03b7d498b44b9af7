"""Rules on the contract's schemas: every violation, named by its kind."""

from collections.abc import Callable, Iterator

from migma_contract.code_points import with_code_points
from migma_contract.finding import Level, Violation
from migma_contract.openapi import SchemaViolation
from migma_contract.rules.analysis.locations import shown_name
from migma_contract.rules.analysis.missing_fields import MissingField
from migma_contract.rules.analysis.parsed_response import ParsedResponse
from migma_contract.rules.catalogue.envelope import is_envelope_violation
from migma_contract.rules.rule import Check, breaking, json_body


def _missing_fields(response: ParsedResponse, *, with_envelope: bool) -> Iterator[MissingField]:
    for field in response.missing_fields:
        is_envelope = field.parent == "" and field.name in {"success", "error", "data"}
        # With misplaced stats, the other fields of the envelope may be misplaced too: that is one finding.
        if not is_envelope or (with_envelope and response.misplaced_stats is None):
            yield field


def _required_missing(response: ParsedResponse) -> Iterator[Violation]:
    for field in _missing_fields(response, with_envelope=False):
        if field.required and field.found_at is None:
            message = f"The required field {field.name} is missing."
            yield response.violation(field.pointer, message, field.name, "no such field", field.schema_pointer)


def _renamed(response: ParsedResponse) -> Iterator[Violation]:
    for field in _missing_fields(response, with_envelope=True):
        if field.renamed and field.found_at is not None:
            new = shown_name(field.found_at.rpartition("/")[2])
            # An optional field may be absent, so a client that handles that does not break.
            level = None if field.required else Level.WARNING
            message = f"{field.name} is missing, and there is a new field {new}."
            yield response.violation(field.pointer, message, field.name, new, field.schema_pointer, level=level)


def _moved(response: ParsedResponse) -> Iterator[Violation]:
    for field in _missing_fields(response, with_envelope=True):
        if field.found_at is not None and not field.renamed:
            found_at = with_code_points(field.found_at)
            message = f"{field.name} moved from {field.pointer} to {found_at}."
            expected, got = f"at {field.pointer}", f"at {found_at}"
            yield response.violation(field.pointer, message, expected, got, field.schema_pointer)


def rule_of(violation: SchemaViolation) -> str:
    """Return the id of the rule of this file that reports a violation of a schema, unless a field is missing."""
    return {
        "type": "wrong-type",
        "null": "null-not-allowed",
        "format": "wrong-format",
        "other": "constraint-broken",
    }[_kind(violation)]


def _schema_check(keyword: str, message: Callable[[str, SchemaViolation], str]) -> Check:
    """Return the check for violations of a keyword: ``type``, ``format``, ``null``, or ``other`` for the rest."""

    def check(response: ParsedResponse) -> Iterator[Violation]:
        for each in response.violations:
            if each.missing is None and not is_envelope_violation(response, each) and _kind(each) == keyword:
                name = each.pointer.rpartition("/")[2] or "the body"
                yield response.violation(
                    each.pointer, message(name, each), each.expected, each.got, each.schema_pointer
                )

    return json_body(check)


def _kind(violation: SchemaViolation) -> str:
    if violation.got == "null" and violation.keyword in {"type", "anyOf", "oneOf", "enum", "const"}:
        return "null"
    return violation.keyword if violation.keyword in {"type", "format"} else "other"


def _wrong_type(name: str, violation: SchemaViolation) -> str:
    article = "an" if violation.expected[0] in "aeiou" else "a"
    return f"{name} is not {article} {violation.expected}."


_STATS = "openapi.json#/components/schemas/CampaignStats"

RULES = (
    breaking(
        "required-missing",
        "Fields that the contract requires are present.",
        "A client reads undefined, and calculates NaN with it, or throws.",
        f"{_STATS}/required",
        'HTTP/1.1 200 OK\n\n{"success": true, "data": {"totalSent": 1200, …}} (no clickRate)',
        json_body(_required_missing),
    ),
    breaking(
        "field-renamed",
        "Fields keep their names.",
        "A client reads undefined, since the value has another name now.",
        "openapi.json, names of the schema's properties",
        'HTTP/1.1 200 OK\n\n{"success": true, "data": {"open_rate": 0.41, …}}',
        json_body(_renamed),
    ),
    breaking(
        "field-moved",
        "Fields stay in their objects.",
        "A client reads undefined, since the value is in another object now.",
        "openapi.json, places of the schema's properties",
        'HTTP/1.1 200 OK\n\n{"success": true, "data": {"totalSent": 1200, "rates": {"openRate": 0.41, …}, …}}',
        json_body(_moved),
    ),
    breaking(
        "wrong-type",
        "Fields have the type in the contract.",
        "Typed clients throw; others concatenate strings instead of adding numbers.",
        "openapi.json, type of the schema's properties",
        'HTTP/1.1 200 OK\n\n{"success": true, "data": {"totalSent": "1200", …}}',
        _schema_check("type", _wrong_type),
    ),
    breaking(
        "null-not-allowed",
        "Fields are null only where the contract allows it.",
        "A client calculates with null, or throws.",
        "openapi.json, type of the schema's properties",
        'HTTP/1.1 200 OK\n\n{"success": true, "data": {"openRate": null, …}}',
        _schema_check("null", lambda name, _: f"{name} is null."),
    ),
    breaking(
        "wrong-format",
        "Strings have the format in the contract.",
        "A client reads another time, or none: a date-time without an offset is local time somewhere.",
        f"{_STATS}/properties/lastUpdated/format",
        'HTTP/1.1 200 OK\n\n{"success": true, "data": {"lastUpdated": "2026-01-31 09:30:00", …}}',
        _schema_check("format", lambda name, v: f"{name} is not {v.expected.removeprefix('a string ')}."),
    ),
    breaking(
        "constraint-broken",
        "Values satisfy the other constraints of the contract: bounds, lists of values, patterns.",
        "A client gets a value that the contract excludes.",
        "openapi.json, keywords of the schema such as enum, minimum and pattern",
        'HTTP/1.1 200 OK\n\n{"success": true, "data": {"status": "archived", …}} (if enum does not have it)',
        _schema_check("other", lambda name, v: f"{name} violates {v.keyword}."),
    ),
)
