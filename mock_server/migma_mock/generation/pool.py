"""Pools of drawn campaigns, from which the campaign of an id is combined.

A run of Hypothesis takes milliseconds and its values depend on their order, so there is no run for each id. The rows of
a pool are drawn once, and each part of a campaign is taken from some row. A hundred rows give enough different
campaigns, though two of them may share a part.
"""

from collections.abc import Iterator
from contextlib import suppress
from copy import deepcopy
from functools import lru_cache
from typing import Any

from hypothesis.errors import Unsatisfiable

from migma_contract.errors import ContractError, Problem
from migma_contract.hypothesis_draws import draw
from migma_contract.openapi import Contract
from migma_contract.rate_unit import RateUnit
from migma_mock.generation.profile import Profile
from migma_mock.generation.strategies import coherent_parts

ROWS = 128

_POOLS_KEPT = 8
"""Each needs about 0.1 MB."""


class CoherentPool:
    """Rows of parts; any combination of parts is a coherent campaign."""

    def __init__(self, profile: Profile, rates: RateUnit, number: int) -> None:
        parts, self._stats = coherent_parts(profile, rates)
        self._rows = draw(parts, number=number, count=ROWS)

    def envelope(self, picks: Iterator[int]) -> dict[str, Any]:
        """Return a campaign with each part from the row that the next of endless numbers from 0 to 255 selects."""
        rows = self._rows
        return {"success": True, "data": self._stats({name: rows[next(picks) % len(rows)][name] for name in rows[0]})}


@lru_cache(_POOLS_KEPT)
def coherent_pool(profile: Profile, rates: RateUnit, number: int) -> CoherentPool:
    """Return a pool, drawn once for all contracts: its rows do not depend on one."""
    return CoherentPool(profile, rates, number)


class SchemaPool:
    """Rows of envelopes that the contract allows; their fields are combined if the contract allows the result."""

    def __init__(self, contract: Contract, number: int) -> None:
        from migma_mock.generation.profiles import schema  # loads Schemathesis

        self._source, self._success = contract.source, contract.operation.success
        self._rows: list[dict[str, Any]] = []
        with suppress(Unsatisfiable):
            self._rows = draw(schema.envelopes(contract), number=number, count=ROWS)
        self._stats = [row["data"] for row in self._rows if isinstance(row.get("data"), dict)]

    def envelope(self, picks: Iterator[int]) -> dict[str, Any]:
        """Return the fields of one row, each with its value from some row that has the field.

        Raises:
            ContractError: There are no rows, since Schemathesis found nothing that the contract allows.
        """
        if not self._rows:
            place, got = str(self._success.schema_pointer), "one for which Schemathesis finds no body"
            raise ContractError([Problem(self._source, place, "a schema that some body satisfies", got)])
        row = self._rows[next(picks) % len(self._rows)]
        combined = self._combine(row, self._rows, picks)
        if isinstance(row.get("data"), dict):
            combined["data"] = self._combine(row["data"], self._stats, picks)
        return deepcopy(row if self._success.violations(combined) else combined)

    @staticmethod
    def _combine(row: dict[str, Any], rows: list[dict[str, Any]], picks: Iterator[int]) -> dict[str, Any]:
        return {name: rows[next(picks) % len(rows)].get(name, value) for name, value in row.items()}
