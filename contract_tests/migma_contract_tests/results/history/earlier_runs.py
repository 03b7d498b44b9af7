"""EarlierRuns: what a check takes from its history before it judges."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from migma_contract.exchange import Exchange
from migma_contract_tests.results.history.run_record import RunRecord

_STATES = 5
"""Different stats of a campaign that rules across runs get; two changes of counts show that it was moving."""


@dataclass(frozen=True)
class EarlierRuns:
    """Earlier runs of a server, and the age from which stats that do not change are frozen.

    Attributes:
        runs: The oldest first.
        max_age: More than this time without any change.
    """

    runs: Sequence[RunRecord]
    max_age: timedelta

    def reads(self, campaign_ids: Sequence[str]) -> list[Exchange]:
        """Return earlier reads of some campaigns, in order: the first and the last one of each of the newest states."""
        return sorted(
            (read for one in {each.lower() for each in campaign_ids} for read in self._reads_of(one)),
            key=lambda read: read.started,
        )

    def _reads_of(self, campaign_id: str) -> list[Exchange]:
        states: list[list[Exchange]] = []
        for run in reversed(self.runs):
            for read in run.reads():
                if read.campaign_id.lower() != campaign_id:
                    continue
                if states and states[-1][0].body == read.body:
                    states[-1][1:] = [read]  # the oldest one so far; those between show nothing more
                elif len(states) == _STATES:
                    return [each for state in states for each in state]
                else:
                    states.append([read])
        return [each for state in states for each in state]
