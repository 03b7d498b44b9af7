"""A small pool of drawn campaigns, and how an id's campaign is put together from it.

A run of Hypothesis costs milliseconds and its values depend on their order, so there is none per id. Rows are drawn
once, and an id takes each part of its campaign from a row of its own. A hundred rows make more campaigns than anyone
asks for, though two of them may share a part.
"""

from collections.abc import Iterator
from contextlib import suppress
from copy import deepcopy
from typing import Any, Protocol

from hypothesis.errors import Unsatisfiable

from migma_contract.errors import ContractError, Problem
from migma_contract.hypothesis_draws import draw
from migma_contract.openapi import Contract
from migma_mock.generation.profile import Profile
from migma_mock.generation.strategies import coherent

ROWS = 128


class Pool(Protocol):
    """Drawn campaigns of one profile."""

    def envelope(self, picks: Iterator[int]) -> dict[str, Any]:
        """The envelope that an endless series of numbers (even over 0 to 255) picks."""


class CoherentPool:
    """Rows of parts, any choice of which makes a coherent campaign."""

    def __init__(self, profile: Profile, number: int) -> None:
        parts, self._stats = coherent(profile)
        self._rows = draw(parts, number=number, count=ROWS)

    def envelope(self, picks: Iterator[int]) -> dict[str, Any]:
        """A campaign of which every part comes from some row."""
        rows = self._rows
        return {"success": True, "data": self._stats({name: rows[next(picks) % len(rows)][name] for name in rows[0]})}


class SchemaPool:
    """Rows of envelopes that the contract admits, whose members are exchanged where the contract admits that too."""

    def __init__(self, contract: Contract, number: int) -> None:
        from migma_mock.generation.profiles import schema  # loads Schemathesis

        self._source, self._success = contract.source, contract.operation.success
        self._rows: list[dict[str, Any]] = []
        with suppress(Unsatisfiable):
            self._rows = draw(schema.envelopes(contract), number=number, count=ROWS)
        self._stats = [row["data"] for row in self._rows if isinstance(row.get("data"), dict)]

    def envelope(self, picks: Iterator[int]) -> dict[str, Any]:
        """One row's members, each with its value from some row that has such a member.

        Raises:
            ContractError: There is no row, since nothing was found that the contract admits.
        """
        if not self._rows:
            place, got = str(self._success.schema_pointer), "one that Schemathesis finds no value for"
            raise ContractError([Problem(self._source, place, "a schema that some body satisfies", got)])
        row = self._rows[next(picks) % len(self._rows)]
        mixed = self._mixed(row, self._rows, picks)
        if isinstance(row.get("data"), dict):
            mixed["data"] = self._mixed(row["data"], self._stats, picks)
        return deepcopy(row if self._success.violations(mixed) else mixed)

    @staticmethod
    def _mixed(row: dict[str, Any], rows: list[dict[str, Any]], picks: Iterator[int]) -> dict[str, Any]:
        return {name: rows[next(picks) % len(rows)].get(name, value) for name, value in row.items()}
