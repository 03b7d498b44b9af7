"""ArmedFaults: the faults of one account that wait for replies, and how often each has struck."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from migma_contract.errors import MigmaError
from migma_contract.openapi import Contract
from migma_mock.faults.base import FaultSpec
from migma_mock.messages.reply import Reply

MAX_ARMED = 100


class TooManyFaultsError(MigmaError):
    """There are as many armed faults as there may be."""

    def __init__(self) -> None:
        super().__init__(f"{MAX_ARMED} faults are armed, and no more can be. Disarm some.")


@dataclass(frozen=True, slots=True)
class ArmedFault:
    """A fault that was armed, as it stands at a moment.

    Attributes:
        id: Given when it was armed: ``fault-1``, ``fault-2`` …, never twice in an account.
        spec: As it was written.
        seen: How many replies it could have befallen, the dice allowing.
        hits: How many it befell.
    """

    id: str
    spec: FaultSpec
    eligible: int = 0
    applied: int = 0

    @property
    def exhausted(self) -> bool:
        """Whether it has struck as often as it was to."""
        return self.spec.times is not None and self.applied >= self.spec.times


class AppliedFault(NamedTuple):
    """A fault that struck, with its count of that included, and what it made of the reply."""

    fault: ArmedFault
    reply: Reply


class ArmedFaults:
    """An ordered collection, for one thread (the event loop).

    Truth is whether any fault can still strike: ``if faults:`` is all that a request costs otherwise.
    A reply gets at most one fault: the first in the order of arming that is for its campaign, has times
    left, applies to it, and whose dice fall so. The dice depend on the fault's kind and seed and on how
    many replies it has seen, and on nothing else: the same calls give the same faults in any process.
    Faults after the one that strikes are not asked, and a reply that a fault does not apply to (a success
    is needed for drift, a body to truncate) counts for it neither as seen nor as hit.
    """

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._armed: dict[str, ArmedFault] = {}
        self._live: list[str] = []
        self._last_number = 0

    def __bool__(self) -> bool:
        return bool(self._live)

    def __len__(self) -> int:
        return len(self._armed)

    def __iter__(self) -> Iterator[ArmedFault]:
        return iter(self.list())

    def list(self) -> list[ArmedFault]:
        """All of them in order, spent ones included, as they stand now; later strikes do not show in it."""
        return list(self._armed.values())

    def arm(self, spec: FaultSpec) -> ArmedFault:
        """Add a fault after those that are armed. Where there are too many, the oldest spent one makes room.

        Raises:
            TooManyFaultsError: There are :data:`MAX_ARMED`, and none is spent.
        """
        if len(self._armed) >= MAX_ARMED:
            exhausted = next((fault.id for fault in self._armed.values() if fault.exhausted), None)
            if exhausted is None:
                raise TooManyFaultsError
            del self._armed[exhausted]
        self._last_number += 1
        fault = ArmedFault(f"fault-{self._last_number}", spec)
        self._armed[fault.id] = fault
        self._live.append(fault.id)
        return fault

    def disarm(self, fault_id: str) -> ArmedFault | None:
        """Remove one, and return it as it last stood; None if there is no such fault."""
        fault = self._armed.pop(fault_id, None)
        if fault is not None and not fault.exhausted:
            self._live.remove(fault_id)
        return fault

    def clear(self) -> None:
        """Remove all."""
        self._armed.clear()
        self._live.clear()

    def apply_next(self, campaign_id: str, reply: Reply) -> AppliedFault | None:
        """The fault that applies_to a reply, and what it makes of it; None if the reply stays as it is."""
        for fault_id in self._live:
            fault = self._armed[fault_id]
            if fault.spec.campaign not in (None, campaign_id):
                continue
            changed = apply(fault.spec, reply, self._contract, roll=roll(fault.spec, fault.eligible, "outcome"))
            if changed is None:
                continue
            strikes = roll(fault.spec, fault.eligible, "strike") < fault.spec.probability
            fault = replace(fault, eligible=fault.eligible + 1, applied=fault.applied + strikes)
            self._armed[fault_id] = fault
            if strikes:
                if fault.exhausted:
                    self._live.remove(fault_id)
                return AppliedFault(fault, changed)
        return None


def apply(spec: FaultSpec, reply: Reply, contract: Contract, *, roll: float = 0.5) -> Reply | None:
    """What a fault makes of a reply, wherever it came from; None if it does not apply to it.

    Whether the fault is for this campaign, and how often it may strike, is not looked at.

    Args:
        spec: The fault.
        reply: Stays as it is.
        contract: That the reply holds to.
        roll: Between 0 and 1, both excluded: a draw from a delay's distribution.
    """
    changed = spec.change(reply, contract, roll)
    return changed and replace(changed, matched_by=f"fault {spec.kind}, {reply.matched_by}")


def roll(spec: FaultSpec, number: int, purpose: str) -> float:
    """A number between 0 and 1, both excluded, that depends on a fault's kind and seed, a count, and the purpose."""
    digest = hashlib.sha256(f"{spec.kind}:{spec.seed}:{purpose}:{number}".encode()).digest()
    return ((int.from_bytes(digest[:8]) >> 12) + 0.5) / 2**52
