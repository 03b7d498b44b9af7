"""Rules on the contract's schemas: every violation, named by its kind."""

from collections.abc import Callable, Iterator

from migma_contract.finding import Level
from migma_contract.openapi import SchemaViolation
from migma_contract.rules.analysis.missing_fields import MissingField
from migma_contract.rules.analysis.parsed_response import ParsedResponse
from migma_contract.rules.catalogue.envelope import is_envelope_violation
from migma_contract.rules.rule import ResponseCheck, Rule, Violation, json_body


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
            yield Violation(response.at(field.pointer), message, field.name, "no such field", field.schema_pointer)


def _renamed(response: ParsedResponse) -> Iterator[Violation]:
    for field in _missing_fields(response, with_envelope=True):
        if field.renamed and field.found_at is not None:
            new = field.found_at.rpartition("/")[2]
            # An optional field may be absent, so a client that handles that does not break.
            level = None if field.required else Level.WARNING
            message = f"{field.name} is missing, and there is a new field {new}."
            yield Violation(response.at(field.pointer), message, field.name, new, field.schema_pointer, level=level)


def _moved(response: ParsedResponse) -> Iterator[Violation]:
    for field in _missing_fields(response, with_envelope=True):
        if field.found_at is not None and not field.renamed:
            message = f"{field.name} moved from {field.pointer} to {field.found_at}."
            expected, got = f"at {field.pointer}", f"at {field.found_at}"
            yield Violation(response.at(field.pointer), message, expected, got, field.schema_pointer)


def _schema_check(
    matches: Callable[[SchemaViolation], bool], message: Callable[[str, SchemaViolation], str]
) -> ResponseCheck:
    def check(response: ParsedResponse) -> Iterator[Violation]:
        for each in response.violations:
            if each.missing is None and not is_envelope_violation(response, each) and matches(each):
                name = each.pointer.rpartition("/")[2] or "the body"
                where = response.at(each.pointer)
                yield Violation(where, message(name, each), each.expected, each.got, each.schema_pointer)

    return json_body(check)


def _is_null(violation: SchemaViolation) -> bool:
    return violation.got == "null" and violation.keyword in {"type", "anyOf", "oneOf", "enum", "const"}


def _is_type(violation: SchemaViolation) -> bool:
    return violation.keyword == "type" and not _is_null(violation)


def _is_format(violation: SchemaViolation) -> bool:
    return violation.keyword == "format"


def _is_other(violation: SchemaViolation) -> bool:
    return not (_is_null(violation) or _is_type(violation) or _is_format(violation))


def _wrong_type(name: str, violation: SchemaViolation) -> str:
    article = "an" if violation.expected[0] in "aeiou" else "a"
    return f"{name} is not {article} {violation.expected}."


_STATS = "openapi.json#/components/schemas/CampaignStats"

RULES = (
    Rule(
        "required-missing",
        Level.BREAKING,
        "Fields that the contract requires are present.",
        "A client reads undefined, and calculates NaN with it, or throws.",
        f"{_STATS}/required",
        'HTTP/1.1 200 OK\n\n{"success": true, "data": {"totalSent": 1200, …}} (no clickRate)',
        check_response=json_body(_required_missing),
    ),
    Rule(
        "field-renamed",
        Level.BREAKING,
        "Fields keep their names.",
        "A client reads undefined, since the value has another name now.",
        "openapi.json, names of the schema's properties",
        'HTTP/1.1 200 OK\n\n{"success": true, "data": {"open_rate": 0.41, …}}',
        check_response=json_body(_renamed),
    ),
    Rule(
        "field-moved",
        Level.BREAKING,
        "Fields stay in their objects.",
        "A client reads undefined, since the value is in another object now.",
        "openapi.json, places of the schema's properties",
        'HTTP/1.1 200 OK\n\n{"success": true, "data": {"totalSent": 1200, "rates": {"openRate": 0.41, …}, …}}',
        check_response=json_body(_moved),
    ),
    Rule(
        "wrong-type",
        Level.BREAKING,
        "Fields have the type in the contract.",
        "Typed clients throw; others concatenate strings instead of adding numbers.",
        "openapi.json, type of the schema's properties",
        'HTTP/1.1 200 OK\n\n{"success": true, "data": {"totalSent": "1200", …}}',
        check_response=_schema_check(_is_type, _wrong_type),
    ),
    Rule(
        "null-not-allowed",
        Level.BREAKING,
        "Fields are null only where the contract allows it.",
        "A client calculates with null, or throws.",
        "openapi.json, type of the schema's properties",
        'HTTP/1.1 200 OK\n\n{"success": true, "data": {"openRate": null, …}}',
        check_response=_schema_check(_is_null, lambda name, _: f"{name} is null."),
    ),
    Rule(
        "wrong-format",
        Level.BREAKING,
        "Strings have the format in the contract.",
        "A client reads another time, or none: a date-time without an offset is local time somewhere.",
        f"{_STATS}/properties/lastUpdated/format",
        'HTTP/1.1 200 OK\n\n{"success": true, "data": {"lastUpdated": "2026-01-31 09:30:00", …}}',
        check_response=_schema_check(
            _is_format, lambda name, v: f"{name} is not {v.expected.removeprefix('a string ')}."
        ),
    ),
    Rule(
        "constraint-broken",
        Level.BREAKING,
        "Values satisfy the other constraints of the contract: bounds, lists of values, patterns.",
        "A client gets a value that the contract excludes.",
        "openapi.json, keywords of the schema such as enum, minimum and pattern",
        'HTTP/1.1 200 OK\n\n{"success": true, "data": {"status": "archived", …}} (if enum does not have it)',
        check_response=_schema_check(_is_other, lambda name, v: f"{name} violates {v.keyword}."),
    ),
)
