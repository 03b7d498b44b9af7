"""The unit of the rates: no finding in the right one with any rounding, and one for all rates in the other one."""

import math
import struct

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from samples.exchanges import STATS, exchange, of_another_campaign, second, stats

from migma_contract.openapi import Contract, load_contract
from migma_contract.rate_unit import RATE_UNITS, WHOLE, RateUnit, other_unit
from migma_contract.resources import openapi_path
from migma_contract.rules import judge, judge_one
from migma_contract.rules.analysis.rate_diagnosis import WRONG_UNIT
from migma_contract.stats import RATES, rate

CONTRACTS: dict[RateUnit, Contract] = {unit: load_contract(openapi_path(), rates=unit) for unit in RATE_UNITS}
UNITS = st.sampled_from(RATE_UNITS)
COUNTS = st.integers(0, 10**9)
THROUGHOUT = "200 /data"


def read_of(numbers):
    return exchange(value={"success": True, "data": numbers})


def found(exchanges, unit):
    return [(finding.rule, finding.where) for finding in judge(exchanges, CONTRACTS[unit])]


def single(value: float) -> float:
    """Return the value after storage in single precision, such as a REAL column or a float32."""
    return struct.unpack("f", struct.pack("f", value))[0]


def half_up(value: float, decimals: int) -> float:
    """Return the value as Math.round and most databases round it; Python rounds half to even."""
    return math.floor(value * 10**decimals + 0.5) / 10**decimals


@st.composite
def counts(draw) -> dict[str, object]:
    sent = draw(COUNTS)
    delivered = draw(st.integers(0, sent))
    numbers = {name: draw(st.integers(0, delivered)) for name in ("uniqueOpens", "uniqueClicks", "unsubscribes")}
    unique = {name: numbers[name.replace("total", "unique")] for name in ("totalOpens", "totalClicks")}
    totals = {name: count and count + draw(COUNTS) for name, count in unique.items()}
    bots = {"botOpens": totals["totalOpens"], "botClicks": 0} if draw(st.booleans()) else {}
    sizes = {"totalSent": sent, "totalDelivered": delivered, "bounces": draw(st.integers(0, sent - delivered))}
    return {**sizes, **numbers, **totals, **bots, "lastUpdated": "2026-01-31T09:30:00Z"}


@st.composite
def rates_of(draw, numbers, unit):
    """Return right rates in a unit: rounded to at least 2 decimals of the fraction, stored in any precision."""
    decimals = draw(st.integers(2, 15)) - (2 if unit == "percent" else 0)
    rounded, kept = draw(st.sampled_from([round, half_up])), draw(st.sampled_from([float, single]))
    exact = {name: rate(numbers[unique], numbers["totalDelivered"], unit) for name, unique in RATES.items()}
    return {name: kept(rounded(value, decimals)) for name, value in exact.items()}


@given(st.data(), counts(), UNITS)
def test_right_rates_have_no_finding(data, numbers, unit):
    rates = data.draw(rates_of(numbers, unit))
    assert found([read_of({**numbers, **rates})], unit) == []


@given(st.data(), counts(), UNITS)
def test_rates_in_the_other_unit_throughout_are_one_finding(data, numbers, unit):
    rates = data.draw(rates_of(numbers, other_unit(unit)))
    assume(any(value * 100 > WHOLE[other_unit(unit)] for value in rates.values()))  # not only rounded to zero
    assert found([read_of({**numbers, **rates})], unit) == [(WRONG_UNIT[unit], THROUGHOUT)]


@given(st.data(), counts(), UNITS, st.sampled_from(sorted(RATES)))
def test_mixed_rates_are_found_in_either_setting(data, numbers, unit, name):
    rates = data.draw(rates_of(numbers, unit))
    assume(all(value * 100 > WHOLE[unit] for value in rates.values()))
    mixed = {**numbers, **rates, name: data.draw(rates_of(numbers, other_unit(unit)))[name]}
    assume(mixed[name] * 100 > WHOLE[other_unit(unit)])
    (other,) = set(RATES) - {name}
    assert found([read_of(mixed)], unit) == [(WRONG_UNIT[unit], f"200 /data/{name}")]
    assert found([read_of(mixed)], other_unit(unit)) == [(WRONG_UNIT[other_unit(unit)], f"200 /data/{other}")]


