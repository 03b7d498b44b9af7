"""Reads that returned the counts of another campaign, found by comparing the campaigns of a run."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from migma_contract.rules.analysis.reads import Read

Counts = Mapping[str, float]

_MAX_CHANCE = 1e-3
"""Two reads show the same campaign if two campaigns would be as similar with this chance at most. Only the larger
counts are part of it, and all other ones have to fit too, so the real chance is far smaller."""

_SUBSTANTIAL = 100
"""One count has to be at least this. Small campaigns are often alike: the same few people open all of them."""

_TELLING = 20
"""Smaller counts are often equal by chance, and are not part of it."""

_MAX_DIFFERENCE = 0.1
"""Counts that differ by a larger part are not those of one campaign at nearly the same time."""

_MIN_EVENTS = 3
"""Kinds of events in a campaign that is recognized by having nothing but equal counts, however small."""

_UNIQUE = ("uniqueOpens", "uniqueClicks", "unsubscribes")
_REPEATED = {"totalOpens": "uniqueOpens", "totalClicks": "uniqueClicks"}
_BY_MACHINES = ("botOpens", "botClicks", "mppOpens")
_MAX_READS = 200
"""Reads that are compared with each other, which takes time with the square of their number."""


class MixUp(NamedTuple):
    """A read with the counts of another campaign.

    Attributes:
        read: The read.
        other: A read of the other campaign.
        has_switched: True if the same campaign has counts of its own in another read, so that this read is the wrong
            one. Otherwise any of the two campaigns may be the wrong one.
    """

    read: Read
    other: Read
    has_switched: bool

    @property
    def may_be_one_campaign(self) -> bool:
        """True if the ids are of different kinds, so that both may be ids of one campaign."""
        return _kind_of_id(self.read.campaign) != _kind_of_id(self.other.campaign)


def mixed_up_campaigns(reads: Sequence[Read]) -> list[MixUp]:
    """Return the reads with the counts of another campaign; if some have switched, only those."""
    reads = reads[:_MAX_READS]
    campaigns: dict[str, list[Read]] = {}
    for read in reads:
        campaigns.setdefault(read.campaign, []).append(read)
    if len(campaigns) < 2:
        return []
    found = [mix_up for read in reads for mix_up in _mix_ups(read, campaigns)]
    return [each for each in found if each.has_switched] or found


def _mix_ups(read: Read, campaigns: Mapping[str, list[Read]]) -> Iterator[MixUp]:
    own_reads = campaigns[read.campaign]
    has_changed = any(_cannot_follow(read, own) for own in own_reads)
    has_other_size = any(own.size != read.size for own in own_reads)
    for campaign, others in campaigns.items():
        if campaign == read.campaign:
            continue
        has_switched = has_changed and _kind_of_id(campaign) == _kind_of_id(read.campaign)
        other = _same_counts(read, others)
        if other is None and has_switched:
            other = _similar_read(read, others, has_other_size=has_other_size)
        if other is not None:
            yield MixUp(read, other, has_switched)


def _same_counts(read: Read, others: Sequence[Read]) -> Read | None:
    """Return the read of another campaign that has the same opens and clicks, or had them before its next read.

    Sizes are not compared, since only the opens and clicks may be those of another campaign.
    """
    for earlier, later in [*((other, other) for other in others), *pairwise(others)]:
        if _is_between(read, earlier, later) and are_alike(earlier, later):
            return earlier
    return None


def _similar_read(read: Read, others: Sequence[Read], *, has_other_size: bool) -> Read | None:
    """Return the read of another campaign that is similar to one which does not fit to its own campaign.

    If even the size is not that of its own campaign, equal counts are enough, however small.
    """
    for other in others:
        if other.size != read.size:
            continue
        if are_alike(read, other) or (has_other_size and _is_equal(read, other)):
            return other
    return None


def _cannot_follow(read: Read, own: Read) -> bool:
    """True if two reads are too different for one campaign: the later one has not grown from the earlier one."""
    earlier, later = sorted((read, own), key=lambda each: each.position)
    has_grown = all(value >= earlier.counts.get(name, value) for name, value in later.counts.items())
    return not (has_grown and earlier.size == later.size) and not are_alike(read, own)


def _is_between(read: Read, earlier: Read, later: Read) -> bool:
    """True if each count of events in a read is between those of two other reads, if all three have it."""
    for value, low, high in zip(read.events, earlier.events, later.events, strict=True):
        if value is not None and low is not None and high is not None and not low <= value <= high:
            return False
    return True


def _is_equal(read: Read, other: Read) -> bool:
    return (
        read.counts == other.counts
        and sum(count > 0 for count in _independent_events(read.counts).values()) >= _MIN_EVENTS
    )


def are_alike(one: Read, other: Read) -> bool:
    """True if opens and clicks are so similar that two campaigns would be so by chance only very rarely.

    Campaigns with the same content for the same list are compared, since those are the most similar. So sizes, which
    depend on the list, do not count, and of opens and clicks only those that are independent of each other.
    """
    delivered = one.counts.get("totalDelivered", 0)
    events, others = _independent_events(one.counts), _independent_events(other.counts)
    chance, largest = 1.0, 0.0
    for name in events.keys() & others.keys():
        count, distance = max(events[name], others[name]), abs(events[name] - others[name])
        if distance > max(_TELLING, count * _MAX_DIFFERENCE):
            return False
        if count >= _TELLING:
            chance *= min(1.0, (distance + 1) * _chance_of_equality(count, delivered if name in _UNIQUE else None))
            largest = max(largest, count)
    return largest >= _SUBSTANTIAL and chance <= _MAX_CHANCE


def _independent_events(counts: Counts) -> dict[str, float]:
    """Return the counts that say nothing about each other: repeated opens in place of all opens."""
    events = {name: counts[name] for name in (*_UNIQUE, *_BY_MACHINES) if name in counts}
    for every, unique in _REPEATED.items():
        if every in counts and unique in counts:
            events[every] = counts[every] - counts[unique]
    return events


def _chance_of_equality(count: float, delivered: float | None) -> float:
    """Return the chance that two random counts with this mean are equal: 1 / sqrt(4 pi variance).

    The variance is the mean (Poisson), or less for a unique count, which is at most the delivered messages (binomial).
    """
    variance = count if delivered is None else count * (1 - count / max(delivered, count))
    return 1.0 if variance <= 0 else min(1.0, 1 / math.sqrt(4 * math.pi * variance))


def _kind_of_id(campaign_id: str) -> str:
    kinds = {"ObjectId": "[0-9a-f]{24}", "UUID": "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "number": "[0-9]+"}
    return next((kind for kind, pattern in kinds.items() if re.fullmatch(pattern, campaign_id)), "name")
