"""Counts: how many requests this process answered, and how; plain numbers, which every request adds to."""

from bisect import bisect_left
from collections import Counter
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

BOUNDS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0)
"""Upper bounds, in seconds, of the buckets in which the times of responses are counted."""

NO_STATUS = "none"
"""In place of the status of a response that never came."""

_NAMED = ("campaign", "generated", "upstream")
"""First words of ``matched_by`` after which it names something: a campaign, the findings in a response."""


class Match(NamedTuple):
    """What ``matched_by`` says about a reply without naming campaigns, so that there are few different ones.

    Attributes:
        kind: ``campaign``, ``generated``, ``upstream``, ``fault``, or the whole text if it is one of a few:
            ``unknown key``, ``rate limit``.
        fault: The kind of the fault that was applied; "" for none.
    """

    kind: str
    fault: str = ""


@lru_cache(4096)
def match_of(matched_by: str) -> Match:
    """Return what the ``matched_by`` of a reply says, without the name of a campaign."""
    first, _, rest = matched_by.partition(" ")
    if first == "fault":
        return Match("fault", rest.split(",")[0].split(" ")[0])
    first = first.rstrip(",")
    return Match(first if first in _NAMED else matched_by)


class Counts:
    """The counts of one process; not safe for several threads.

    Attributes:
        requests: Requests by the status of their responses and the kind of what matched them.
        faults: Applied faults by kind.
        failures: Responses that did not come, or not whole, by what the client got.
        forwarded: Requests that were sent to the live API.
        buckets: Responses to requests of the API by time: one number for each of :data:`BOUNDS`, and one for the rest.
        seconds: The sum of these times.
    """

    def __init__(self) -> None:
        self.requests: Counter[tuple[int | str, str]] = Counter()
        self.faults: Counter[str] = Counter()
        self.failures: Counter[str] = Counter()
        self.forwarded = 0
        self.buckets = [0] * (len(BOUNDS) + 1)
        self.seconds = 0.0

    def add(self, status: int, matched_by: str, seconds: float, failure: str = "") -> None:
        """Count an answered request of the API.

        Args:
            status: The status of its reply.
            matched_by: What matched it, as the log has it.
            seconds: The time from its head to the end of its response.
            failure: What the client got in place of a complete response; "" if it got one.
        """
        kind, fault = match_of(matched_by)
        if failure:
            self.failures[failure] += 1
            self.requests[NO_STATUS if failure.startswith("no response") else status, kind] += 1
        else:
            self.requests[status, kind] += 1
        if fault:
            self.faults[fault] += 1
        self.buckets[bisect_left(BOUNDS, seconds)] += 1
        self.seconds += seconds

    def add_own_page(self, status: int, matched_by: str) -> None:
        """Count a request for one of the mock's own pages, whose times do not count: some stay open for hours."""
        self.requests[status, matched_by] += 1

    def totals(self) -> "Totals":
        """Return all counts so far."""
        totals = {f"requests|{status}|{kind}": float(number) for (status, kind), number in self.requests.items()}
        totals |= {f"faults|{kind}": float(number) for kind, number in self.faults.items()}
        totals |= {f"failures|{failure}": float(number) for failure, number in self.failures.items()}
        totals |= {f"bucket|{index}": float(number) for index, number in enumerate(self.buckets) if number}
        return totals | {"forwarded": float(self.forwarded), "seconds": self.seconds}


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
