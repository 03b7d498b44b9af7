"""The numbers of a growing campaign over time."""

import json
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from migma_contract.rate_unit import RATE_UNITS
from migma_contract.stats import COUNTS, MAX_COUNT, CampaignStats, relation_violations
from migma_contract.timestamps import parse_rfc3339
from migma_mock.campaigns.growth import GrowthFile, resolve, stats_at

START = datetime(2026, 6, 1, 12, tzinfo=UTC)
NAIVE = START.replace(tzinfo=None)
MOST = MAX_COUNT // 1000
BY_BOTS_TO_ALL = {"openRate": 1, "clickRate": 1, "mppShare": 0, "botOpenShare": 1, "botClickShare": 1}
OPTIONAL = {"mppOpens": "mppShare", "botOpens": "botOpenShare", "botClicks": "botClickShare"}

UNITS = st.floats(0, 1) | st.sampled_from([0, 1, 0.5])
TIMES = st.floats(1, 1000) | st.floats(1, 3) | st.just(1)
RELATIVE = st.integers(-90 * 1_440, 90 * 1_440).map("{:+d}m".format)
ABSOLUTE = st.datetimes(
    NAIVE.replace(year=1950), NAIVE.replace(year=2100), timezones=st.sampled_from([UTC, timezone(timedelta(hours=-8))])
).map(datetime.isoformat)


@st.composite
def documents(draw):
    mpp = draw(st.none() | UNITS)
    return {
        "recipients": draw(st.integers(0, MOST) | st.integers(0, 50) | st.integers(1000, 10**6)),
        "sentAt": draw(RELATIVE | ABSOLUTE),
        "refreshSeconds": draw(st.integers(1, 86_400) | st.just(300)),
        **{name: draw(UNITS) for name in ("bounceRate", "openRate", "clickRate", "unsubscribeRate")},
        **{name: draw(TIMES) for name in ("opensPerOpener", "clicksPerClicker")},
        "mppShare": mpp,
        "botOpenShare": draw(st.none() | UNITS.map(lambda unit: unit * (1 - (mpp or 0)))),
        "botClickShare": draw(st.none() | UNITS),
    }


GROWTHS = st.tuples(documents(), st.sampled_from(RATE_UNITS)).map(
    lambda each: resolve(GrowthFile.model_validate(each[0]), START, each[1])
)
# Many times in the first hours, where most happens, and some long after.
AGES = st.integers(0, 10_000) | st.integers(0, 86_400 * 40) | st.integers(0, 86_400 * 10_000) | st.floats(0, 3_600)


def growth_of(recipients=20_000, sent_at="+0s", unit="fraction", **fields):
    return resolve(GrowthFile.model_validate({"recipients": recipients, "sentAt": sent_at, **fields}), START, unit)


def after(growth, **duration):
    stats = stats_at(growth, growth.sent_at + timedelta(**duration))
    assert stats is not None
    return stats


@settings(max_examples=200)
@given(GROWTHS, st.lists(AGES, min_size=2, max_size=12).map(sorted))
@example(growth_of(1, openRate=1, opensPerOpener=1000, bounceRate=0), [*range(0, 4 * 3600, 60)])
@example(growth_of(MOST, **BY_BOTS_TO_ALL, refreshSeconds=1), [*range(300)])
def test_over_time_counts_never_fall_and_the_relations_hold(growth, ages):
    samples = []
    for age in ages:
        now = growth.sent_at + timedelta(seconds=age)
        stats = stats_at(growth, now)
        assert not relation_violations(stats, now, growth.rates)
        assert parse_rfc3339(stats["lastUpdated"]) > now - growth.refresh
        assert all(0 <= stats.get(name, 0) <= MAX_COUNT for name in COUNTS)
        assert (stats["totalOpens"] > 0) is (stats["uniqueOpens"] > 0)
        assert (stats["totalClicks"] > 0) is (stats["uniqueClicks"] > 0)
        CampaignStats.model_validate(stats)
        samples.append(stats)
    for earlier, later in pairwise(samples):
        assert earlier.keys() == later.keys()
        assert all(earlier[name] <= later[name] for name in COUNTS if name in later)
        assert earlier["lastUpdated"] <= later["lastUpdated"]


@given(GROWTHS, st.integers(0, 10_000), st.floats(0, 1, exclude_max=True))
def test_stats_are_the_same_from_one_refresh_to_the_next(growth, step, part):
    refreshed = growth.sent_at + step * growth.refresh
    stats = stats_at(growth, refreshed)
    between = min(refreshed + growth.refresh * part, refreshed + growth.refresh - timedelta(microseconds=1))
    assert stats_at(growth, between) == stats
    assert parse_rfc3339(stats["lastUpdated"]) == refreshed
    assert stats["lastUpdated"].endswith("Z")


def test_stats_are_a_new_dict_each_time():
    growth = growth_of()
    after(growth, hours=1)["totalSent"] = -1
    assert after(growth, hours=1)["totalSent"] == 20_000


def test_there_are_no_stats_before_the_first_refresh():
    growth = growth_of(sent_at="+10m")
    before = growth.sent_at - timedelta(microseconds=1)
    assert stats_at(growth, before) is None
    first = after(growth)
    assert first["lastUpdated"] == "2026-06-01T12:10:00Z"
    assert first["totalSent"] == 20_000
    assert not any(first[name] for name in COUNTS if name != "totalSent")


