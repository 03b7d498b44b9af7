"""The small parts of an account's state: each is one text, which is compared as a whole."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from migma_mock.faults.armed import ArmedFault
from migma_mock.faults.catalogue import FAULTS as FAULT_KINDS
from migma_mock.plans import Limit, Limits
from migma_mock.sharing.copies.shared_state import SharedState
from migma_mock.sharing.store.parts import (
    CLAIMS,
    CLOCK,
    FAULTS,
    LIMITS,
    PAUSE,
    decode,
    decode_time,
    encode,
    encode_time,
)


class SmallPart(NamedTuple):
    """The two ways of a part: to a text, and from a text to the part of another copy."""

    dump: Callable[[SharedState], str]
    load: Callable[[SharedState, str], None]


def encode_limits(limits: Limits) -> list[list[int]]:
    """Return the limits of a plan for JSON."""
    return [[limit.requests, limit.seconds] for limit in limits]


def decode_limits(document: list[list[int]]) -> Limits:
    """Return the limits that :func:`encode_limits` returned."""
    return tuple(Limit(requests, seconds) for requests, seconds in document)


def _dump_clock(state: SharedState) -> str:
    position = state.clock.position
    if isinstance(position, datetime):
        return encode({"frozen": encode_time(position)})
    return encode({"ahead": [position.days, position.seconds, position.microseconds]})


def _load_clock(state: SharedState, text: str) -> None:
    document = decode(text)
    frozen = decode_time(document.get("frozen"))
    if frozen is None:
        days, seconds, microseconds = document["ahead"]
        state.clock.restore(timedelta(days, seconds, microseconds))
    else:
        state.clock.restore(frozen)


def _dump_limits(state: SharedState) -> str:
    return encode(encode_limits(state.limits))


def _load_limits(state: SharedState, text: str) -> None:
    state.restore_limits(decode_limits(decode(text)))


def _dump_faults(state: SharedState) -> str:
    armed = [
        [fault.id, fault.spec.model_dump(mode="json", exclude_unset=True), fault.scenario]
        for fault in state.faults.list()
    ]
    return encode({"last": state.faults.last_number, "armed": armed})


def _load_faults(state: SharedState, text: str) -> None:
    document = decode(text)
    faults = [
        ArmedFault(fault_id, FAULT_KINDS[spec["kind"]].model_validate(spec), scenario=scenario)
        for fault_id, spec, scenario in document["armed"]
    ]
    state.faults.restore(document["last"], faults)


def _dump_claims(state: SharedState) -> str:
    counts = ((fault.id, fault.eligible, fault.applied) for fault in state.faults.list())
    return encode({fault_id: [eligible, applied] for fault_id, eligible, applied in counts if eligible})


def _load_claims(state: SharedState, text: str) -> None:
    state.faults.restore_counts(decode(text))


def _dump_pause(state: SharedState) -> str:
    return encode(state.pause and [encode_time(time) for time in state.pause])


def _load_pause(state: SharedState, text: str) -> None:
    start, end = map(decode_time, decode(text) or (None, None))
    state.pause = (start, end) if start and end else None


SMALL_PARTS: Mapping[str, SmallPart] = {
    CLOCK: SmallPart(_dump_clock, _load_clock),
    LIMITS: SmallPart(_dump_limits, _load_limits),
    FAULTS: SmallPart(_dump_faults, _load_faults),
    CLAIMS: SmallPart(_dump_claims, _load_claims),
    PAUSE: SmallPart(_dump_pause, _load_pause),
}
"""By name, in the order in which they are loaded: loaded faults were never applied before their counts are."""
