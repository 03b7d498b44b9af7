"""Jitter changes counts a little, and every relation between them still holds."""

import json

import pytest

from migma_contract.recording import Jitter
from migma_contract.redaction import Secret
from migma_contract.resources import fixtures_path
from migma_contract.stats import COUNTS, RATES, relation_violations, with_rates_in

BUILT_IN = {
    path.stem: document["stats"]
    for path in sorted((fixtures_path() / "campaigns").glob("*.json"))
    if (document := json.loads(path.read_text("utf-8"))).get("stats")
}
SMALL = {
    "totalSent": 2,
    "totalDelivered": 1,
    "bounces": 1,
    "uniqueOpens": 1,
    "totalOpens": 1,
    "uniqueClicks": 0,
    "totalClicks": 3,
    "botClicks": 3,
    "unsubscribes": 1,
    "openRate": 1,
    "clickRate": 0,
}
ONLY_MACHINES = {
    "totalSent": 900,
    "totalDelivered": 900,
    "bounces": 0,
    "uniqueOpens": 0,
    "totalOpens": 500,
    "botOpens": 300,
    "mppOpens": 200,
    "uniqueClicks": 0,
    "totalClicks": 0.0,
    "unsubscribes": 0,
    "openRate": 0.0,
    "clickRate": 0,
}


EXACT_RATES = {"totalDelivered": 700, "uniqueOpens": 200, "openRate": 200 / 700}
CASES = {"small": SMALL, "only machines": ONLY_MACHINES, "exact rates, few fields": EXACT_RATES, **BUILT_IN}


@pytest.mark.parametrize("unit", ["fraction", "percent"])
@pytest.mark.parametrize("stats", CASES.values(), ids=CASES)
def test_all_relations_hold_after_a_change_of_any_size(stats, unit):
    stats = with_rates_in(stats, "fraction", unit)
    for part in (0.05, 0.5):
        for seed in range(8):
            changed = Jitter(part, Secret(f"seed {seed}")).apply(stats, "id", unit)
            assert not relation_violations(changed, unit=unit), (seed, changed)
            assert changed.keys() == stats.keys()
            for name in (name for name in COUNTS if name in stats):
                assert abs(changed[name] - stats[name]) <= part * stats[name] + 1, (name, changed)
                assert bool(changed[name]) is bool(stats[name])
                assert type(changed[name]) is type(stats[name])


def test_the_seed_and_the_campaign_decide_about_the_change(recording):
    def changed(seed, campaign):
        return Jitter(0.05, Secret(seed)).apply(recording.fields, campaign, "fraction")

    assert changed("a", "x") == changed("a", "x")
    assert len({json.dumps(changed(*pair)) for pair in (("a", "x"), ("b", "x"), ("a", "y"))}) == 3
    assert {name for name in recording.fields if changed("a", "x")[name] == recording.fields[name]} >= {"lastUpdated"}
    assert {*RATES} <= changed("a", "x").keys()


def test_a_number_of_unknown_meaning_stays_and_is_named(recording):
    document = recording.of(recording.stats(spamReports=400), jitter=Jitter(0.05, Secret("seed")))
    assert document["stats"]["spamReports"] == 400
    assert document["recorded"]["changes"] == [
        "each count differs by up to 5 %",
        "spamReports is no known count, and is not changed",
    ]
