"""Fields that are not where the contract has them: missing, renamed or moved."""

from collections.abc import Container, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from migma_contract.json_pointer import pointer
from migma_contract.openapi import Contract, SchemaViolation
from migma_contract.rules.analysis.locations import DeclaredObject, all_objects
from migma_contract.rules.analysis.name_similarity import SIMILAR, normalize, similarity

_MAX_RENAMED = 100
"""Undeclared fields of an object that are compared with its missing ones, which takes time for each pair."""


class MissingField(NamedTuple):
    """A declared field that is absent from its object.

    Attributes:
        parent: JSON pointer to the object that lacks it.
        name: Name of the field.
        schema_pointer: The place in the document that requires or declares it.
        required: True if the contract requires it.
        found_at: JSON pointer to where it is now, if it was found.
    """

    parent: str
    name: str
    schema_pointer: str
    required: bool
    found_at: str | None

    @property
    def pointer(self) -> str:
        """JSON pointer to where the field should be."""
        return f"{self.parent}{pointer(self.name)}"

    @property
    def renamed(self) -> bool:
        """True if ``found_at`` is in the same object."""
        return self.found_at is not None and self.found_at.rpartition("/")[0] == self.parent


def missing_fields(
    contract: Contract, body: object, objects: Sequence[DeclaredObject], violations: Sequence[SchemaViolation]
) -> list[MissingField]:
    """Return every required field that is absent from a body, and every optional one with another spelling.

    Args:
        contract: The contract.
        body: The parsed body.
        objects: The objects in it whose fields the contract declares.
        violations: The violations of its schema, sorted.
    """
    known = {each.pointer: each for each in objects}
    missing = [violation for violation in violations if violation.missing is not None]
    elsewhere = _fields_by_name(body) if missing else {}
    found: list[MissingField] = []
    for parent, group in groupby(missing, key=lambda violation: violation.pointer):
        keywords = {str(violation.missing): violation.schema_pointer for violation in group}
        declared = known.get(parent)
        renames = _renames(contract, declared, list(keywords)) if declared else {}
        for name, keyword in keywords.items():
            schema_pointer = declared.fields.required.get(name, keyword) if declared else keyword
            found_at = renames.get(name) or _moved_to(known, parent, elsewhere.get(normalize(name), []))
            found.append(MissingField(parent, name, schema_pointer, required=True, found_at=found_at))
    for declared in objects:
        found.extend(_respelled(declared))
    return found


def _renames(contract: Contract, declared: DeclaredObject, missing: list[str]) -> dict[str, str]:
    """Return the places of renamed fields, most similar names first; a similar name needs a value that is valid."""
    pairs = [(similarity(name, new), name, new) for name in missing for new in declared.undeclared[:_MAX_RENAMED]]
    chosen: dict[str, str] = {}
    for score, name, new in sorted(pairs, key=lambda pair: -pair[0]):
        found_at = f"{declared.pointer}{pointer(new)}"
        if score < SIMILAR or name in chosen or found_at in chosen.values():
            continue
        schema = declared.fields.properties.get(name)
        if score >= 0.95 or schema is None or contract.schemas.validator(schema).is_valid(declared.value[new]):
            chosen[name] = found_at
    return chosen


def _fields_by_name(body: object) -> dict[str, list[tuple[str, str]]]:
    """Return every field in a body by its normalized name: the pointer of its object, and its exact name."""
    found: dict[str, list[tuple[str, str]]] = {}
    for at, value in all_objects(body):
        for name in value:
            found.setdefault(normalize(name), []).append((at, name))
    return found


def _moved_to(declared_at: Container[str], parent: str, fields: list[tuple[str, str]]) -> str | None:
    places = (
        f"{at}{pointer(name)}"
        for at, name in fields
        if at != parent and not (at in declared_at and f"{at}/".startswith(f"{parent}/"))
    )
    return next(places, None)


def _respelled(declared: DeclaredObject) -> Iterator[MissingField]:
    """Yield the optional fields of an object whose name is only spelled differently."""
    absent = {normalize(name): name for name in declared.fields.properties if name not in declared.value}
    for new in declared.undeclared:
        name = absent.get(normalize(new))
        if name is not None and name not in declared.fields.required:
            found_at, schema = f"{declared.pointer}{pointer(new)}", declared.fields.properties[name]
            yield MissingField(declared.pointer, name, schema, required=False, found_at=found_at)
