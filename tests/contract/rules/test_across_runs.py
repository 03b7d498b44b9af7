"""Rules that compare a run with reads of earlier runs: what they find, and what is no evidence."""

from dataclasses import replace
from datetime import timedelta

import pytest
from samples.exchanges import STARTED, STATS, exchange, of_another_campaign, over_days, stats

from migma_contract.finding import Level
from migma_contract.rules import RULES
from migma_contract.rules.catalogue.over_time import stats_frozen
from migma_contract.rules.evaluate import evaluate

YESTERDAY = STARTED - timedelta(days=1)


def found(contract, earlier, run, max_age=timedelta(days=1)):
    """Return the level of each finding, by rule."""
    rules = [stats_frozen(max_age) if each.id == "stats-frozen" else each for each in RULES]
    return {finding.rule: finding.level for finding in evaluate(run, contract, rules, earlier=earlier).findings}


def test_counts_that_fell_since_an_earlier_run_are_found_in_this_one(contract):
    earlier = replace(stats(totalSent=5000, lastUpdated="2026-01-30T09:00:00Z"), started=YESTERDAY)
    evaluation = evaluate([exchange()], contract, earlier=[earlier])
    (finding,) = evaluation.findings
    assert (finding.rule, finding.level, finding.exchange) == ("counts-decreased", Level.WARNING, 0)
    assert "since the check of 2026-01-30 10:00 UTC" in finding.message
    assert evaluation.judged["counts-decreased"] == 1


def test_nothing_is_found_in_an_earlier_run_and_nothing_of_it_is_counted(contract):
    fell = [
        replace(stats(totalSent=5000, lastUpdated="2026-01-29T09:00:00Z"), started=YESTERDAY - timedelta(days=1)),
        replace(stats(lastUpdated="2026-01-30T09:00:00Z"), started=YESTERDAY),
    ]
    evaluation = evaluate([exchange()], contract, earlier=fell)
    assert evaluation.findings == ()
    assert evaluation.judged["counts-decreased"] == 1
    assert evaluation.judged["wrong-type"] == 1


def test_another_campaign_of_an_earlier_run_is_not_compared(contract):
    earlier = replace(of_another_campaign(stats(totalSent=9000)), started=YESTERDAY)
    assert found(contract, [earlier], [exchange()]) == {}


def test_one_campaign_that_stopped_may_be_over(contract):
    *earlier, now = over_days(frozen_after=2)
    assert found(contract, earlier, [now]) == {"stats-frozen": Level.INFO}


def test_two_campaigns_that_stopped_together_are_a_warning(contract):
    *earlier, now = over_days(frozen_after=2)
    others = [of_another_campaign(each) for each in [*earlier, now]]
    assert found(contract, [*earlier, *others[:-1]], [now, others[-1]]) == {"stats-frozen": Level.WARNING}


@pytest.mark.parametrize(
    ("frozen_after", "max_age"),
    [
        (0, timedelta(days=1)),  # never moved: over before the first run
        (1, timedelta(days=1)),  # moved once: the end of a campaign looks the same
        (4, timedelta(days=1)),  # not yet for longer than a day
        (2, timedelta(days=7)),
    ],
)
def test_a_quiet_campaign_is_no_finding(contract, frozen_after, max_age):
    *earlier, now = over_days(frozen_after=frozen_after)
    assert found(contract, earlier, [now], max_age) == {}


def test_a_campaign_is_over_if_another_one_is_still_refreshed(contract):
    *earlier, now = over_days(frozen_after=2)
    other = of_another_campaign(over_days(frozen_after=5)[-1])
    assert found(contract, earlier, [now, other]) == {}


def test_stats_that_are_refreshed_with_the_same_counts_are_not_frozen(contract):
    *earlier, now = over_days(frozen_after=2)
    refreshed = (now.started - timedelta(hours=1)).isoformat()
    again = stats(totalOpens=STATS["totalOpens"] + 2, lastUpdated=refreshed)
    assert found(contract, earlier, [replace(again, started=now.started)]) == {}
