"""The rule on stats over days: those that were refreshed again and again do not stop all at once.

A campaign that is over does not move either, so that its stats stand still shows nothing by itself. Three facts
together show something: counts moved more than once before; nothing has moved for ``max_age``; and no other campaign
was refreshed in this time, which would show that the vendor still refreshes stats. Even then one campaign may be over.
Two that were moving and that stopped within the same hour are probably not.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise

from migma_contract.finding import Level, Violation
from migma_contract.rules.analysis.other_campaigns import own_reads
from migma_contract.rules.analysis.parsed_response import ParsedResponse
from migma_contract.rules.analysis.states import State, states_of_campaigns
from migma_contract.rules.rule import Rule, RunCheck, warning
from migma_contract.timestamps import describe_duration, format_rfc3339

DEFAULT_MAX_AGE = timedelta(days=1)

_MOVES = 2
"""Changes of counts that show that a campaign was moving."""

_TOGETHER = timedelta(hours=1)
"""Campaigns that end by themselves do so at different times."""


def stats_frozen(max_age: timedelta = DEFAULT_MAX_AGE) -> Rule:
    """Return the rule for stats that are not refreshed for longer than ``max_age``."""
    return warning(
        "stats-frozen",
        "The stats of campaigns that were moving do not all stop at once; if one campaign alone stopped, it is "
        "information, since it may be over.",
        "A client shows old numbers and takes them for new ones.",
        "openapi.json: “When these stats were last refreshed from the tracking worker.”",
        'Monday:  {"uniqueOpens": 398, "lastUpdated": "2026-01-26T09:00:00Z"}\n'
        'Tuesday: {"uniqueOpens": 410, "lastUpdated": "2026-01-27T09:00:00Z"}\n'
        'Friday:  {"uniqueOpens": 415, "lastUpdated": "2026-01-27T10:00:00Z"}\n'
        'Sunday:  {"uniqueOpens": 415, "lastUpdated": "2026-01-27T10:00:00Z"}',
        check_run=_check(max_age),
        comparisons=lambda run: sum(map(_was_moving, _states(run))),
        across_runs=True,
    )


def _check(max_age: timedelta) -> RunCheck:
    def check_run(run: Sequence[ParsedResponse]) -> Iterator[Violation]:
        campaigns = _states(run)
        if any(_is_refreshed(states, max_age) for states in campaigns):
            return
        frozen = [states[-1] for states in campaigns if _was_moving(states) and states[-1].seen_for > max_age]
        since = [state.since for state in frozen]
        stopped_together = len(frozen) > 1 and max(since) - min(since) <= _TOGETHER
        for state in frozen:
            doubt = (
                f"{len(frozen)} campaigns that were moving stopped within an hour."
                if stopped_together
                else "The campaign may be over: no other one shows whether stats are still refreshed."
            )
            message = f"The stats have not changed for {describe_duration(state.seen_for)}. {doubt}"
            expected = f"a refresh within {describe_duration(max_age)}, or a campaign that is over"
            got = f"the same counts since {format_rfc3339(state.since)}"
            violation = state.last.response.stats_violation("lastUpdated", message, expected, got)
            yield violation if stopped_together else violation._replace(level=Level.INFO)

    return check_run


def _states(run: Sequence[ParsedResponse]) -> list[list[State]]:
    """Return the states of each campaign that was read in this run."""
    campaigns = states_of_campaigns(own_reads(run)).values()
    return [states for states in campaigns if not states[-1].last.response.is_of_earlier_run]


def _was_moving(states: Sequence[State]) -> bool:
    return sum(before.first.counts != now.first.counts for before, now in pairwise(states)) >= _MOVES


def _is_refreshed(states: Sequence[State], max_age: timedelta) -> bool:
    """True if the stats of a campaign were refreshed in this time, by lastUpdated or since they changed."""
    latest = states[-1]
    updated = latest.last.updated
    if updated is not None and latest.last.sent_at - updated <= max_age:
        return True
    return len(states) > 1 and latest.seen_for <= max_age


RULES = (stats_frozen(),)