@given(counts(), st.sampled_from(sorted(RATES)), st.sampled_from([0, 1, 2, 9]))
def test_a_percentage_is_always_recognised(numbers, name, digits):
    """With any rounding, if it is above every possible fraction."""
    exact = {each: rate(numbers[unique], numbers["totalDelivered"]) for each, unique in RATES.items()}
    percentage = round(100 * exact[name], digits)
    assume(percentage > 1.1)
    ((rule, where),) = found([read_of({**numbers, **exact, name: percentage})], "fraction")
    assert rule == "rate-is-percentage"
    assert where in {THROUGHOUT, f"200 /data/{name}"}  # the other rate may be 0, which has no unit


FRACTIONS = exchange()
ROUND = {"totalDelivered": 1000, "clickRate": 0.097}
PERCENTAGES = stats(openRate=38.17, clickRate=8.43)


def test_the_finding_names_both_sources_and_the_setting():
    for unit, read in (("fraction", PERCENTAGES), ("percent", FRACTIONS)):
        (finding,) = judge([read], CONTRACTS[unit])
        assert finding.level.value == "breaking"
        for words in ("“Unique opens divided by delivered”", "SDK annotates 0-100", "--rates percent", "MIGMA_RATES"):
            assert words in finding.message


@pytest.mark.parametrize(("unit", "read"), [("fraction", PERCENTAGES), ("percent", FRACTIONS)])
def test_several_reads_and_campaigns_in_the_other_unit_are_still_one_finding(unit, read):
    other = of_another_campaign(read)
    assert found([read, second(read), other], unit) == [(WRONG_UNIT[unit], THROUGHOUT)]
    assert [finding.where for finding in judge_one(read, CONTRACTS[unit])] == [THROUGHOUT]


