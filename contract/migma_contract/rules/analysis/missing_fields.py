"""What became of members that are not where the contract has them: gone, renamed, or moved."""

from collections.abc import Container, Iterator, Sequence
from typing import NamedTuple

from migma_contract.json_pointer import pointer
from migma_contract.openapi import Contract, SchemaViolation
from migma_contract.rules.analysis.locations import Place, within
from migma_contract.rules.analysis.name_similarity import SIMILAR, likeness, plain


class MissingField(NamedTuple):
    """A declared member that is absent.

    Attributes:
        where: JSON pointer of the object that lacks it.
        name: Of the member.
        rule: The place in the document that asks for it.
        required: Whether the contract requires it.
        to: Where it stands now, if it was found: its new name (in the same object) or place.
        renamed: Whether ``to`` is in the same object.
    """

    where: str
    name: str
    rule: str
    required: bool
    to: str | None = None
    renamed: bool = False


def missing_fields(
    contract: Contract, body: object, places: Sequence[Place], violations: Sequence[SchemaViolation]
) -> list[MissingField]:
    """Every required member that is absent from a body, and every optional one that goes by another writing.

    Args:
        contract: What the body is held to.
        body: Parsed.
        places: Its objects whose members the contract declares.
        violations: What the schema says against it.
    """
    known = {place.pointer: place for place in places}
    missing: dict[str, dict[str, str]] = {}
    for violation in violations:
        if violation.missing is not None:
            missing.setdefault(violation.where, {})[violation.missing] = violation.rule
    elsewhere = _elsewhere(body) if missing else {}
    found: list[MissingField] = []
    for where, rules in missing.items():
        place = known.get(where)
        renames = _renames(contract, place, list(rules)) if place else {}
        for name, keyword in rules.items():
            rule = place.fields.required.get(name, keyword) if place else keyword
            if name in renames:
                to: str | None = f"{where}{pointer(renames[name])}"
            else:
                to = _moved(known, where, elsewhere.get(plain(name), []))
            found.append(MissingField(where, name, rule, required=True, to=to, renamed=name in renames))
    for place in known.values():
        found.extend(_rewritten(place))
    return found


def _renames(contract: Contract, place: Place, missing: list[str]) -> dict[str, str]:
    """New names by old ones, the likeliest pairs first; a likely name counts only with a value that fits."""
    pairs = [(likeness(name, new), name, new) for name in missing for new in place.unknown]
    chosen: dict[str, str] = {}
    for score, name, new in sorted(pairs, key=lambda pair: -pair[0]):
        if score < SIMILAR or name in chosen or new in chosen.values():
            continue
        schema = place.fields.properties.get(name)
        if score >= 0.95 or schema is None or contract.schemas.validator(schema).is_valid(place.value[new]):
            chosen[name] = new
    return chosen


def _elsewhere(body: object) -> dict[str, list[tuple[str, str]]]:
    """Every member of a body by its plain name: the object that holds it, and its name there."""
    found: dict[str, list[tuple[str, str]]] = {}
    for at, value in within(body):
        for member in value:
            found.setdefault(plain(member), []).append((at, member))
    return found


def _moved(declared_at: Container[str], where: str, holders: list[tuple[str, str]]) -> str | None:
    for at, member in holders:
        if at != where and not (at in declared_at and at.startswith(where)):
            return f"{at}{pointer(member)}"
    return None


def _rewritten(place: Place) -> Iterator[MissingField]:
    absent = {plain(name): name for name in place.fields.properties if name not in place.value}
    for new in place.unknown:
        name = absent.get(plain(new))
        if name is not None and name not in place.fields.required:
            to = f"{place.pointer}{pointer(new)}"
            rule = place.fields.properties[name]
            yield MissingField(place.pointer, name, rule, required=False, to=to, renamed=True)
