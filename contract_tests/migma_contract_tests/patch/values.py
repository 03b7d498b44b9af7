"""Changes for values that a schema excludes: it is widened as far as the values that were seen."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from migma_contract.json_pointer import lookup, pointer, tokens
from migma_contract.openapi import SchemaViolation
from migma_contract.openapi.patch.draft import Draft
from migma_contract.openapi.patch.evidence import Evidence
from migma_contract.openapi.patch.widening import widened
from migma_contract.rules.analysis.parsed_response import ParsedResponse
from migma_contract.rules.catalogue.schema import rule_of
from migma_contract.strict_json import describe_json
from migma_contract_tests.patch.fields import CLOSED, NewField, declare, new_field, new_names
from migma_contract_tests.patch.observed import Observed

_ERROR_NOT_TEXT = "envelope-error-not-text"


class _Excluded(NamedTuple):
    """A value that a schema excludes.

    Attributes:
        response: The response that has it.
        violation: The violation.
        value: The value.
        evidence: The same as evidence.
    """

    response: ParsedResponse
    violation: SchemaViolation
    value: Any
    evidence: Evidence


def allow_values(observed: Observed) -> None:
    """Widen the schemas that exclude the values at the places of the findings."""
    groups: dict[tuple[str, str, bool], list[_Excluded]] = {}
    new: list[NewField] = []
    for each in _excluded(observed):
        if each.violation.keyword in CLOSED:
            new += _new_fields(observed, each)
        else:
            groups.setdefault((*_place(observed.draft, each), each.value is None), []).append(each)
    for (place, keyword, _), found in groups.items():
        _widen(observed, place, keyword, found)
    declare(observed.draft, new)


def _excluded(observed: Observed) -> Iterator[_Excluded]:
    for response in observed.responses:
        for violation in response.violations:
            where = response.at(violation.pointer)
            rules = () if violation.missing is not None else (rule_of(violation), _ERROR_NOT_TEXT)
            rule = next((each for each in rules if (each, where) in observed.places), None)
            if rule is None:
                continue
            value = lookup(response.value, violation.pointer)
            seen = describe_json(value)
            # The pointer of a field with an empty name is that of the object around it, which is another value.
            if _type_of(seen) == _type_of(violation.got) or violation.keyword in CLOSED:
                yield _Excluded(response, violation, value, Evidence(rule, where, response.index, seen))


def _type_of(described: str) -> str:
    """Return the JSON type at the end of a described value: ``(integer)``; null, true and false are their own."""
    return described.rpartition(" ")[2]


def _place(draft: Draft, excluded: _Excluded) -> tuple[str, str]:
    """Return where to widen, and which keyword.

    That is in the schema, or at the reference to it if other fields have it too, of which nothing was seen.
    """
    violation, response = excluded.violation, excluded.response
    schema, _, keyword = violation.schema_pointer.rpartition("/")
    document = response.contract.schemas
    if keyword != "type" or not violation.pointer or len(draft.users(schema)) < 2:
        return schema, keyword
    *parent, name = tokens(violation.pointer)
    around = pointer(*parent)
    for declared in response.declared_objects:
        site = declared.fields.properties.get(name) if declared.pointer == around else None
        node = document.at(site) if site is not None else None
        if site is not None and isinstance(node, dict) and "$ref" in node and document.resolve(node, site)[1] == schema:
            return site, "$ref"
    return schema, keyword


def _widen(observed: Observed, place: str, keyword: str, found: list[_Excluded]) -> None:
    schema = observed.draft.at(place)
    # A schema that is false is no keyword, but a field, which may have the name of one.
    if not isinstance(schema, dict) or schema.get(keyword, False) is False:
        return
    new = widened(schema, keyword, [each.value for each in found], is_30=observed.draft.is_30)
    if new is not None:
        observed.draft.put_schema(place, new, [each.evidence for each in found])


def _new_fields(observed: Observed, excluded: _Excluded) -> Iterator[NewField]:
    """Yield the new fields of an object that may have no other ones."""
    for declared in excluded.response.declared_objects:
        if declared.pointer == excluded.violation.pointer:
            for name in new_names(declared):
                yield from new_field(observed.draft, excluded.response, declared, name, excluded.evidence)
