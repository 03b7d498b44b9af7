"""The fault ``float-counts``: valid by the contract, and yet a surprise to strict clients."""

from typing import Any, ClassVar, Literal

from migma_contract.openapi import Contract
from migma_contract.stats import MAX_COUNT
from migma_mock.faults.base import AppliesTo, FaultSpec
from migma_mock.messages.reply import Reply, encode


class FloatCounts(FaultSpec):
    """All counts have a decimal point (1200.0), which the schema allows: such a number is an integer too."""

    client_sees: ClassVar[str] = "Python: a float, such as 1200.0; JavaScript: nothing, since all numbers are floats"
    example: ClassVar[dict[str, Any]] = {"kind": "float-counts"}
    applies_to: ClassVar[AppliesTo] = AppliesTo.STATS
    applies_to_all: ClassVar[bool] = False

    kind: Literal["float-counts"]

    def change(self, reply: Reply, _contract: Contract, _random_number: float) -> Reply | None:
        """Return the reply with floats; None if it carries no stats, or no counts in them."""
        envelope = reply.success_envelope()
        if envelope is None:
            return None
        counts = {name: float(value) for name, value in envelope["data"].items() if _is_exact_count(value)}
        envelope["data"].update(counts)
        return reply.replace_body(encode(envelope)) if counts else None


def _is_exact_count(value: Any) -> bool:
    """True for a whole number that a float equals and shows without an exponent."""
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= MAX_COUNT