@pytest.mark.parametrize("unit", RATE_UNITS)
def test_units_that_differ_between_reads_or_campaigns_are_found_in_each_field(unit):
    """The setting would not help, so it is not recommended."""
    wrong = FRACTIONS if unit == "percent" else PERCENTAGES
    right = PERCENTAGES if unit == "percent" else FRACTIONS
    other = of_another_campaign(wrong)
    for run in ([right, second(wrong)], [wrong, second(right)], [right, other]):
        assert found(run, unit) == [(WRONG_UNIT[unit], f"200 /data/{name}") for name in sorted(RATES)]
        assert not any("--rates" in finding.message for finding in judge(run, CONTRACTS[unit]))


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"openRate": 38, "clickRate": 8}, None),
        ({"openRate": 38.2, "clickRate": 8.4}, None),
        ({"openRate": 100 * 439 / 1150, "clickRate": 100 * 97 / 1150}, None),
        ({"uniqueOpens": 4, "openRate": 0.35}, None),
        ({"uniqueOpens": 4, "openRate": 0}, None),
        ({"uniqueOpens": 7, "openRate": 1}, None),
        ({"uniqueOpens": 0, "totalOpens": 0, "botOpens": 0, "mppOpens": 0, "openRate": 0}, None),
        ({"uniqueOpens": 1150, "totalOpens": 1150, "openRate": 100}, None),
        ({"openRate": 38.1}, "rate-truncated"),
        ({"openRate": 38.17, "clickRate": 8.44}, "rate-rounded-up"),
        ({"openRate": 39}, "open-rate-inconsistent"),
        ({"openRate": 38.3}, "open-rate-inconsistent"),
        ({"openRate": 40}, "open-rate-inconsistent"),
        ({"openRate": 100 * 439 / 1200}, "rate-over-sent"),
        ({"openRate": 36.58}, "rate-over-sent"),
        ({"openRate": 70.6}, "rate-of-total-events"),
        ({"clickRate": 22.1}, "rate-over-other-events"),
        ({"clickRate": 0.0843}, "rate-is-fraction"),
        ({"clickRate": 0.08}, "rate-is-fraction"),
        ({"uniqueOpens": 1150, "totalOpens": 1150, "openRate": 1}, "rate-is-fraction"),
        ({"uniqueOpens": 4, "openRate": 0.0035}, "rate-is-fraction"),
        ({"clickRate": 843}, "click-rate-inconsistent"),
    ],
)
def test_percentages_by_example(changed, expected):
    findings = judge([stats(**{"openRate": 38.17, "clickRate": 8.43, **changed})], CONTRACTS["percent"])
    assert [finding.rule for finding in findings] == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"openRate": 0.3818}, "rate-rounded-up"),
        ({"openRate": 0.38174}, None),
        ({"openRate": 0.38175}, "open-rate-inconsistent"),
        ({"clickRate": 0.0844}, "rate-rounded-up"),
        ({"clickRate": 0.084348}, None),
        ({"uniqueClicks": 96, "clickRate": 0.083479}, "rate-rounded-up"),
        ({"uniqueClicks": 96, "clickRate": 0.084}, "click-rate-inconsistent"),
        ({"openRate": 0.39}, "open-rate-inconsistent"),
        ({"openRate": 0.383}, "open-rate-inconsistent"),
        ({"openRate": 0.3819}, "open-rate-inconsistent"),
        (
            {"uniqueOpens": 0, "totalOpens": 0, "botOpens": 0, "mppOpens": 0, "openRate": 0.0001},
            "open-rate-inconsistent",
        ),
        ({**ROUND, "uniqueOpens": 290, "openRate": 0.28}, "rate-truncated"),
        ({**ROUND, "uniqueOpens": 280, "openRate": 0.27}, "open-rate-inconsistent"),
    ],
)
def test_rates_rounded_up_or_truncated_by_example(changed, expected):
    """0.29 * 100 is 28.999999999999996 in doubles, which truncates to 28; 0.28 * 100 is above 28."""
    assert math.floor(0.29 * 100) == 28
    findings = judge([stats(**changed)], CONTRACTS["fraction"])
    assert [finding.rule for finding in findings] == ([expected] if expected else [])


WHOLE_PERCENTS = {"totalDelivered": 1200, "bounces": 0, "uniqueOpens": 299, "uniqueClicks": 10}
TRUNCATED_AND_WRONG = {"rate-truncated", "click-rate-inconsistent"}
THOUSANDTHS = {"totalDelivered": 10_000, "totalSent": 10_100, "bounces": 0, "uniqueOpens": 499, "uniqueClicks": 9}


@pytest.mark.parametrize(
    ("unit", "numbers", "rules"),
    [
        ("percent", {**WHOLE_PERCENTS, "openRate": 24, "clickRate": 0}, {"rate-truncated"}),
        ("fraction", {**WHOLE_PERCENTS, "openRate": 0.24, "clickRate": 0}, {"rate-truncated"}),
        ("fraction", {**THOUSANDTHS, "openRate": 0.049, "clickRate": 0.0}, {"rate-truncated"}),
        # The other rate is rounded, exact, of another number of decimals, or wrong: then 0 is wrong too.
        ("percent", {**WHOLE_PERCENTS, "openRate": 25, "clickRate": 0}, {"click-rate-inconsistent"}),
        ("percent", {**WHOLE_PERCENTS, "openRate": 24.9, "clickRate": 0}, {"click-rate-inconsistent"}),
        ("percent", {**WHOLE_PERCENTS, "openRate": 2990 / 120, "clickRate": 0}, {"click-rate-inconsistent"}),
        (
            "percent",
            {**WHOLE_PERCENTS, "openRate": 50, "clickRate": 0},
            {"open-rate-inconsistent", "click-rate-inconsistent"},
        ),
        ("percent", {**WHOLE_PERCENTS, "uniqueClicks": 13, "openRate": 24, "clickRate": 0}, TRUNCATED_AND_WRONG),
        ("percent", {**WHOLE_PERCENTS, "uniqueClicks": 5, "openRate": 24, "clickRate": 0}, {"rate-truncated"}),
    ],
)
def test_a_rate_truncated_to_zero_is_information_if_the_other_rate_is_truncated_in_the_same_way(unit, numbers, rules):
    findings = judge([stats(**numbers)], CONTRACTS[unit])
    assert {finding.rule for finding in findings} == rules


