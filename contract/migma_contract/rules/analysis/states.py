"""States of a campaign's stats over time: which numbers successive reads showed, and since when."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from migma_contract.rules.analysis.reads import Read


@dataclass(frozen=True, slots=True)
class State:
    """Successive reads of a campaign with the same counts and the same lastUpdated.

    Attributes:
        first: The first of these reads.
        last: The last of them.
    """

    first: Read
    last: Read

    @property
    def seen_for(self) -> timedelta:
        """Time between the first and the last of these reads."""
        return self.last.sent_at - self.first.sent_at

    @property
    def since(self) -> datetime:
        """The time in lastUpdated; without one, that of the first read."""
        return self.first.updated or self.first.sent_at

    def shows(self, read: Read) -> bool:
        """True if a read shows this state again."""
        return read.counts == self.first.counts and read.instant == self.first.instant


def states_of_campaigns(reads: Sequence[Read]) -> Mapping[str, list[State]]:
    """Return the states of each campaign, in the order of the reads."""
    of_campaign: dict[str, list[Read]] = {}
    for read in reads:
        of_campaign.setdefault(read.campaign, []).append(read)
    return {campaign: list(_states(each)) for campaign, each in of_campaign.items()}


def _states(reads: Sequence[Read]) -> Iterator[State]:
    state = State(reads[0], reads[0])
    for read in reads[1:]:
        if state.shows(read):
            state = State(state.first, read)
            continue
        yield state
        state = State(read, read)
    yield state
