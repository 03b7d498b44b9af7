"""Spec: what all faults have in common, as users write it."""

from abc import abstractmethod
from collections.abc import Iterator
from enum import IntEnum, StrEnum
from typing import Annotated, Any, ClassVar, NamedTuple

from pydantic import AfterValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from migma_contract.openapi import Contract
from migma_mock.input_models import CampaignId, Strict
from migma_mock.messages.reply import Reply

MAX_SECONDS = 60.0
"""The longest that a fault delays an answer or drips it, in seconds."""


class FaultKind(StrEnum):
    """The closed list of ways to answer badly; :data:`migma_mock.faults.FAULTS` says what each does."""

    STATUS = "status"
    HTML = "html"
    DELAY = "delay"
    TIMEOUT = "timeout"
    DRIP = "drip"
    RESET = "reset"
    RESET_MID_BODY = "reset-mid-body"
    TRUNCATE = "truncate"
    WRONG_CONTENT_LENGTH = "wrong-content-length"
    WRONG_CONTENT_TYPE = "wrong-content-type"
    EMPTY_BODY = "empty-body"
    INVALID_JSON = "invalid-json"
    DROP_FIELD = "drop-field"
    RENAME_FIELD = "rename-field"
    RETYPE_FIELD = "retype-field"
    NULL_FIELD = "null-field"
    UNKNOWN_FIELD = "unknown-field"
    PERCENT_RATES = "percent-rates"
    UNDOCUMENTED_STATUS = "undocumented-status"


class AppliesTo(IntEnum):
    """Replies that a fault can befall; each kind is a part of the one before."""

    ANY = 0
    BODY = 1
    """Those that have a body."""
    JSON = 2
    """Those whose body says that it is JSON."""
    STATS = 3
    """Successes that carry stats."""


class ContractMismatch(NamedTuple):
    """A member of a spec that makes no sense under the contract: its name, what would, and what it has."""

    member: str
    expected: str
    got: str


def _always_with_kind(schema: dict[str, Any]) -> None:
    # In Python the class says the kind; in JSON only this member does.
    schema["required"] = ["kind", *schema.get("required", [])]


class FaultSpec(Strict):
    """A fault, and which replies it applies_to."""

    model_config = ConfigDict(json_schema_extra=_always_with_kind)

    seen: ClassVar[str]
    """What httpx and Node's fetch make of it."""
    example: ClassVar[dict[str, Any]]
    """As JSON, members that teach something included."""
    applies_to: ClassVar[AppliesTo]
    """What it is for."""
    befalls_all: ClassVar[bool] = True
    """Whether it applies to all of these, whatever is in them."""

    kind: FaultKind = Field(description="Which of the closed list it is.")
    campaign: CampaignId | None = Field(default=None, description="Only replies for this id; null: all of the account.")
    times: int | None = Field(default=None, ge=1, le=1_000_000, description="How many replies; null: until disarmed.")
    probability: float = Field(default=1.0, ge=0, le=1, allow_inf_nan=False, description="Of befalling a reply.")
    seed: int = Field(default=0, ge=-(2**63), lt=2**63, description="Of all that is drawn: the same seed, the same.")

    @abstractmethod
    def change(self, reply: Reply, contract: Contract, roll: float, /) -> Reply | None:
        """What it makes of a reply; None where it does not apply, which leaves the reply as it is.

        Args:
            reply: Never altered.
            contract: That the reply holds to.
            roll: Between 0 and 1, both excluded: all chance that there is in the outcome.
        """

    def contract_mismatches(self, _contract: Contract, /) -> Iterator[ContractMismatch]:
        """What in it makes no sense under a contract."""
        yield from ()


def _is_unicode(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise PydanticCustomError("text", "Unicode text, without halves of surrogate pairs") from error
    return text


Text = Annotated[str, AfterValidator(_is_unicode)]
"""A string that can be sent."""
