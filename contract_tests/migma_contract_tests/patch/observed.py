"""Findings, with the responses that may show them and the document that is to be changed for them."""

from collections.abc import Sequence
from typing import NamedTuple

from migma_contract.openapi import Contract
from migma_contract.openapi.patch.draft import Draft
from migma_contract.rules.analysis.parsed_response import ParsedResponse


class Observed(NamedTuple):
    """Findings that the same kind of change answers.

    Attributes:
        places: Rule and place of each.
        responses: The responses that are evidence about the contract.
        contract: The draft, compiled.
        draft: The document that is being changed.
    """

    places: frozenset[tuple[str, str]]
    responses: Sequence[ParsedResponse]
    contract: Contract
    draft: Draft

    def rule_at(self, where: str) -> str | None:
        """Return the rule of a finding at a place; None if there is none."""
        return min((rule for rule, place in self.places if place == where), default=None)
