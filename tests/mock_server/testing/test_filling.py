"""Stats of which a few members are given: the rest follows, and what cannot be is refused by name."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from migma_contract.errors import ArgumentError
from migma_contract.openapi import load_contract
from migma_contract.resources import openapi_path
from migma_contract.stats import COUNTS, MAX_COUNT, RATES, CampaignStats, rate, relation_violations
from migma_mock.campaigns.campaign_builder import make_campaign
from migma_mock.testing.stats_completion import complete_stats

contract = load_contract(openapi_path())
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MEMBERS = list(CampaignStats.model_fields)


def problems(stats):
    """What a campaign with these stats would be refused for."""
    file = {"id": "x", "title": "x", "description": "x", "stats": stats}
    campaign = make_campaign(file, "test", contract, NOW)
    return campaign if isinstance(campaign, list) else []


@st.composite
def coherent(draw):
    """Stats that hold together, of a campaign of any size, with rates exact or rounded to some decimals."""
    largest = draw(st.sampled_from([10, 1_000, 100_000, 10**9, MAX_COUNT]))
    delivered = draw(st.integers(0, largest))
    bounces = draw(st.integers(0, min(largest, MAX_COUNT - delivered)))
    opens, clicks = (draw(st.integers(0, delivered)) for _ in RATES)
    # What nobody did, machines may have done; but then no part of the numbers would tell.
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


@given(stats=coherent(), names=st.sets(st.sampled_from(MEMBERS)))
@example(stats={"uniqueOpens": 50, "openRate": 0.25}, names={"uniqueOpens", "openRate"})
@example(stats={"openRate": 1 / 3, "clickRate": 0.25, "totalSent": 12}, names={"openRate", "clickRate", "totalSent"})
@example(stats={"totalOpens": 10, "openRate": 0.5}, names={"totalOpens", "openRate"})
@example(stats={"openRate": 0.123456, "clickRate": 1 / 7}, names={"openRate", "clickRate"})
@example(stats={"openRate": 0.0, "uniqueOpens": 3}, names={"openRate", "uniqueOpens"})
def test_any_part_of_coherent_stats_is_kept_and_completed(stats, names):
    part = {name: stats[name] for name in names}
    filled = complete_stats(part, NOW)
    assert {name: filled[name] for name in names} == part
    assert relation_violations(filled, NOW) == []
    assert problems(filled) == []
    optional = {"botOpens", "botClicks", "mppOpens"}
    assert set(filled) == set(MEMBERS) - optional | (names & optional)


def test_nothing_given_is_a_campaign_that_looks_like_one():
    stats = complete_stats({}, NOW)
    assert (stats["totalDelivered"], stats["openRate"], stats["lastUpdated"]) == (10_000, 0.35, "2026-03-01T12:00:00Z")
    assert problems(stats) == []


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
        ({"totalDelivered": 10, "totalClicks": 1, "botClicks": 1}, {"uniqueClicks": 0, "clickRate": 0}),
    ],
)
def test_what_follows(given_members, follows):
    assert complete_stats(given_members, NOW).items() >= follows.items()


def test_last_updated_may_be_a_datetime():
    here = timezone(timedelta(hours=2))
    assert complete_stats({"lastUpdated": NOW}, NOW)["lastUpdated"] == "2026-03-01T12:00:00Z"
    assert complete_stats({"lastUpdated": NOW.astimezone(here)}, NOW)["lastUpdated"] == "2026-03-01T14:00:00+02:00"


def test_none_leaves_an_optional_member_out_and_is_wrong_for_another():
    assert "botOpens" not in complete_stats({"botOpens": None}, NOW)
    assert [problem.pointer for problem in problems(complete_stats({"totalSent": None}, NOW))] == ["/stats/totalSent"]


@pytest.mark.parametrize(
    ("given_members", "field"),
    [
        ({"totalDelivered": 200, "uniqueOpens": 300}, "uniqueOpens"),
        ({"totalDelivered": 200, "uniqueOpens": 50, "openRate": 0.3}, "openRate"),
        ({"uniqueOpens": 50, "openRate": 0.25, "clickRate": 0.9, "uniqueClicks": 7}, "clickRate"),
        ({"totalSent": 100, "uniqueClicks": 101}, "uniqueClicks"),
        ({"uniqueOpens": 5, "totalOpens": 4}, "uniqueOpens"),
        ({"totalOpens": 4, "mppOpens": 5}, "mppOpens"),
        ({"totalDelivered": 3, "openRate": 0.5}, "openRate"),
        ({"openRate": 40}, "openRate"),
        ({"openRate": 1e308}, "openRate"),
        ({"clickRate": -0.1}, "clickRate"),
        ({"bounces": -1}, "bounces"),
        ({"totalSent": 10**400}, "totalSent"),
        ({"uniqueClicks": MAX_COUNT + 1}, "uniqueClicks"),
        ({"lastUpdated": "yesterday"}, "lastUpdated"),
        ({"lastUpdated": datetime(2026, 1, 1)}, "lastUpdated"),  # noqa: DTZ001 - the lack of an offset is the point
        ({"lastUpdated": NOW + timedelta(seconds=1)}, "lastUpdated"),
    ],
)
def test_what_contradicts_itself_is_refused_by_name(given_members, field):
    assert f"/stats/{field}" in {problem.pointer for problem in problems(complete_stats(given_members, NOW))}


@given(name=st.sampled_from([*COUNTS, *RATES]), value=st.booleans() | st.text() | st.lists(st.none()) | st.just({}))
def test_a_value_of_the_wrong_type_is_refused_by_name_and_alone(name, value):
    assert {problem.pointer for problem in problems(complete_stats({name: value}, NOW))} == {f"/stats/{name}"}


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("0.5"), object(), {1}, [float("nan")]])
def test_a_value_that_json_cannot_carry_is_refused_by_name(value):
    with pytest.raises(ArgumentError, match="at /openRate: expected a value that JSON can carry"):
        complete_stats({"openRate": value}, NOW)


def test_a_name_that_is_no_member_is_refused_with_the_nearest():
    with pytest.raises(ArgumentError) as refused:
        complete_stats({"uniqueOpen": 3, "zzz": 1}, NOW)
    assert [problem.pointer for problem in refused.value.problems] == ["/uniqueOpen", "/zzz"]
    assert "did you mean 'uniqueOpens'?" in str(refused.value)
