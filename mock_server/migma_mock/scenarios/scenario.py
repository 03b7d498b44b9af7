"""Scenario: the format of a scenario's file."""

from typing import Annotated, Any, Literal

from pydantic import Field

from migma_mock.faults.catalogue import AnyFaultSpec
from migma_mock.input_models import Strict

Verdict = Literal["conforms", "drift", "inconclusive"]
"""The verdict of a contract check."""

_MAX_FAULTS = 20


class Scenario(Strict):
    """A situation that a client should handle, and the faults that play it.

    The faults are armed in their order, so a reply gets the first one that applies to it.
    """

    title: str = Field(min_length=1, max_length=120, description="A name for lists.")
    happens: str = Field(min_length=1, max_length=500, description="What a client gets.")
    clientShould: str = Field(min_length=1, max_length=500, description="What a client should do about it.")
    verdict: Verdict = Field(description="The verdict of `migma-contract check` on a server that behaves so.")
    rules: list[str] = Field(
        description="The rules that the check names: with drift all that are broken, otherwise some of level info."
    )
    faults: Annotated[list[AnyFaultSpec], Field(min_length=1, max_length=_MAX_FAULTS)] = Field(
        description="The faults, in the order of arming."
    )

    def document(self) -> dict[str, Any]:
        """Return the scenario as its file has it."""
        return self.model_dump(mode="json", exclude_unset=True)
