"""StatsForm: how the stats that this release knows become those of the contract."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from migma_contract.errors import Problem
from migma_contract.openapi import Contract, Sampler, UnsatisfiableError
from migma_contract.rate_unit import WHOLE
from migma_contract.stats import COUNTS, RATES

_KNOWN = {**dict.fromkeys(COUNTS, "integer"), **dict.fromkeys(RATES, "number"), "lastUpdated": "string"}
_DETECTED = ("botOpens", "botClicks", "mppOpens")
"""Counts that a campaign may lack, although it was read; 0 is always a possible value."""


class StatsForm:
    """Adapts stats to the contract: leaves out what it does not declare, and adds what it does, from its schema.

    With the vendor's contract, and with any that declares the same stats, nothing changes.

    Args:
        contract: The contract.

    Attributes:
        added: The stats that are made from their schema, each with the JSON pointer to it: they are new, or their
            type is another one than this release knows.
        removed: The stats that this release knows and the contract does not declare.

    Raises:
        ContractError: There is no value for a required field.
    """

    def __init__(self, contract: Contract) -> None:
        declared = contract.stats.properties
        self._sampler = Sampler(contract.schemas)
        self._required = contract.stats.required.keys()
        self.removed = frozenset(name for name in _KNOWN if declared and name not in declared)
        self.added = {name: at for name, at in declared.items() if not _is_as_known(contract, name, at)}
        self._zeros = [name for name in _DETECTED if name in self._required and name not in self.added]
        self._whole = frozenset(name for name in RATES if name in declared and _is_integer(contract, declared[name]))
        self._notices = list(self._check(contract))
        self.is_plain = not (self.removed or self.added or self._zeros or self._whole)

    @property
    def notices(self) -> list[str]:
        """Sentences for the user about what differs from the stats that this release knows."""
        return self._notices

    def _check(self, contract: Contract) -> Iterator[str]:
        for name, at in list(self.added.items()):
            try:
                self._sampler.value(at, name)
            except UnsatisfiableError:
                if name in self._required:
                    expected = f"a schema of {name} for which a value can be made, or an example in it"
                    contract.schemas.refuse(at, expected, "one that no value was found for")
                del self.added[name]
                yield f"The optional field {name!r} ({at}) is not served, since no value for it was found."
        new = [name for name in self.added if name not in _KNOWN]
        if new:
            yield f"The contract has stats that this release does not know; made from their schema: {_list(new)}."
        retyped = [name for name in self.added if name in _KNOWN]
        if retyped:
            yield (
                f"The contract has another type for {_list(retyped)} than this release knows: "
                "values are made from the schema, and nothing is checked about how they relate to other stats."
            )
        if self.removed:
            yield f"The contract does not declare these stats, which are not served: {_list(sorted(self.removed))}."
        if self._zeros:
            yield f"The contract requires {_list(self._zeros)}: in campaigns without it, it is 0."
        if self._whole:
            yield f"The contract has whole numbers for {_list(sorted(self._whole))}: the rates are rounded."

    def fit(self, stats: Mapping[str, Any], seed: str, *, edge: bool = False, sparse: bool = False) -> dict[str, Any]:
        """Return stats in the form of the contract; given values of fields that are as known stay.

        Args:
            stats: The stats that this release knows.
            seed: The same seed gives the same values of added fields.
            edge: Prefer boundary values.
            sparse: Leave out some optional fields, as the seed says.
        """
        if self.is_plain:
            return dict(stats)
        kept = {name: value for name, value in stats.items() if name not in self.removed and name not in self.added}
        for name in self._whole & kept.keys():
            kept[name] = round(kept[name])
        given = {name: value for name, value in stats.items() if name in self.added and name not in _KNOWN}
        wanted = [name for name in self.added if name in self._required or not sparse or _is_chosen(seed, name)]
        drawn = {name: self._value(name, seed, edge=edge) for name in wanted if name not in given}
        return {**kept, **{name: 0 for name in self._zeros if name not in kept}, **given, **drawn}

    def fill(self, stats: Mapping[str, Any], seed: str) -> dict[str, Any]:
        """Return stats that a user wrote, with the required fields of the contract that they lack."""
        zeros = {name: 0 for name in self._zeros if name not in stats}
        missing = [name for name in self.added if name in self._required and name not in stats]
        return {**stats, **zeros, **{name: self._value(name, seed, edge=False) for name in missing}}

    def fitting(self, seed: str) -> Callable[[dict[str, Any]], dict[str, Any]] | None:
        """Return :meth:`fit` for a seed, or None if it changes nothing."""
        return None if self.is_plain else partial(self.fit, seed=seed)

    def _value(self, name: str, seed: str, *, edge: bool) -> Any:
        return self._sampler.value(self.added[name], f"{seed}:{name}", edge=edge)


def _is_as_known(contract: Contract, name: str, at: str) -> bool:
    if name not in _KNOWN:
        return False
    types = contract.schemas.types(at)
    return not types or _KNOWN[name] in types or (_KNOWN[name] != "string" and bool(types & {"integer", "number"}))


def _is_integer(contract: Contract, at: str) -> bool:
    types = contract.schemas.types(at)
    return "integer" in types and "number" not in types


def _is_chosen(seed: str, name: str) -> bool:
    """True for three of four seeds."""
    return sum(f"{seed}:{name}".encode()) % 4 > 0


def _list(names: list[str]) -> str:
    return ", ".join(names)


def contradictions(contract: Contract) -> list[Problem]:
    """Return what makes a contract impossible to serve: where it excludes all stats that this release knows."""
    types = contract.schemas.types(contract.stats_pointer)
    names = contract.stats.properties
    if types and "object" not in types:
        expected = "the schema of an object, the stats of a campaign"
        return [Problem(contract.source, contract.stats_pointer, expected, " or ".join(sorted(types)))]
    if names and not names.keys() & _KNOWN.keys():
        expected = f"stats of a campaign, such as {_list(list(_KNOWN)[:4])}"
        return [Problem(contract.source, contract.stats_pointer, expected, f"none of them, but {_list(list(names))}")]
    return [problem for name in RATES if name in names for problem in _rate_problems(contract, name, names[name])]


def _rate_problems(contract: Contract, name: str, at: str) -> Iterator[Problem]:
    """Yield why a rate cannot be in the unit of the setting."""
    if not _is_as_known(contract, name, at):
        return
    half = WHOLE[contract.rates] / 2
    sample = round(half) if _is_integer(contract, at) and half >= 1 else half
    for violation in contract.schemas.validator(at).violations(sample):
        other = "percent" if contract.rates == "fraction" else "fraction"
        expected = f"a schema of {name} that allows {violation.got}, since --rates is {contract.rates}"
        got = f"{violation.expected}; with --rates {other} it may fit"
        yield Problem(contract.source, violation.schema_pointer, expected, got)
