"""What became of members that are not where the contract has them: gone, renamed, or moved."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from contract_tests.rules.answer import Answer
from contract_tests.rules.names import ALIKE, likeness, plain
from contract_tests.rules.places import Place, declared, validator, within
from mock_server.contract.strict_json import pointer


class Departure(NamedTuple):
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


@lru_cache(maxsize=32)
def places(answer: Answer) -> list[Place]:
    """The objects of an answer whose members the contract declares; not the stats where they are misplaced."""
    if answer.response.schema_pointer is None or answer.stats_at == "":
        return []
    found = declared(answer.contract, answer.response.schema_pointer, answer.value)
    return [place for place in found if place.pointer == "" or answer.stats_at is None]


@lru_cache(maxsize=32)
def departures(answer: Answer) -> list[Departure]:
    """Every required member that is absent, and every optional one that goes by another writing."""
    known = {place.pointer: place for place in places(answer)}
    missing: dict[str, dict[str, str]] = {}
    for violation in answer.violations:
        if violation.missing is not None:
            missing.setdefault(violation.where, {})[violation.missing] = violation.rule
    elsewhere = _elsewhere(answer) if missing else {}
    found: list[Departure] = []
    for where, rules in missing.items():
        place = known.get(where)
        renames = _renames(answer, place, list(rules)) if place else {}
        for name, keyword in rules.items():
            rule = place.fields.required.get(name, keyword) if place else keyword
            if name in renames:
                to: str | None = f"{where}{pointer(renames[name])}"
            else:
                to = _moved(answer, where, elsewhere.get(plain(name), []))
            found.append(Departure(where, name, rule, required=True, to=to, renamed=name in renames))
    for place in known.values():
        found.extend(_rewritten(place))
    return found


def _renames(answer: Answer, place: Place, missing: list[str]) -> dict[str, str]:
    """New names by old ones, the likeliest pairs first; a likely name counts only with a value that fits."""
    pairs = [(likeness(name, new), name, new) for name in missing for new in place.unknown]
    chosen: dict[str, str] = {}
    for score, name, new in sorted(pairs, key=lambda pair: -pair[0]):
        if score < ALIKE or name in chosen or new in chosen.values():
            continue
        schema = place.fields.properties.get(name)
        if score >= 0.95 or schema is None or validator(answer.contract, schema).is_valid(place.value[new]):
            chosen[name] = new
    return chosen


def _elsewhere(answer: Answer) -> dict[str, list[tuple[str, str]]]:
    """Every member of a body by its plain name: the object that holds it, and its name there."""
    found: dict[str, list[tuple[str, str]]] = {}
    for at, value in within(answer.value):
        for member in value:
            found.setdefault(plain(member), []).append((at, member))
    return found


def _moved(answer: Answer, where: str, holders: list[tuple[str, str]]) -> str | None:
    declared_at = {place.pointer for place in places(answer)}
    for at, member in holders:
        if at != where and not (at in declared_at and at.startswith(where)):
            return f"{at}{pointer(member)}"
    return None


def _rewritten(place: Place) -> Iterator[Departure]:
    absent = {plain(name): name for name in place.fields.properties if name not in place.value}
    for new in place.unknown:
        name = absent.get(plain(new))
        if name is not None and name not in place.fields.required:
            to = f"{place.pointer}{pointer(new)}"
            rule = place.fields.properties[name]
            yield Departure(place.pointer, name, rule, required=False, to=to, renamed=True)


def undocumented(answer: Answer) -> Iterator[tuple[str, object]]:
    """Members that the contract does not declare, and that no departure explains, each with its value."""
    if not isinstance(answer.value, Mapping):
        return
    explained = {departure.to for departure in departures(answer) if departure.to}
    if answer.stats_at is not None:
        explained.add(answer.stats_at)
    for place in places(answer):
        for name in place.unknown:
            at = f"{place.pointer}{pointer(name)}"
            if not any(to == at or to.startswith(f"{at}/") for to in explained):
                yield at, place.value[name]
