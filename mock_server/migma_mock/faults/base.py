"""FaultSpec: what all faults have in common, as users write it."""

from abc import abstractmethod
from collections.abc import Iterator
from enum import IntEnum
from typing import Any, ClassVar, Literal

from pydantic import Field

from migma_contract.errors import Problem
from migma_contract.openapi import Contract
from migma_mock.input_models import CampaignId, Strict
from migma_mock.messages.reply import Reply

FaultKind = Literal[
    "status",
    "html",
    "delay",
    "timeout",
    "drip",
    "reset",
    "reset-mid-body",
    "truncate",
    "wrong-content-length",
    "wrong-content-type",
    "empty-body",
    "invalid-json",
    "body",
    "set-field",
    "float-counts",
    "drop-field",
    "rename-field",
    "retype-field",
    "null-field",
    "unknown-field",
    "percent-rates",
    "undocumented-status",
]
"""The closed list of faults; :data:`migma_mock.faults.FAULTS` describes each."""


class AppliesTo(IntEnum):
    """The replies that a fault applies to; each value is a subset of the one before."""

    ANY = 0
    BODY = 1
    """Replies with a body."""
    JSON = 2
    """Replies with a body that is declared as JSON."""
    STATS = 3
    """Successful replies that carry stats."""


class FaultSpec(Strict):
    """A fault, and which replies it is applied to."""

    client_sees: ClassVar[str]
    """The effect on a client that uses httpx or Node's fetch."""
    example: ClassVar[dict[str, Any]]
    """The fault as JSON, to copy."""
    applies_to: ClassVar[AppliesTo] = AppliesTo.ANY
    applies_to_all: ClassVar[bool] = True
    """True if it applies to each reply of :attr:`applies_to`, whatever is in it."""

    kind: FaultKind = Field(description="Which fault of the closed list.")
    campaign: CampaignId | None = Field(
        default=None, description="Only replies for this campaign id; null: all replies of the account."
    )
    times: int | None = Field(
        default=None, ge=1, le=1_000_000, description="How many replies to change; null: until it is disarmed."
    )
    skip: int = Field(
        default=0,
        ge=0,
        le=1_000_000,
        description="How many replies that it could change are sent unchanged first.",
    )
    probability: float = Field(default=1.0, ge=0, le=1, description="How likely it is applied to each reply.")
    seed: int = Field(
        default=0, ge=-(2**63), lt=2**63, description="Seed for random data; the same seed gives the same data."
    )

    @classmethod
    def sentence(cls) -> str:
        """Return a sentence about its effect, for people."""
        return (cls.__doc__ or "").partition("\n")[0]

    @property
    def condition(self) -> str:
        """Words for what a reply must have beside :attr:`applies_to`; empty if nothing."""
        return "" if self.applies_to_all else "that has what it changes"

    @abstractmethod
    def change(self, reply: Reply, contract: Contract, random_number: float, /) -> Reply | None:
        """Return the changed reply, or None if the fault does not apply to it.

        Args:
            reply: The reply, which is not modified.
            contract: The contract that the reply satisfies.
            random_number: Between 0 and 1, both excluded; the change depends on no other random data.
        """

    def contract_problems(self, _contract: Contract, /) -> Iterator[Problem]:
        """Yield a problem, without a file, for each field of the fault that makes no sense under a contract."""
        yield from ()
