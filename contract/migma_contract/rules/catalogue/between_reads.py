"""Rules on successive reads of a campaign: lastUpdated and the counts change together, and go forward.

The first read of a run follows the last one of an earlier run, if that is known.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from migma_contract.finding import Level, Violation
from migma_contract.rules.analysis.other_campaigns import own_reads
from migma_contract.rules.analysis.parsed_response import ParsedResponse
from migma_contract.rules.analysis.reads import Read, campaign_reads, successive_reads
from migma_contract.rules.rule import RunCheck, info, warning

_SIMILAR_CLOCKS = timedelta(seconds=2)
"""Difference between the clocks of two servers that answer for one API."""


def _stamp_unchanged(run: Sequence[ParsedResponse]) -> Iterator[Violation]:
    """Yield the reads with other counts than an earlier read of the same refresh."""
    latest: dict[tuple[str, tuple[datetime, str] | None], Read] = {}
    for now in own_reads(run):
        before = latest.get((now.campaign, now.instant))
        latest[now.campaign, now.instant] = now
        if before is None or not now.has_same_stamp_as(before):
            continue
        changes = [f"{name} {earlier:.15g} → {value:.15g}" for name, earlier, value in _changes(before, now)]
        if changes:
            message = f"Counts changed {_since(before)}, but lastUpdated did not."
            stamps = f"{now.stamp} in both" if now.stamp == before.stamp else f"{before.stamp} and {now.stamp}"
            got = f"{stamps}, with {', '.join(changes)}"
            yield now.response.stats_violation("lastUpdated", message, "a later time, or the same counts", got)


def _counts_decreased(run: Sequence[ParsedResponse]) -> Iterator[Violation]:
    """Yield the counts that decreased with a refresh; only information, unless the campaign has lost its messages."""
    for before, now in successive_reads(own_reads(run)):
        if now.is_older_than(before) or now.has_same_stamp_as(before):
            continue
        changes = {name: (earlier, value) for name, earlier, value in _changes(before, now) if value < earlier}
        earlier, value = changes.get("totalSent", (0.0, 0.0))
        if value < earlier / 2:
            message = f"totalSent decreased to less than half {_since(before)}: sent messages stay sent."
            yield now.response.stats_violation("totalSent", message, f"{earlier:.15g} or more", f"{value:.15g}")
            continue
        for name, (earlier, value) in changes.items():
            message = f"{name} decreased {_since(before)}. The stats were refreshed, so it may be a correction."
            expected = f"{earlier:.15g} or more, or a correction"
            violation = now.response.stats_violation(name, message, expected, f"{value:.15g}")
            yield violation._replace(level=Level.INFO)


def _changes(before: Read, now: Read) -> list[tuple[str, float, float]]:
    """Return the counts that both reads have and that differ: name, earlier value, later value."""
    both = ((name, before.counts.get(name, value), value) for name, value in now.counts.items())
    return [(name, earlier, value) for name, earlier, value in both if earlier != value]


def _since(before: Read) -> str:
    """Return in words from which read to the next something changed: of this run, or of an earlier one."""
    if not before.response.is_of_earlier_run:
        return "from one read to the next"
    return f"since the check of {before.response.exchange.started:%Y-%m-%d %H:%M} UTC"


def _older_state(*, stale: bool, message: str) -> RunCheck:
    """Return the check for a lastUpdated that decreased; the state is stale as a whole if no count increased.

    In the message, ``{since}`` stands for the read before.
    """

    def check_run(run: Sequence[ParsedResponse]) -> Iterator[Violation]:
        for before, now in successive_reads(own_reads(run)):
            increased = any(value > earlier for _, earlier, value in _changes(before, now))
            if now.updated is None or before.updated is None or not now.is_older_than(before) or increased is stale:
                continue
            text = message.format(since=_since(before))
            violation = now.response.stats_violation("lastUpdated", text, f"{before.stamp} or later", now.stamp)
            is_small = before.updated - now.updated <= _SIMILAR_CLOCKS
            yield violation._replace(level=Level.INFO) if is_small else violation

    return check_run


def _number_of_comparisons(run: Sequence[ParsedResponse]) -> int:
    """Return the number of reads of this run that are compared with the one before."""
    pairs = successive_reads(campaign_reads(run))
    return sum(not now.response.is_of_earlier_run for _, now in pairs)


RULES = (
    warning(
        "last-updated-unchanged",
        "lastUpdated changes if a count changes.",
        "A client that keeps stats until lastUpdated changes never shows the new numbers.",
        "openapi.json: “When these stats were last refreshed from the tracking worker.”",
        'read 1: {"uniqueOpens": 410, "lastUpdated": "2026-01-31T09:30:00Z"}\n'
        'read 2: {"uniqueOpens": 415, "lastUpdated": "2026-01-31T09:30:00Z"}',
        check_run=_stamp_unchanged,
        comparisons=_number_of_comparisons,
        across_runs=True,
    ),
    warning(
        "counts-decreased",
        "Counts do not decrease when the stats are refreshed; if totalSent does not fall to less than half, it is "
        "information, since counts may be corrected.",
        "A client that stores differences stores negative ones.",
        "“Aggregate engagement stats”: events that were counted stay counted, unless bounced messages are delivered "
        "later, people subscribe again or bots are recognized",
        'read 1: {"totalSent": 1200, "lastUpdated": "2026-01-31T09:30:00Z"}\n'
        'read 2: {"totalSent": 0, "lastUpdated": "2026-01-31T09:35:00Z"}',
        check_run=_counts_decreased,
        comparisons=_number_of_comparisons,
        across_runs=True,
    ),
    warning(
        "last-updated-decreased",
        "lastUpdated does not decrease from one read to the next, unless the whole snapshot is an older one.",
        "A client that keeps the newest stats discards newer ones.",
        "openapi.json: “When these stats were last refreshed from the tracking worker.”",
        'read 1: {"uniqueOpens": 410, "lastUpdated": "2026-01-31T09:30:00Z"}\n'
        'read 2: {"uniqueOpens": 415, "lastUpdated": "2026-01-31T08:30:00Z"}',
        check_run=_older_state(stale=False, message="lastUpdated decreased {since}, but counts increased."),
        comparisons=_number_of_comparisons,
        across_runs=True,
    ),
    info(
        "stale-snapshot",
        "A read returns a state at least as new as the read before it.",
        "Charts go back for a moment. The vendor allows it.",
        "openapi.json: “may be cached and slightly stale”",
        'read 1: {"uniqueOpens": 410, "lastUpdated": "2026-01-31T09:30:00Z"}\n'
        'read 2: {"uniqueOpens": 398, "lastUpdated": "2026-01-31T09:00:00Z"}',
        check_run=_older_state(
            stale=True,
            message="A read returned an older state of the stats than a read before it, probably from a cache.",
        ),
        comparisons=_number_of_comparisons,
        across_runs=True,
    ),
)
