"""Stats with a few given fields: the others follow, and contradictions are refused by name."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from migma_contract.openapi import load_contract
from migma_contract.rate_unit import RATE_UNITS, WHOLE
from migma_contract.resources import openapi_path
from migma_contract.stats import COUNTS, MAX_COUNT, RATES, CampaignStats, rate, with_rates_in
from migma_mock.campaigns.campaign_builder import build_campaign
from migma_mock.campaigns.stats_completion import complete_stats

CONTRACTS = {unit: load_contract(openapi_path(), rates=unit) for unit in RATE_UNITS}
UNITS = st.sampled_from(RATE_UNITS)
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MEMBERS = list(CampaignStats.model_fields)


def complete(given_members, unit="fraction"):
    """Return the completed stats, with rates in a unit."""
    return complete_stats(given_members, NOW, CONTRACTS[unit], unit)


def problems(stats, unit="fraction"):
    """Return the problems of a campaign with these stats."""
    file = {"id": "x", "title": "x", "description": "x", "stats": stats, "rates": unit}
    campaign = build_campaign(file, "test", CONTRACTS[unit], NOW)
    return campaign if isinstance(campaign, list) else []


@st.composite
def coherent(draw):
    """Draw consistent stats of a campaign of any size, with rates that are exact or rounded to some decimals."""
    largest = draw(st.sampled_from([10, 1_000, 100_000, 10**9, MAX_COUNT]))
    delivered = draw(st.integers(0, largest))
    bounces = draw(st.integers(0, min(largest, MAX_COUNT - delivered)))
    opens, clicks = (draw(st.integers(0, delivered)) for _ in RATES)
    # Without unique events there are no events: machines could have caused some, but no other field would tell.
    all_opens, all_clicks = (draw(st.integers(unique, MAX_COUNT if unique else 0)) for unique in (opens, clicks))
    open_rate, click_rate = (
        rate(unique, delivered) if decimals is None else round(rate(unique, delivered), decimals)
        for unique, decimals in ((unique, draw(st.none() | st.integers(2, 6))) for unique in (opens, clicks))
    )
    return {
        "totalSent": draw(st.integers(delivered + bounces, MAX_COUNT)),
        "totalDelivered": delivered,
        "uniqueOpens": opens,
        "totalOpens": all_opens,
        "uniqueClicks": clicks,
        "totalClicks": all_clicks,
        "unsubscribes": draw(st.integers(0, delivered)),
        "bounces": bounces,
        "openRate": open_rate,
        "clickRate": click_rate,
        "lastUpdated": (NOW - timedelta(seconds=draw(st.integers(0, 10**8)))).isoformat(),
        "botOpens": draw(st.integers(0, all_opens)),
        "botClicks": draw(st.integers(0, all_clicks)),
        "mppOpens": draw(st.integers(0, all_opens)),
    }


def check_completed(part, unit="fraction"):
    """Assert that completed stats keep the given part, are consistent and have every required field."""
    stats = complete(part, unit)
    assert {name: stats[name] for name in part} == part
    assert problems(stats, unit) == []
    optional = {"botOpens", "botClicks", "mppOpens"}
    assert set(stats) == set(MEMBERS) - optional | (part.keys() & optional)


@given(stats=coherent(), names=st.sets(st.sampled_from(MEMBERS)), unit=UNITS)
def test_any_part_of_consistent_stats_with_its_delivered_messages_is_completed(stats, names, unit):
    part = {name: stats[name] for name in names | {"totalDelivered"}}
    check_completed(with_rates_in(part, "fraction", unit), unit)


@given(stats=coherent(), names=st.sets(st.sampled_from([name for name in MEMBERS if name not in RATES])), unit=UNITS)
def test_any_part_without_rates_and_bounces_of_unknown_size_is_completed(stats, names, unit):
    check_completed({name: stats[name] for name in names - {"bounces"}}, unit)


@given(rates=st.fixed_dictionaries({}, optional=dict.fromkeys(RATES, st.floats(0, 1))), unit=UNITS)
@example(rates={"openRate": 1 / 3, "clickRate": 0.25}, unit="fraction")
@example(rates={"openRate": 0.123456, "clickRate": 1 / 7}, unit="percent")
def test_any_rates_fit_if_nothing_says_how_many_messages_were_delivered(rates, unit):
    check_completed(with_rates_in(rates, "fraction", unit), unit)


WHICH = st.sampled_from(["totalDelivered", "totalSent"])


@given(delivered=st.integers(0, 10_000), share=st.floats(0, 1), which=WHICH, unit=UNITS)
@example(delivered=0, share=0.5, which="totalDelivered", unit="fraction")
@example(delivered=3, share=0.5, which="totalSent", unit="percent")
def test_a_rate_that_fits_no_whole_number_is_refused_with_the_nearest_that_do(delivered, share, which, unit):
    value = share * WHOLE[unit]
    completed = complete({which: delivered, "openRate": value}, unit)
    if isinstance(completed, dict):
        check_completed({which: delivered, "openRate": value}, unit)
        return
    (problem,) = completed
    assert problem.pointer == "/openRate"
    nearest = [float(text) for text in re.findall(r"[\d.e-]+", problem.expected.partition(",")[0])]
    assert 1 <= len(nearest) <= 2
    assert min(nearest) <= value or delivered == 0
    for each in nearest:
        check_completed({which: delivered, "openRate": each}, unit)


def test_without_any_field_the_stats_look_like_those_of_a_campaign():
    stats = complete({})
    assert (stats["totalDelivered"], stats["openRate"], stats["lastUpdated"]) == (10_000, 0.35, "2026-03-01T12:00:00Z")
    assert problems(stats) == []
    assert complete({}, "percent") == stats | {"openRate": 35, "clickRate": 3}


@pytest.mark.parametrize(
    ("given_members", "follows"),
    [
        ({"totalDelivered": 200, "openRate": 0.25}, {"uniqueOpens": 50, "totalSent": 200, "bounces": 0}),
        ({"uniqueOpens": 50, "openRate": 0.25}, {"totalDelivered": 200}),
        ({"totalSent": 1000, "bounces": 20}, {"totalDelivered": 980}),
        ({"totalSent": 1000, "totalDelivered": 970}, {"bounces": 30}),
        ({"totalDelivered": 0}, {"openRate": 0, "clickRate": 0, "uniqueOpens": 0}),
        ({"uniqueClicks": 20_000}, {"totalDelivered": 20_000, "clickRate": 1}),
        ({"totalOpens": 7}, {"uniqueOpens": 7}),
        ({"mppOpens": 9_000}, {"totalOpens": 9_000}),
        ({"totalDelivered": 10, "totalClicks": 1}, {"uniqueClicks": 1, "clickRate": 0.1}),
        ({"totalDelivered": 3, "openRate": 0.33}, {"uniqueOpens": 1}),
        ({"openRate": 0.12345}, {"totalDelivered": 1_000_000, "uniqueOpens": 123_450}),
        ({"totalDelivered": 10, "totalClicks": 1, "botClicks": 1}, {"uniqueClicks": 0, "clickRate": 0}),
    ],
)
def test_what_follows(given_members, follows):
    assert complete(given_members).items() >= follows.items()


def test_none_omits_an_optional_field_and_is_refused_for_another():
    assert "botOpens" not in complete({"botOpens": None})
    assert [problem.pointer for problem in problems(complete({"totalSent": None}))] == ["/stats/totalSent"]


@pytest.mark.parametrize(
    ("given_members", "field"),
    [
        ({"totalDelivered": 200, "uniqueOpens": 300}, "uniqueOpens"),
        ({"totalDelivered": 200, "uniqueOpens": 50, "openRate": 0.3}, "openRate"),
        ({"uniqueOpens": 50, "openRate": 0.25, "clickRate": 0.9, "uniqueClicks": 7}, "clickRate"),
        ({"totalSent": 100, "uniqueClicks": 101}, "uniqueClicks"),
        ({"uniqueOpens": 5, "totalOpens": 4}, "uniqueOpens"),
        ({"totalOpens": 4, "mppOpens": 5}, "mppOpens"),
        ({"totalOpens": 10, "openRate": 0.5}, "openRate"),
        ({"openRate": 40}, "openRate"),
        ({"openRate": 1e308}, "openRate"),
        ({"clickRate": -0.1}, "clickRate"),
        ({"bounces": -1}, "bounces"),
        ({"totalSent": 10**400}, "totalSent"),
        ({"uniqueClicks": MAX_COUNT + 1}, "uniqueClicks"),
        ({"lastUpdated": "yesterday"}, "lastUpdated"),
        ({"lastUpdated": "2026-01-01T00:00:00"}, "lastUpdated"),
        ({"lastUpdated": "2026-03-01T12:00:01Z"}, "lastUpdated"),
    ],
)
def test_a_contradiction_is_refused_by_name(given_members, field):
    assert f"/stats/{field}" in {problem.pointer for problem in problems(complete(given_members))}


@given(name=st.sampled_from([*COUNTS, *RATES]), value=st.booleans() | st.text() | st.lists(st.none()) | st.just({}))
def test_a_value_of_the_wrong_type_is_refused_by_name_and_alone(name, value):
    assert {problem.pointer for problem in problems(complete({name: value}))} == {f"/stats/{name}"}


def test_unknown_fields_are_refused_with_the_nearest_ones():
    first, second = complete({"uniqueOpen": 3, "zzz": 1})
    assert first.message.startswith("unknown field 'uniqueOpen'; did you mean 'uniqueOpens'? Known are totalSent, ")
    assert second.message.startswith("unknown field 'zzz'. Known are totalSent, totalDelivered, ")
