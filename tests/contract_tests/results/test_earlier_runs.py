"""Reads of earlier runs, as rules across runs get them."""

from datetime import timedelta

from history_runs import CAMPAIGN, FIRST, run

from migma_contract.exchange import Exchange
from migma_contract.openapi import load_contract
from migma_contract.resources import openapi_path
from migma_contract.rules.catalogue import rules_with_max_age
from migma_contract.rules.evaluate import evaluate
from migma_contract_tests.results.history.earlier_runs import EarlierRuns
from migma_contract_tests.results.history.run_record import CampaignRecord

COUNTS = {
    "totalSent": 1000,
    "totalDelivered": 800,
    "uniqueOpens": 200,
    "uniqueClicks": 40,
    "totalClicks": 50,
    "unsubscribes": 3,
    "bounces": 12,
    "openRate": 0.25,
    "clickRate": 0.05,
}


def on(day: int, opens: int):
    """Return the run of a day that read a number of opens."""
    stamp = FIRST + timedelta(days=opens - 300)
    stats = {**COUNTS, "totalOpens": opens, "lastUpdated": stamp.isoformat()}
    campaign = CampaignRecord(stats=stats, read_at=FIRST + timedelta(days=day, minutes=1))
    return run(day, campaigns={CAMPAIGN: campaign})


def reads(*runs) -> list[Exchange]:
    return EarlierRuns(runs, timedelta(days=1)).reads([CAMPAIGN.upper()])


def test_the_first_and_the_last_read_of_each_state_come_in_order():
    found = reads(on(0, 300), on(1, 301), on(2, 301), on(3, 301), on(4, 302))
    assert [(each.started - FIRST).days for each in found] == [0, 1, 3, 4]


def test_only_the_newest_states_are_kept():
    found = reads(*(on(day, 300 + day) for day in range(20)))
    assert [(each.started - FIRST).days for each in found] == [15, 16, 17, 18, 19]


def test_other_campaigns_and_runs_without_reads_give_none():
    runs = [on(0, 300), run(1), run(2, campaigns={"another": CampaignRecord(stats=COUNTS, read_at=FIRST)})]
    assert len(reads(*runs)) == 1


def test_stats_that_stopped_days_ago_are_frozen_by_what_the_history_has():
    *earlier, last = reads(*(on(day, 300 + min(day, 2)) for day in range(6)))
    contract = load_contract(openapi_path())
    judged = {
        days: evaluate([last], contract, rules_with_max_age(timedelta(days=days)), earlier=earlier) for days in (1, 9)
    }
    found = {days: [each.rule for each in evaluation.findings] for days, evaluation in judged.items()}
    assert found == {1: ["stats-frozen"], 9: []}
