"""Stats of another campaign are found by their counts, and campaigns that are only alike are not."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples.exchanges import STARTED, STATS, exchange

from migma_contract.exchange import Exchange
from migma_contract.finding import Level
from migma_contract.openapi import Contract, load_contract
from migma_contract.resources import openapi_path
from migma_contract.rules import judge
from migma_contract.rules.analysis import mixed_up_campaigns
from migma_contract.rules.analysis.reads import Read
from migma_contract.rules.evaluate import evaluate
from migma_contract.stats import COUNTS, RATES, rate

CONTRACT: Contract = load_contract(openapi_path())
A, B, C = "65f1a0b2c3d4e5f601234567", "65f1a0b2c3d4e5f60123456a", "65f1a0b2c3d4e5f60123456b"
OF_A = {name: STATS[name] for name in COUNTS}
OF_B = {name: 2 * value for name, value in OF_A.items()}
FEW = dict(zip(COUNTS, (60, 59, 24, 41, 6, 9, 1, 1, 2, 0, 9), strict=True))
HUNDREDS = dict(zip(COUNTS, (500, 490, 150, 210, 25, 31, 2, 10, 0, 0, 0), strict=True))
EVENTS = {name: OF_A[name] for name in COUNTS if name not in {"totalSent", "totalDelivered", "bounces"}}
STAMPS = ("2026-01-31T09:30:12Z", "2026-01-31T09:31:47Z", "2026-01-31T09:35:03Z")


def read(campaign: str, number: int, counts: dict[str, int], stamp: str | None = None) -> Exchange:
    """Return a read of a campaign with these counts; lastUpdated goes forward with the number of the read."""
    rates = {name: rate(counts[unique], counts["totalDelivered"]) for name, unique in RATES.items()}
    data = {**counts, **rates, "lastUpdated": stamp or STAMPS[number - 1]}
    found = exchange(value={"success": True, "data": data})
    return replace(found, campaign_id=campaign, url=f"http://localhost/{campaign}", sample=number, started=STARTED)


def grown(counts: dict[str, int], by: int) -> dict[str, int]:
    return {
        name: value + by * (name.endswith(("Opens", "Clicks")) and "bot" not in name) for name, value in counts.items()
    }


def found(*reads: Exchange) -> list[tuple[str, Level]]:
    return [(finding.rule, finding.level) for finding in judge(reads, CONTRACT)]


ALARM = [("stats-of-another-campaign", Level.WARNING)]
RUNS = {
    "one for all": [(A, 1, OF_A), (B, 1, OF_A), (A, 2, OF_A), (B, 2, OF_A)],
    "only one read of each": [(A, 1, OF_A), (B, 1, OF_A)],
    "one of three": [(A, 1, OF_A), (B, 1, OF_B), (C, 1, OF_B), (A, 2, OF_A), (B, 2, OF_B), (C, 2, OF_B)],
    "grown for all": [(A, 1, OF_A), (B, 1, grown(OF_A, 1)), (A, 2, grown(OF_A, 2)), (B, 2, grown(OF_A, 3))],
    "switched": [(A, 1, OF_A), (B, 1, OF_B), (A, 2, OF_B), (B, 2, OF_B)],
    "switched at first": [(A, 1, OF_B), (B, 1, OF_B), (A, 2, OF_A), (B, 2, OF_B)],
    "switched and grown": [(A, 1, OF_A), (B, 1, OF_B), (A, 2, grown(OF_B, 9)), (B, 2, grown(OF_B, 12))],
    "exchanged": [(A, 1, OF_A), (B, 1, OF_B), (A, 2, OF_B), (B, 2, OF_A)],
    "switched to few": [(A, 1, OF_A), (B, 1, FEW), (A, 2, FEW), (B, 2, FEW)],
    "switched from few": [(A, 1, OF_B), (B, 1, OF_B), (A, 2, FEW), (B, 2, OF_B)],
    "only opens and clicks": [(A, 1, OF_A), (B, 1, {**OF_A, "totalSent": 2400, "totalDelivered": 2300})],
    "only opens and clicks, in read 2": [(A, 1, OF_B), (B, 1, OF_A), (A, 2, {**OF_B, **EVENTS}), (B, 2, OF_A)],
    "hundreds": [(one, 1, HUNDREDS) for one in (A, B)],
    "switched and back": [(A, 1, OF_A), (B, 1, OF_B), (A, 2, OF_B), (A, 3, OF_A)],
    "without optional counts": [
        (one, 1, {n: v for n, v in OF_A.items() if n[:3] not in {"bot", "mpp"}}) for one in (A, B)
    ],
}


@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
def test_counts_of_another_campaign_are_one_warning_that_names_both(run):
    """Whichever campaign is read first, and no rule on counts that decrease reports the same cause."""
    for names in ({A: A, B: B, C: C}, {A: B, B: C, C: A}):
        reads = [read(names[campaign], number, counts) for campaign, number, counts in run]
        assert found(*reads) == ALARM
        (finding,) = judge(reads, CONTRACT)
        assert sum(names[one] in finding.message for one in (A, B, C)) == 2


def test_all_campaigns_with_the_same_counts_are_named_at_most_five():
    ids = [f"65f1a0b2c3d4e5f6012345{number:02x}" for number in range(8)]
    (finding,) = judge([read(one, 1, OF_A) for one in ids], CONTRACT)
    assert finding.message == f"8 campaigns have the same opens and clicks: {', '.join(ids[:5])} and 3 more."


AB = "Campaigns {A} and {B} exchanged their counts from one read to the next."


@pytest.mark.parametrize(
    ("run", "message"),
    [
        ([(A, 1, OF_A), (B, 1, OF_B), (A, 2, OF_B)], "Read 2 of campaign {A} and the read of campaign {B}"),
        # A cache that is off by one: read 2 of A is the one of B, and B has those of A.
        (
            [(A, 1, OF_A), (B, 1, OF_A), (A, 2, OF_B), (B, 2, OF_A)],
            "Read 1 of campaign {A} and both reads of campaign {B}",
        ),
        ([(A, 1, OF_A), (B, 1, OF_A), (A, 2, OF_B), (B, 2, FEW)], "Read 1 of campaign {B} and read 1 of campaign {A}"),
        (
            [(A, 1, OF_A), (B, 1, OF_B), (A, 2, OF_B), (B, 2, OF_B), (A, 3, OF_B), (B, 3, OF_B)],
            "Reads 2 and 3 of campaign {A} and all 3 reads of campaign {B}",
        ),
        (
            [(A, 1, OF_A), (B, 1, OF_B), (C, 1, OF_B), (A, 2, OF_B), (B, 2, OF_B), (C, 2, OF_B)],
            "Read 2 of campaign {A}, both reads of campaign {B} and both reads of campaign {C}",
        ),
        ([(A, 1, OF_A), (B, 1, OF_B), (A, 2, OF_B), (B, 2, OF_A)], AB),
    ],
)
def test_reads_with_the_same_counts_are_named_without_a_guess_whose_they_are(run, message):
    (finding,) = judge([read(*each) for each in run], CONTRACT)
    expected = message if message.endswith(".") else f"{message} have the same counts."
    assert finding.message == expected.format(A=A, B=B, C=C)


def test_of_many_campaigns_with_the_counts_of_a_read_five_are_named():
    ids = [f"65f1a0b2c3d4e5f6012345{number:02x}" for number in range(8)]
    reads = [read(A, 1, OF_B), *(read(one, 1, OF_A) for one in ids), read(A, 2, OF_A)]
    (finding,) = judge(reads, CONTRACT)
    assert sum(one in finding.message for one in (A, *ids)) == 5
    assert finding.message.endswith(" and 4 more have the same counts.")


@pytest.mark.parametrize("other", ["spring-sale", "4711", "507f191e-810c-4972-9de8-60ea00000000"])
def test_two_kinds_of_ids_may_be_of_one_campaign(other):
    """A campaign may be read by its id and by its name; its counts may be corrected meanwhile."""
    assert found(read(A, 1, OF_A), read(other, 1, OF_A)) == [("stats-of-another-campaign", Level.INFO)]
    corrected = {**OF_A, "bounces": 40}
    run = [read(A, 1, OF_A), read(other, 1, corrected), read(A, 2, corrected)]
    assert all(level == Level.INFO for _, level in found(*run))


def test_ids_that_differ_in_case_are_of_one_campaign():
    assert found(read(A, 1, OF_A), read(A.upper(), 1, OF_A)) == []


LIST = {"totalSent": 24_000, "totalDelivered": 23_610, "bounces": 390}
SILENT = {
    "few": (FEW, {}),
    "zeros": (dict.fromkeys(COUNTS, 0), {}),
    "just sent": ({**dict.fromkeys(COUNTS, 0), **LIST}, {}),
    "other clicks": (OF_A, {"uniqueClicks": 96}),
    "one open more": (OF_A, {"uniqueOpens": 440, "totalOpens": 813}),
    "everyone opened and clicked once": (
        {
            **dict.fromkeys(COUNTS, 500),
            "bounces": 0,
            **dict.fromkeys(("botOpens", "botClicks", "mppOpens", "unsubscribes"), 0),
        },
        {},
    ),
    "same list": ({**OF_A, **LIST}, {"uniqueOpens": 300, "totalOpens": 611, "uniqueClicks": 51, "totalClicks": 80}),
}


@pytest.mark.parametrize(("counts", "other"), SILENT.values(), ids=SILENT)
def test_campaigns_that_may_be_alike_are_silent(counts, other):
    run = [read(A, 1, counts), read(B, 1, {**counts, **other}), read(A, 2, counts), read(B, 2, {**counts, **other})]
    assert found(*run) == []


SMALL = st.integers(0, 99)


@given(st.tuples(SMALL, SMALL, SMALL), st.tuples(SMALL, SMALL, SMALL))
def test_small_campaigns_with_the_same_counts_are_silent(opens, clicks):
    """A count of 100 and more is needed, of people who open once, open again, or of machines."""
    unique_opens, opened_again, mpp = opens
    unique_clicks, clicked_again, unsubscribes = clicks
    counts = dict.fromkeys(COUNTS, 0) | {
        "totalSent": 120,
        "totalDelivered": 120,
        "uniqueOpens": unique_opens,
        "totalOpens": unique_opens + max(mpp, opened_again),
        "uniqueClicks": unique_clicks,
        "totalClicks": unique_clicks + clicked_again,
        "mppOpens": mpp,
        "unsubscribes": unsubscribes,
    }
    assert "stats-of-another-campaign" not in {rule for rule, _ in found(read(A, 1, counts), read(B, 1, counts))}


@given(st.integers(400, 10**6), st.integers(100, 10**6), st.integers(0, 5))
def test_large_campaigns_with_the_same_counts_are_found(opens, more_opens, clicks):
    counts = {
        **dict.fromkeys(COUNTS, 0),
        "totalSent": 4 * opens,
        "totalDelivered": 3 * opens,
        "uniqueOpens": opens,
        "totalOpens": opens + more_opens,
        "uniqueClicks": clicks,
        "totalClicks": clicks,
    }
    assert found(read(A, 1, counts), read(B, 1, counts)) == ALARM


COUNT = st.sampled_from((0, 3, 60, 439, 440, 900))


@given(st.lists(st.tuples(COUNT, COUNT), min_size=4, max_size=4))
def test_it_does_not_matter_which_campaign_is_read_first(numbers):
    each = [{**OF_A, "uniqueOpens": unique, "totalOpens": unique + more} for unique, more in numbers]
    first = [read(A, 1, each[0]), read(B, 1, each[1]), read(A, 2, each[2]), read(B, 2, each[3])]
    second = [read(B, 1, each[1]), read(A, 1, each[0]), read(B, 2, each[3]), read(A, 2, each[2])]
    assert (ALARM[0] in found(*first)) is (ALARM[0] in found(*second))


@pytest.mark.parametrize("size", [1_000, 20_000, 300_000])
def test_two_halves_of_an_ab_test_are_silent(size):
    """They have the same list and content, so their counts differ by chance alone."""
    chance = random.Random(size)

    def counts(at: float) -> dict[str, int]:
        def about(mean: float) -> int:
            return max(0, round(chance.gauss(mean * at, (mean * at) ** 0.5)))

        opens, clicks = about(0.25 * size), about(0.04 * size)
        return {
            "totalSent": size,
            "totalDelivered": size - size // 50,
            "bounces": size // 50,
            "uniqueOpens": opens,
            "totalOpens": opens + about(0.2 * size),
            "uniqueClicks": clicks,
            "totalClicks": clicks + about(0.01 * size),
            "unsubscribes": about(0.002 * size),
            "botOpens": about(0.01 * size),
            "botClicks": about(0.003 * size),
            "mppOpens": about(0.08 * size),
        }

    for _ in range(60):
        one, other = counts(1), counts(1)
        run = [read(A, 1, one), read(B, 1, other), read(A, 2, grown(one, 4)), read(B, 2, grown(other, 3))]
        assert "stats-of-another-campaign" not in {rule for rule, _ in found(*run)}


def test_a_campaign_of_the_same_size_may_be_corrected():
    """Its counts decrease, and the counts of the other campaign stay far away."""
    corrected = {**OF_A, "uniqueOpens": 400, "totalOpens": 700}
    other = {**OF_A, "uniqueOpens": 510, "totalOpens": 990, "uniqueClicks": 130, "totalClicks": 190, "mppOpens": 170}
    run = [read(A, 1, OF_A), read(B, 1, other), read(A, 2, corrected), read(B, 2, other)]
    assert set(found(*run)) == {("counts-decreased", Level.INFO)}


def test_however_many_campaigns_a_run_has_only_200_reads_are_compared(monkeypatch):
    """The work of comparing grows with the square of their number."""
    compared: list[Read] = []
    is_between = mixed_up_campaigns._is_between

    def counted(one: Read, earlier: Read, later: Read) -> bool:
        compared.append(one)
        return is_between(one, earlier, later)

    monkeypatch.setattr(mixed_up_campaigns, "_is_between", counted)
    ids = [f"65f1a0b2c3d4e5f60123{number:04x}" for number in range(300)]
    reads = [read(one, 1, {**OF_A, "uniqueOpens": 100 + place}) for place, one in enumerate(ids)]
    work = []
    for number in (100, 200, 300):
        compared.clear()
        assert found(*reads[:number]) == []
        work.append(len(compared))
    assert 0 < work[0] < work[1] == work[2]


def test_a_small_campaign_that_is_still_being_sent_may_become_equal_to_another():
    """Both went to one list, and little has happened in either."""
    sent = dict.fromkeys(COUNTS, 0) | {"totalSent": 60, "totalDelivered": 60, "uniqueOpens": 2, "totalOpens": 2}
    half = dict.fromkeys(COUNTS, 0) | {"totalSent": 31, "totalDelivered": 30}
    assert found(read(A, 1, half), read(B, 1, sent), read(A, 2, sent), read(B, 2, sent)) == []


def test_a_campaign_whose_stats_are_lost_is_not_taken_for_a_new_one():
    zeros = dict.fromkeys(COUNTS, 0)
    run = [read(A, 1, OF_A), read(B, 1, zeros), read(A, 2, zeros), read(B, 2, zeros)]
    assert found(*run) == [("counts-decreased", Level.WARNING)]


@pytest.mark.parametrize(
    ("run", "comparisons"),
    [
        ([(A, OF_A)], 0),
        ([(A, OF_A), (B, OF_B)], 1),
        ([(A, OF_A), (B, OF_B), (C, FEW)], 1),
        ([(A, FEW), (B, FEW)], 0),
        ([(A, OF_A), (B, OF_B), (C, HUNDREDS)], 3),
    ],
)
def test_only_campaigns_whose_counts_can_be_told_apart_are_judged(run, comparisons):
    evaluation = evaluate([read(campaign, 1, counts) for campaign, counts in run], CONTRACT)
    assert evaluation.judged["stats-of-another-campaign"] == comparisons