@pytest.mark.parametrize(
    ("changed", "second"),
    [
        ({"openRate": 100 * 439 / 1200, "clickRate": 100 * 97 / 1200}, "rate-over-sent"),
        ({"openRate": 36.58, "clickRate": 8.08}, "rate-over-sent"),
        ({"totalSent": 1155, "bounces": 5, "openRate": 38.01, "clickRate": 8.4}, "rate-over-sent"),  # nearly the same
        ({"openRate": 70.61, "clickRate": 12.78}, "rate-of-total-events"),
        ({"openRate": 38.1, "clickRate": 8.4}, "rate-truncated"),
        ({"openRate": 38.5, "clickRate": 8.43}, "open-rate-inconsistent"),
    ],
)
def test_percentages_with_another_mistake_show_both(changed, second):
    """So that neither --rates percent nor a baseline hides the second one."""
    read = stats(**changed)
    found, followed = ({each.rule for each in judge([read], CONTRACTS[unit])} for unit in RATE_UNITS)
    assert second in followed
    assert found == followed | {"rate-is-percentage"}


def test_mixed_units_name_a_rate_in_the_other_unit():
    """In the same response, in another read, or of another campaign: the closest one."""

    def messages(*run):
        return [finding.message for finding in judge(run, CONTRACTS["fraction"])]

    other = of_another_campaign(FRACTIONS)
    (message,) = messages(stats(openRate=38.17))
    assert message.endswith("but clickRate is a fraction.")
    assert messages(second(PERCENTAGES), other, FRACTIONS)[0].endswith("in read 1 is a fraction.")
    assert messages(PERCENTAGES, other)[0].endswith(f"of campaign {other.campaign_id} is a fraction.")


@given(counts(), UNITS, st.integers(4, 6), st.sampled_from([math.floor, math.ceil]))
def test_cutting_off_and_rounding_up_from_the_fourth_decimal_on_are_information(numbers, unit, decimals, cut):
    steps = 10**decimals // WHOLE[unit]
    exact = {name: rate(numbers[unique], numbers["totalDelivered"], unit) for name, unique in RATES.items()}
    assume(all(value * steps > 1 for value in exact.values()))
    rates = {name: cut(value * steps) / steps for name, value in exact.items()}
    levels = {finding.level.value for finding in judge([read_of({**numbers, **rates})], CONTRACTS[unit])}
    assert levels <= {"info"}


def test_absurd_numbers_have_findings_and_no_exception():
    for unit in RATE_UNITS:
        for value in (1e-300, 1e300, 1.7e308, 10**308):
            absurd = stats(totalDelivered=1, uniqueOpens=10**308, totalOpens=10**308, openRate=value, clickRate=value)
            assert judge([absurd], CONTRACTS[unit])


def test_small_percentages_of_large_campaigns_are_told_from_fractions():
    """A click rate of 0.38 % is 0.38 as a percentage and 0.0038 as a fraction."""
    large = {**STATS, "totalSent": 120_000, "totalDelivered": 100_000, "bounces": 0, "uniqueOpens": 500}
    large |= {"totalOpens": 812, "uniqueClicks": 380, "totalClicks": 400}
    fractions, percentages = {"openRate": 0.005, "clickRate": 0.0038}, {"openRate": 0.5, "clickRate": 0.38}
    assert found([read_of(large | fractions)], "fraction") == found([read_of(large | percentages)], "percent") == []
    assert found([read_of(large | percentages)], "fraction") == [("rate-is-percentage", THROUGHOUT)]
    assert found([read_of(large | fractions)], "percent") == [("rate-is-fraction", THROUGHOUT)]
