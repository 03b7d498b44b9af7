"""Relations between the numbers of a campaign."""

import math
import struct
from datetime import UTC, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sample_campaign import STATS

from migma_contract.rate_unit import RATE_UNITS, other_unit
from migma_contract.stats import (
    COUNTS,
    MAX_COUNT,
    RATES,
    RELATIONS,
    is_rate,
    number,
    rate,
    relation_violations,
    rounded_rate,
    with_rates_in,
)
from migma_mock.generation import campaign_stats

NOW = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)  # the time of the sample
JSON_VALUES = (
    st.none() | st.booleans() | st.text() | st.integers() | st.floats() | st.integers(10**307, 10**400) | st.just([1])
)


def broken_ids(now=NOW, **changes):
    return {relation.id for relation, _ in relation_violations(STATS | changes, now)}


@given(st.integers(1, 10**6), st.floats(0, 1))
def test_a_rounded_rate_is_the_same_number_in_both_units(delivered, share):
    for unique in (round(share * delivered), delivered // 2, delivered // 3):
        fraction, percentage = (rounded_rate(unique, delivered, unit) for unit in RATE_UNITS)
        assert with_rates_in({"openRate": fraction}, "fraction", "percent") == {"openRate": percentage}


def test_half_of_the_last_decimal_is_rounded_in_the_same_direction_in_both_units():
    """In doubles, 0.26875 is below and 26.875 is exact."""
    assert (rounded_rate(48_719, 181_280, "fraction"), rounded_rate(48_719, 181_280, "percent")) == (0.2687, 26.87)


def test_correct_stats_have_no_violation():
    assert not relation_violations(STATS, NOW)


@pytest.mark.parametrize(
    ("changes", "id_", "field"),
    [
        ({"openRate": 0.34}, "open-rate-inconsistent", "openRate"),
        ({"openRate": 33.3333}, "open-rate-inconsistent", "openRate"),
        ({"clickRate": 0.3}, "click-rate-inconsistent", "clickRate"),
        ({"lastUpdated": "2026-01-31T09:30:00"}, "last-updated-not-rfc3339", "lastUpdated"),
        ({"lastUpdated": "2026-01-31T09:30:01Z"}, "last-updated-in-future", "lastUpdated"),
        ({"bounces": -1}, "negative-count", "bounces"),
        ({"bounces": 101}, "delivered-plus-bounces-exceed-sent", "totalDelivered"),
        ({"totalOpens": 299}, "unique-opens-exceed-total-opens", "uniqueOpens"),
        ({"totalClicks": 89}, "unique-clicks-exceed-total-clicks", "uniqueClicks"),
        ({"uniqueOpens": 0, "openRate": 0}, "unique-opens-zero", "uniqueOpens"),
        ({"uniqueClicks": 0, "clickRate": 0}, "unique-clicks-zero", "uniqueClicks"),
        ({"uniqueOpens": 901, "totalOpens": 999}, "unique-opens-exceed-delivered", "uniqueOpens"),
        ({"uniqueClicks": 901, "totalClicks": 999}, "unique-clicks-exceed-delivered", "uniqueClicks"),
        ({"unsubscribes": 901}, "unsubscribes-exceed-delivered", "unsubscribes"),
        ({"botOpens": 501}, "bot-opens-exceed-total-opens", "botOpens"),
        ({"mppOpens": 501}, "mpp-opens-exceed-total-opens", "mppOpens"),
        ({"botClicks": 121}, "bot-clicks-exceed-total-clicks", "botClicks"),
    ],
)
def test_each_relation_finds_its_violation(changes, id_, field):
    found = {relation.id: violation for relation, violation in relation_violations(STATS | changes, NOW)}
    assert found[id_].field == field
    assert found[id_].expected != found[id_].got


def test_every_relation_has_a_violation_above(request):
    (marker,) = test_each_relation_finds_its_violation.pytestmark
    assert {id_ for _, id_, _ in marker.args[1]} == {relation.id for relation in RELATIONS}


def test_relations_have_ids_and_summaries_and_documented_ones_come_first():
    ids = [relation.id for relation in RELATIONS]
    assert len(set(ids)) == len(ids)
    assert all(id_ == id_.lower() and " " not in id_ for id_ in ids)
    assert all(relation.summary.endswith(".") for relation in RELATIONS)
    sources = [relation.source for relation in RELATIONS]
    assert sources == sorted(sources, key=["documented", "derived"].index)


def test_references_of_relations_exist(contract):
    places = [relation.reference for relation in RELATIONS if relation.reference.startswith("#/")]
    assert len(places) > len(RELATIONS) / 2
    for place in places:
        assert contract.at(place.removeprefix("#")) is not None


@pytest.mark.parametrize("name", ["openRate", "clickRate"])
def test_the_contract_documents_both_rates(contract, name):
    words = contract.at(contract.stats.properties[name])["description"]
    assert words == f"Unique {RATES[name].removeprefix('unique').lower()} divided by delivered."


def test_unusual_but_possible_stats_have_no_violation():
    assert not broken_ids(uniqueClicks=450, totalClicks=450, clickRate=0.5), (
        "clicks without opens, since mail clients block images"
    )
    assert not broken_ids(now=None, lastUpdated="2999-01-01T00:00:00Z"), "without a time there is no future"
    assert not broken_ids(uniqueOpens=0, totalOpens=220, openRate=0), "only machines opened: 20 bots and 200 by Apple"
    nothing = dict.fromkeys((*COUNTS, *RATES), 0)
    assert not broken_ids(**nothing), "nothing was sent"
    assert "open-rate-inconsistent" in broken_ids(**nothing | {"openRate": 0.5})


def test_opens_without_deliveries_are_one_violation():
    nothing = {name: 0 for name in STATS if name != "lastUpdated"}
    assert broken_ids(**nothing | {"uniqueOpens": 1, "totalOpens": 1, "openRate": 1}) == {
        "unique-opens-exceed-delivered"
    }


@given(st.dictionaries(st.sampled_from([*COUNTS, *RATES, "lastUpdated"]), JSON_VALUES), st.none() | st.just(NOW))
def test_any_json_is_checked_without_an_exception(stats, now):
    for relation, violation in relation_violations(stats, now):
        assert relation in RELATIONS
        assert violation.field in stats


@given(st.dictionaries(st.sampled_from([*COUNTS, *RATES, "lastUpdated"]), st.none() | st.booleans() | st.just([])))
def test_values_of_other_types_are_ignored(stats):
    assert not relation_violations(stats, NOW)


@given(campaign_stats("realistic") | campaign_stats("edge"), st.sampled_from(COUNTS), st.integers(1, 10**6))
def test_a_negative_count_is_always_found(stats, name, size):
    assert "negative-count" in {r.id for r, _ in relation_violations(stats | {name: -size}, NOW)}


@st.composite
def parts(draw):
    delivered = draw(st.integers(1, MAX_COUNT))
    return draw(st.integers(0, delivered)), delivered


@given(parts())
def test_an_exact_rate_is_accepted(part):
    assert is_rate(rate(*part), *part)


@given(parts(), st.integers(2, 17))
def test_a_rate_rounded_to_at_least_two_decimals_is_accepted_also_in_single_precision(part, decimals):
    rounded = round(rate(*part), decimals)
    assert is_rate(rounded, *part)
    assert is_rate(struct.unpack("f", struct.pack("f", rounded))[0], *part)


@given(parts(), st.integers(2, 6))
def test_a_rate_rounded_too_far_is_not_accepted(part, decimals):
    """A rounded value may differ by half of its last decimal, not by a whole one."""
    wrong = round(rate(*part), decimals) + 1.01 * 10**-decimals
    printed = round(wrong, 6)
    assume(abs(printed - rate(*part)) > 0.57 * 10**-decimals)  # single precision takes up to 0.06 of the sixth one
    # The same value might be a coarser rounding with fewer decimals, which may differ more.
    coarser = any(abs(round(printed, d) - printed) < 1e-9 for d in range(2, decimals))
    assert coarser or not is_rate(printed, *part)


@given(parts(), st.floats(0.0051, 1e308) | st.floats(-1e308, -0.0051))
def test_a_rate_wrong_by_more_than_half_a_percent_is_never_accepted(part, distance):
    assert not is_rate(rate(*part) + distance, *part)


@pytest.mark.parametrize(
    ("value", "unique", "delivered", "accepted"),
    [
        (0.33, 1, 3, True),
        (0.333, 1, 3, True),
        (0.3333333, 1, 3, True),
        (2e-6, 3, 2_000_000, True),
        (0.1328119933605194, 34, 256, True),  # 0.1328125, rounded to 0.132812 and stored in single precision
        (0.333334, 1, 3, False),
        (0.3333327, 1, 3, False),
        (1 / 3, 1, 3, True),
        (0.3, 1, 3, False),
        (0.34, 1, 3, False),
        (33.33, 1, 3, False),
        (0, 0, 0, True),
        (0.5, 0, 0, False),
        (1, 5, 5, True),
        (0.0, 1, 10_000, True),
        (0.0, 1, 100, False),
        (1e308, 1, 1, False),
        (10**308, 1, 1, False),
    ],
)
def test_rates_by_example(value, unique, delivered, accepted):
    assert is_rate(value, unique, delivered) is accepted


def test_a_rate_of_nothing_is_zero():
    assert rate(0, 0) == rate(0, 0, "percent") == 0.0


def test_a_percentage_is_exact_where_a_multiplied_fraction_is_not():
    assert 100 * 0.29 != 29
    assert rate(29, 100, "percent") == 29.0
    assert rate(439, 1150, "percent") == 38.17391304347826


@pytest.mark.parametrize("unit", RATE_UNITS)
def test_absurd_numbers_are_compared_without_an_exception(unit):
    absurd = STATS | {"totalDelivered": 1, "uniqueOpens": 10**308, "totalOpens": 10**308, "openRate": 1.7e308}
    assert {relation.id for relation, _ in relation_violations(absurd, NOW, unit)} >= {"open-rate-inconsistent"}
    assert with_rates_in(absurd, "fraction", "percent")["openRate"] == 1.7e308


@given(st.data(), st.sampled_from(RATE_UNITS))
def test_rates_are_converted_there_and_back_exactly(data, unit):
    """Whole percentages and decimals of a fraction keep their digits."""
    decimals = data.draw(st.integers(0, 6))
    value = data.draw(st.integers(0, 10 ** (decimals + 2))) / 10**decimals
    stats = {"openRate": value, "clickRate": 0, "totalSent": 5}
    there = with_rates_in(stats, unit, other_unit(unit))
    assert len(repr(there["openRate"]).replace("e-", "")) <= 14, "no noise of doubles"
    assert with_rates_in(there, other_unit(unit), unit) == stats
    assert with_rates_in(stats, unit, unit) == stats


@pytest.mark.parametrize("value", [True, None, "5", [5], math.inf, -math.inf, math.nan, 10**309])
def test_a_value_beyond_a_double_is_not_a_number(value):
    assert number({"x": value}, "x") is None
    assert number({}, "x") is None
