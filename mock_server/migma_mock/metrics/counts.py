"""Counts: how many requests this process answered, and how; plain numbers, which every request adds to."""

from bisect import bisect_left
from collections import Counter, defaultdict
from itertools import accumulate
from typing import NamedTuple

BOUNDS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0)
"""Upper bounds, in seconds, of the buckets in which the times of responses are counted."""

NO_STATUS = "none"
"""In place of the status of a response that never came."""

_NAMED = ("campaign", "generated", "upstream")
"""First words of ``matched_by`` after which it names something: a campaign, the findings in a response."""

_MOST_KNOWN = 4096


class Match(NamedTuple):
    """The kind of a reply, from its ``matched_by`` without the names of campaigns, so that there are few.

    Attributes:
        kind: ``campaign``, ``generated``, ``upstream``, ``fault``, or the whole text if it is one of a few:
            ``unknown key``, ``rate limit``.
        fault: The kind of the fault that was applied; "" for none.
    """

    kind: str
    fault: str = ""


def match_of(matched_by: str) -> Match:
    """Return what the ``matched_by`` of a reply says, without the name of a campaign."""
    first, _, rest = matched_by.partition(" ")
    if first == "fault":
        return Match("fault", rest.split(",")[0].split(" ")[0])
    first = first.rstrip(",")
    return Match(first if first in _NAMED else matched_by)


class _Number:
    """A number that several places lead to."""

    __slots__ = ("value",)

    def __init__(self) -> None:
        self.value = 0


class Counts:
    """The counts of one process; not safe for several threads.

    Attributes:
        failures: Responses that did not come, or not whole, by what the client got.
        forwarded: Requests that were sent to the live API.
        buckets: Responses to requests of the API by time: one number for each of :data:`BOUNDS`, and one for the rest.
        seconds: The sum of these times.
    """

    def __init__(self) -> None:
        self.failures: Counter[str] = Counter()
        self.forwarded = 0
        self.buckets = [0] * (len(BOUNDS) + 1)
        self.seconds = 0.0
        self._requests: dict[tuple[int | str, Match], _Number] = {}
        # One look-up finds the number for a reply; several replies lead to the same one.
        self._known: dict[tuple[int | str, str], _Number] = {}

    def add(self, status: int, matched_by: str, seconds: float, failure: str = "") -> None:
        """Count an answered request of the API; every request pays for it.

        Args:
            status: The status of its reply.
            matched_by: What matched it, as the log has it.
            seconds: The time from its head to the end of its response.
            failure: What the client got in place of a complete response; "" if it got one.
        """
        shown: int | str = status
        if failure:
            self.failures[failure] += 1
            shown = NO_STATUS if failure.startswith("no response") else status
        try:
            number = self._known[shown, matched_by]
        except KeyError:
            number = self._number_of(shown, matched_by)
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[shown, matched_by] = number
        number.value += 1
        self.buckets[bisect_left(BOUNDS, seconds)] += 1
        self.seconds += seconds

    def add_own_page(self, status: int, matched_by: str) -> None:
        """Count a request for one of the mock's own pages, whose times do not count: some stay open for hours."""
        self._number_of(status, matched_by).value += 1

    def totals(self) -> "Totals":
        """Return all counts so far."""
        totals: defaultdict[str, float] = defaultdict(float, forwarded=self.forwarded, seconds=self.seconds)
        for (status, match), number in self._requests.items():
            totals[f"requests|{status}|{match.kind}"] += number.value
            if match.fault:
                totals[f"faults|{match.fault}"] += number.value
        totals |= {f"failures|{failure}": number for failure, number in self.failures.items()}
        return dict(totals | {f"bucket|{index}": number for index, number in enumerate(self.buckets) if number})

    def _number_of(self, status: int | str, matched_by: str) -> _Number:
        return self._requests.setdefault((status, match_of(matched_by)), _Number())


Totals = dict[str, float]
"""Counts by name, such as ``requests|200|campaign``: several of them can be added up."""


def labelled(totals: Totals, name: str) -> dict[tuple[str, ...], float]:
    """Return the counts with a name by their labels, which follow it; sorted."""
    parts = ((key.split("|"), number) for key, number in totals.items())
    return dict(sorted((tuple(labels), number) for (first, *labels), number in parts if first == name))


def cumulative_buckets(totals: Totals) -> list[tuple[str, float]]:
    """Return the histogram of times as Prometheus has it: how many took at most so long, up to ``+Inf``."""
    numbers = (totals.get(f"bucket|{index}", 0.0) for index in range(len(BOUNDS) + 1))
    return list(zip([*map(str, BOUNDS), "+Inf"], accumulate(numbers), strict=True))
