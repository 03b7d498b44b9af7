"""Rules made from the contract's schemas: every violation, named by what happened."""

from collections.abc import Callable, Iterator

from migma_contract.finding import Level
from migma_contract.json_pointer import pointer
from migma_contract.openapi import SchemaViolation
from migma_contract.rules.analysis.missing_fields import MissingField
from migma_contract.rules.analysis.parsed_response import ParsedResponse
from migma_contract.rules.catalogue.envelope import is_envelopes
from migma_contract.rules.rule import Rule, Violation, of_json


def _departed(answer: ParsedResponse, *, envelope: bool) -> Iterator[MissingField]:
    for departure in answer.missing_fields:
        is_envelope = departure.where == "" and departure.name in {"success", "error", "data"}
        # Where the stats stand elsewhere, so may the rest of the envelope: that is one finding.
        if not is_envelope or (envelope and answer.misplaced_stats is None):
            yield departure


def _missing(answer: ParsedResponse) -> Iterator[Violation]:
    for departure in _departed(answer, envelope=False):
        if departure.required and departure.to is None:
            where = answer.at(f"{departure.where}{pointer(departure.name)}")
            says = f"The required member {departure.name} is missing."
            yield Violation(where, says, departure.name, "no such member", departure.rule)


def _renamed(answer: ParsedResponse) -> Iterator[Violation]:
    for departure in _departed(answer, envelope=True):
        if departure.renamed and departure.to is not None:
            where = answer.at(f"{departure.where}{pointer(departure.name)}")
            new = departure.to.rpartition("/")[2]
            # What is optional may be absent, so the old name breaks no client that allows for it.
            level = None if departure.required else Level.WARNING
            says = f"{departure.name} is gone, {new} has come."
            yield Violation(where, says, departure.name, new, departure.rule, level=level)


def _moved(answer: ParsedResponse) -> Iterator[Violation]:
    for departure in _departed(answer, envelope=True):
        if departure.to is not None and not departure.renamed:
            where = answer.at(f"{departure.where}{pointer(departure.name)}")
            place = f"{departure.where}{pointer(departure.name)}"
            says = f"{departure.name} is no longer at {place}, but at {departure.to}."
            yield Violation(where, says, f"at {place}", f"at {departure.to}", departure.rule)


def _violation(
    fits: Callable[[SchemaViolation], bool], says: Callable[[str, SchemaViolation], str]
) -> Callable[[ParsedResponse], Iterator[Violation]]:
    def check(answer: ParsedResponse) -> Iterator[Violation]:
        for violation in answer.violations:
            if violation.missing is None and not is_envelopes(answer, violation) and fits(violation):
                name = violation.where.rpartition("/")[2] or "the body"
                where = answer.at(violation.where)
                yield Violation(where, says(name, violation), violation.expected, violation.got, violation.rule)

    return check


def _is_null(violation: SchemaViolation) -> bool:
    return violation.got == "null" and violation.keyword in {"type", "anyOf", "oneOf", "enum", "const"}


def _is_type(violation: SchemaViolation) -> bool:
    return violation.keyword == "type" and not _is_null(violation)


def _is_format(violation: SchemaViolation) -> bool:
    return violation.keyword == "format"


def _is_other(violation: SchemaViolation) -> bool:
    return not (_is_null(violation) or _is_type(violation) or _is_format(violation))


RULES = (
    Rule(
        "required-missing",
        Level.BREAKING,
        "Members that the contract requires are there.",
        "A client reads undefined, and calculates NaN with it, or throws.",
        "openapi.json, components/schemas/CampaignStats/required",
        'HTTP/1.1 200 OK\n\n{"success": true, "data": {"totalSent": 1200, …}} (no clickRate)',
        answer=of_json(_missing),
    ),
    Rule(
        "field-renamed",
        Level.BREAKING,
        "Members keep their names.",
        "A client reads undefined where the value goes by another name now.",
        "openapi.json, names of the schema's properties",
        'HTTP/1.1 200 OK\n\n{"success": true, "data": {"open_rate": 0.41, …}}',
        answer=of_json(_renamed),
    ),
    Rule(
        "field-moved",
        Level.BREAKING,
        "Members keep their places.",
        "A client reads undefined where the value stands elsewhere now.",
        "openapi.json, places of the schema's properties",
        'HTTP/1.1 200 OK\n\n{"success": true, "data": {"totalSent": 1200, "rates": {"openRate": 0.41, …}, …}}',
        answer=of_json(_moved),
    ),
    Rule(
        "wrong-type",
        Level.BREAKING,
        "Members have the type that the contract gives them.",
        "Typed clients throw; others glue texts where they should add numbers.",
        "openapi.json, type of the schema's properties",
        'HTTP/1.1 200 OK\n\n{"success": true, "data": {"totalSent": "1200", …}}',
        answer=of_json(_violation(_is_type, lambda name, v: f"{name} is no {v.expected}.")),
    ),
    Rule(
        "null-not-allowed",
        Level.BREAKING,
        "Members are null only where the contract allows it.",
        "A client calculates with null, or throws.",
        "openapi.json, type of the schema's properties",
        'HTTP/1.1 200 OK\n\n{"success": true, "data": {"openRate": null, …}}',
        answer=of_json(_violation(_is_null, lambda name, _: f"{name} is null.")),
    ),
    Rule(
        "wrong-format",
        Level.BREAKING,
        "Texts have the format that the contract gives them.",
        "A client reads another moment, or none: a date without an offset is local time somewhere.",
        "openapi.json, components/schemas/CampaignStats/properties/lastUpdated/format",
        'HTTP/1.1 200 OK\n\n{"success": true, "data": {"lastUpdated": "2026-01-31 09:30:00", …}}',
        answer=of_json(
            _violation(_is_format, lambda name, v: f"{name} is not {v.expected.removeprefix('a string ')}.")
        ),
    ),
    Rule(
        "constraint-broken",
        Level.BREAKING,
        "Values keep within what else the contract says of them: bounds, lists of values, patterns.",
        "A client meets a value that it was promised never to meet.",
        "openapi.json, keywords of the schema such as enum, minimum and pattern",
        'HTTP/1.1 200 OK\n\n{"success": true, "data": {"status": "archived", …}} (where enum does not have it)',
        answer=of_json(_violation(_is_other, lambda name, v: f"{name} breaks {v.keyword}.")),
    ),
)