def test_percentages_have_two_decimals_fewer_than_fractions():
    """The file has shares from 0 to 1 in either setting."""
    fractions, percentages = (
        after(growth_of(unit=unit, openRate=0.4, recipients=7_000), days=3) for unit in RATE_UNITS
    )
    assert percentages == fractions | {"openRate": 38.75, "clickRate": 2.38}
    assert (fractions["openRate"], fractions["clickRate"]) == (0.3875, 0.0238)


@given(documents())
def test_a_month_later_the_rates_are_those_of_the_file(document):
    growth = resolve(GrowthFile.model_validate(document), START, "fraction")
    end = after(growth, days=31)
    assert end | {"lastUpdated": ""} == after(growth, days=40_000) | {"lastUpdated": ""}
    sent, bounces, delivered = document["recipients"], end["bounces"], end["totalDelivered"]
    assert bounces == round(sent * document["bounceRate"])
    assert delivered == sent - bounces
    assert end["uniqueOpens"] == round(delivered * document["openRate"])
    assert end["uniqueClicks"] == round(delivered * document["clickRate"])
    assert end["unsubscribes"] == round(delivered * document["unsubscribeRate"])
    assert end["totalOpens"] == round(end["uniqueOpens"] * document["opensPerOpener"])
    assert end["totalClicks"] == round(end["uniqueClicks"] * document["clicksPerClicker"])
    for count, share in OPTIONAL.items():
        assert (count in end) is (document[share] is not None)
    total = end["totalOpens"]
    mpp, bots = (round(total * (document[share] or 0)) for share in ("mppShare", "botOpenShare"))
    assert end.get("mppOpens", 0) == mpp
    assert end.get("botOpens", 0) == min(bots, total - mpp)
    assert end.get("botClicks", 0) == round(end["totalClicks"] * (document["botClickShare"] or 0))


def test_recipients_and_the_time_of_sending_are_enough():
    """An ordinary campaign: deliveries in minutes, MPP opens within the hour, opens by people over days."""
    growth = growth_of(20_000)
    end = after(growth, days=31)
    assert 0.3 < end["openRate"] < 0.4
    share = {
        (name, hours): after(growth, hours=hours)[name] / end[name] for name in COUNTS for hours in (0.25, 1, 24, 48)
    }
    assert share["totalDelivered", 0.25] > 0.95
    assert share["bounces", 0.25] > 0.8
    assert share["mppOpens", 1] > 0.9
    assert share["uniqueOpens", 1] < 0.7
    assert 0.8 < share["uniqueOpens", 24] < 0.95
    assert 0.9 < share["uniqueOpens", 48] < 1
    assert share["uniqueClicks", 1] < share["uniqueOpens", 1]
    assert share["unsubscribes", 1] < share["uniqueClicks", 1]


def test_a_day_of_growth_is_the_same_on_every_machine():
    """The arithmetic is on whole numbers, so it does not depend on the exp or log of a platform."""
    assert after(growth_of(20_000), days=1) == {
        "totalSent": 20_000,
        "totalDelivered": 19_600,
        "uniqueOpens": 6_469,
        "totalOpens": 10_350,
        "uniqueClicks": 414,
        "totalClicks": 538,
        "unsubscribes": 32,
        "bounces": 400,
        "openRate": 0.3301,
        "clickRate": 0.0211,
        "lastUpdated": "2026-06-02T12:00:00Z",
        "botOpens": 339,
        "botClicks": 51,
        "mppOpens": 5_080,
    }


def test_a_single_recipient_opens_within_hours():
    growth = growth_of(1, bounceRate=0, openRate=1, opensPerOpener=1, mppShare=None)
    assert after(growth, minutes=5)["totalDelivered"] == 1
    assert after(growth, minutes=5)["uniqueOpens"] == 0
    assert after(growth, hours=5)["uniqueOpens"] == 1


@pytest.mark.parametrize("days", [0, 1, 400])
def test_without_recipients_all_numbers_are_zero(days):
    stats = after(growth_of(0), days=days)
    assert not any(stats[name] for name in (*COUNTS, "openRate", "clickRate"))


@pytest.mark.parametrize("recipients", [1, 20_000, MOST])
@pytest.mark.parametrize(
    ("rates", "zero"),
    [
        ({"bounceRate": 1}, {"totalDelivered", "uniqueOpens", "uniqueClicks", "unsubscribes"}),
        ({"bounceRate": 0, "openRate": 0, "clickRate": 0}, {"bounces", "totalOpens", "totalClicks", "mppOpens"}),
        ({"bounceRate": 0, "openRate": 1, "clickRate": 1, "unsubscribeRate": 1}, {"bounces"}),
    ],
)
def test_rates_of_0_and_1_are_reached_exactly(recipients, rates, zero):
    end = after(growth_of(recipients, **rates), days=31)
    assert {name for name in zero if end[name]} == set()
    if rates.get("openRate") == 1:
        assert end["openRate"] == end["clickRate"] == 1
        assert end["unsubscribes"] == recipients


def test_every_json_parser_reads_the_numbers_of_the_largest_campaign_exactly():
    growth = growth_of(MOST, bounceRate=0, openRate=1, opensPerOpener=1000, clickRate=1, clicksPerClicker=1000)
    assert MAX_COUNT - 1000 < after(growth, days=31)["totalOpens"] <= MAX_COUNT
    assert json.loads(json.dumps(after(growth, days=31))) == after(growth, days=31)


def test_the_default_share_of_bots_is_reduced_for_a_large_mpp_share():
    end = after(growth_of(mppShare=1), days=31)
    assert end["mppOpens"] == end["totalOpens"]
    assert end["botOpens"] == 0
