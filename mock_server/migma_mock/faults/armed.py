"""ArmedFaults: the armed faults of one account, and how often each was applied."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from migma_contract.errors import MigmaError
from migma_contract.openapi import Contract
from migma_mock.faults.base import FaultSpec
from migma_mock.memory import Share
from migma_mock.messages.hold import Hold
from migma_mock.messages.reply import Reply
from migma_mock.size_of import size_of

MAX_ARMED = 100

_ARMED_BYTES = 1024
"""Bytes of an armed fault beside its specification."""


class InitialFault(NamedTuple):
    """A fault that is armed from the start, and the name of the scenario that it belongs to, if any."""

    spec: FaultSpec
    scenario: str | None = None


class TooManyFaultsError(MigmaError):
    """An account has as many armed faults as it may have."""


@dataclass(frozen=True, slots=True)
class ArmedFault:
    """A snapshot of an armed fault.

    Attributes:
        id: ``fault-1``, ``fault-2`` …, unique within the account.
        spec: The fault as it was armed.
        eligible: How many replies it could have been applied to, those that it skipped included.
        applied: How many of these it was applied to.
        scenario: The name of the scenario that it belongs to; None if it was armed alone.
    """

    id: str
    spec: FaultSpec
    eligible: int = 0
    applied: int = 0
    scenario: str | None = None

    @property
    def exhausted(self) -> bool:
        """True if it was applied as many times as its ``times`` allows."""
        return self.spec.times is not None and self.applied >= self.spec.times


class ArmedFaults:
    """The armed faults of an account in the order of arming; not safe for several threads.

    True in a boolean context if there are any, which is all that a request costs if there are none.

    A reply gets at most one fault: the first that is for its campaign, is not exhausted, applies to the reply, has
    skipped as many replies as it should, and is selected by its probability. The selection depends only on the
    fault's kind and seed and on how many replies were eligible before, so the same requests give the same faults in
    every process. A reply that a fault does not apply to (a reply without stats for a drift fault), or that an
    earlier fault changed, is not counted as eligible.

    Args:
        contract: The contract that replies satisfy.
        share: Counts the bytes that the faults need.
        initial: Faults that are armed at once, at most :data:`MAX_ARMED`.
    """

    def __init__(self, contract: Contract, share: Share | None = None, initial: Iterable[InitialFault] = ()) -> None:
        self._contract = contract
        self._share = Share() if share is None else share
        self._armed: dict[str, ArmedFault] = {}
        self._sizes: dict[str, int] = {}
        self._holds: dict[str, Hold] = {}
        self._last_number = 0
        for spec, scenario in initial:
            size = size_of(spec) + _ARMED_BYTES
            self._share.take(size)
            self._add(spec, size, scenario)

    def __bool__(self) -> bool:
        return bool(self._armed)

    def follow(self, contract: Contract) -> None:
        """Change replies that satisfy another contract from now on; what is armed stays armed."""
        self._contract = contract

    def list(self) -> list[ArmedFault]:
        """Return all faults, the exhausted ones included, as they are now."""
        return list(self._armed.values())

    @property
    def last_number(self) -> int:
        """The number in the id of the fault that was armed last; 0 before the first."""
        return self._last_number

    def restore(self, last_number: int, faults: Iterable[ArmedFault]) -> None:
        """Have the faults of other armed faults, instead of those that it has; let go what the others do not hold."""
        faults = list(faults)
        kept = {fault.id for fault in faults}
        for fault_id in self._holds.keys() - kept:
            self._let_go(fault_id)
        self._share.take(-sum(self._sizes.values()))
        self._sizes = {fault.id: size_of(fault.spec) + _ARMED_BYTES for fault in faults}
        self._share.take(sum(self._sizes.values()))
        self._armed = {fault.id: fault for fault in faults}
        self._last_number = last_number

    def restore_counts(self, counts: Mapping[str, tuple[int, int]]) -> None:
        """Set how often each fault was eligible and applied; never, for those that are not named."""
        for fault in self.list():
            eligible, applied = counts.get(fault.id, (0, 0))
            self._armed[fault.id] = replace(fault, eligible=eligible, applied=applied)

    def may_apply(self, campaign_id: str) -> bool:
        """True if a fault may be counted for a reply of a campaign."""
        return any(fault.spec.campaign in (None, campaign_id) and not fault.exhausted for fault in self._armed.values())

    def arm(self, spec: FaultSpec, scenario: str | None = None) -> ArmedFault:
        """Add a fault after the others; if there are too many, it replaces the oldest exhausted one.

        Args:
            spec: The fault.
            scenario: The name of the scenario that it belongs to, if any.

        Raises:
            TooManyFaultsError: There are :data:`MAX_ARMED`, and none is exhausted.
            MemoryLimitError: The accounts of the mock keep as much as they may.
        """
        exhausted = None
        if len(self._armed) >= MAX_ARMED:
            exhausted = next((fault.id for fault in self._armed.values() if fault.exhausted), None)
            if exhausted is None:
                raise TooManyFaultsError(f"{MAX_ARMED} faults are armed, which is the limit. Disarm one first.")
        size = size_of(spec) + _ARMED_BYTES
        self._share.reserve(size - self._sizes.get(exhausted or "", 0))
        if exhausted is not None:
            self._let_go(exhausted)
            del self._armed[exhausted], self._sizes[exhausted]
        return self._add(spec, size, scenario)

    def _add(self, spec: FaultSpec, size: int, scenario: str | None) -> ArmedFault:
        self._last_number += 1
        fault = ArmedFault(f"fault-{self._last_number}", spec, scenario=scenario)
        self._armed[fault.id], self._sizes[fault.id] = fault, size
        return fault

    def disarm(self, fault_id: str) -> ArmedFault | None:
        """Remove a fault and return its last snapshot, or None if there is no such fault; let go what it holds."""
        self._let_go(fault_id)
        self._share.take(-self._sizes.pop(fault_id, 0))
        return self._armed.pop(fault_id, None)

    def arm_scenario(self, name: str, specs: Sequence[FaultSpec]) -> Sequence[ArmedFault]:
        """Add the faults of a scenario, all or none; if it is armed for the same campaign, these replace those.

        Args:
            name: The name of the scenario.
            specs: At least one; all are for the same campaign, or for all.

        Raises:
            TooManyFaultsError, MemoryLimitError: As for :meth:`arm`.
        """
        earlier = self._of_scenario(name, specs[0].campaign)
        known = set(self._armed)
        try:
            armed = [self.arm(spec, name) for spec in specs]
        except MigmaError:
            for fault_id in self._armed.keys() - known:
                self.disarm(fault_id)
            raise
        for fault in earlier:
            self.disarm(fault.id)
        return armed

    def disarm_scenario(self, name: str, campaign: str | None) -> Sequence[ArmedFault]:
        """Remove the faults of a scenario that is armed for a campaign, or for all if that is None; return them."""
        removed = self._of_scenario(name, campaign)
        for fault in removed:
            self.disarm(fault.id)
        return removed

    def _of_scenario(self, name: str, campaign: str | None) -> Sequence[ArmedFault]:
        return [each for each in self.list() if (each.scenario, each.spec.campaign) == (name, campaign)]

    def clear(self) -> None:
        """Remove all faults, and let go what they hold."""
        self.let_go()
        self._share.take(-sum(self._sizes.values()))
        self._armed.clear()
        self._sizes.clear()

    def apply_next(self, campaign_id: str, reply: Reply) -> Reply | None:
        """Return a reply changed by the first matching fault, which is counted; None if none applies."""
        for fault in self._armed.values():
            if fault.spec.campaign not in (None, campaign_id) or fault.exhausted:
                continue
            random_number = seeded_random(fault.spec, fault.eligible, "change")
            changed = apply(fault.spec, reply, self._contract, random_number=random_number, scenario=fault.scenario)
            if changed is None:
                continue
            is_selected = (
                fault.eligible >= fault.spec.skip
                and seeded_random(fault.spec, fault.eligible, "selection") < fault.spec.probability
            )
            counted = replace(fault, eligible=fault.eligible + 1, applied=fault.applied + is_selected)
            self._armed[fault.id] = counted
            if is_selected:
                return replace(changed, hold=self._holds.setdefault(fault.id, Hold())) if changed.waits else changed
        return None

    @property
    def is_holding(self) -> bool:
        """True if a request waits that a fault holds."""
        return any(hold.is_holding for hold in self._holds.values())

    def let_go(self) -> None:
        """Let go all requests that the faults hold, since they are disarmed, or their account is gone."""
        for fault_id in tuple(self._holds):
            self._let_go(fault_id)

    def _let_go(self, fault_id: str) -> None:
        hold = self._holds.pop(fault_id, None)
        if hold is not None:
            hold.let_go()


def apply(
    spec: FaultSpec, reply: Reply, contract: Contract, *, random_number: float = 0.5, scenario: str | None = None
) -> Reply | None:
    """Return a reply changed by a fault, or None if the fault does not apply to it.

    The fault's campaign, times, skip and probability are not considered.

    Args:
        spec: The fault.
        reply: The reply, which is not modified.
        contract: The contract that the reply satisfies.
        random_number: Between 0 and 1, both excluded; selects a delay from its distribution.
        scenario: The name of the scenario that the fault belongs to, which the changed reply names.
    """
    changed = spec.change(reply, contract, random_number)
    part = f" of scenario {scenario}" if scenario else ""
    return changed and replace(changed, matched_by=f"fault {spec.kind}{part}, {reply.matched_by}")


def seeded_random(spec: FaultSpec, count: int, purpose: str) -> float:
    """Return a number between 0 and 1, both excluded, that depends on nothing but the arguments."""
    digest = hashlib.sha256(f"{spec.kind}:{spec.seed}:{purpose}:{count}".encode()).digest()
    return ((int.from_bytes(digest[:8]) >> 12) + 0.5) / 2**52
