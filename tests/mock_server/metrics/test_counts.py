"""Counts: every request is counted once, by labels of which there are few, at the cost of a few calls."""

import sys

import pytest

from migma_mock.engine.static_replies import StaticReplies
from migma_mock.faults import FAULTS, apply, parse_fault
from migma_mock.messages.reply import Reply
from migma_mock.metrics.counts import BOUNDS, Counts, Match, cumulative_buckets, labelled, match_of


def test_a_match_names_no_campaign(built_in):
    """A label of a metric must not have as many values as there are ids."""
    assert {match_of(campaign.reply.matched_by) for campaign in built_in.campaigns.values()} == {Match("campaign")}
    assert match_of("generated 66b2f0a1c4e5d60012a40101") == Match("generated")
    assert match_of("upstream") == match_of("upstream, 2; first=open-rate-inconsistent") == Match("upstream")


def test_a_match_of_any_other_reply_is_its_whole_text(contract):
    replies = [each for each in vars(StaticReplies(contract)).values() if isinstance(each, Reply)]
    assert len(replies) > 5
    assert {match_of(each.matched_by).kind for each in replies} == {each.matched_by for each in replies}


@pytest.mark.parametrize("scenario", [None, "outage-503"])
@pytest.mark.parametrize("kind", FAULTS)
def test_a_match_of_a_fault_is_its_kind(contract, built_in, scenario, kind):
    success = next(each.reply for each in built_in.campaigns.values() if each.stats)
    changed = apply(parse_fault(FAULTS[kind].example, "test", contract), success, contract, scenario=scenario)
    assert match_of(changed.matched_by) == Match("fault", kind)


def test_what_was_counted_is_in_the_totals_once():
    counts = Counts()
    for status, matched_by, seconds, failure in (
        (200, "campaign a", 0.0001, ""),
        (200, "campaign b", 0.00011, ""),
        (200, "fault reset, campaign b", 60.0, "no response (reset)"),
        (503, "fault status of scenario outage-503, campaign b", 0.3, ""),
        (200, "fault truncate, campaign b", 0.0, "incomplete response (truncated)"),
    ):
        counts.add(status, matched_by, seconds, failure)
    counts.add_own_page(404, "the mock's own page")
    totals = counts.totals()
    assert labelled(totals, "requests") == {
        ("200", "campaign"): 2,
        ("200", "fault"): 1,
        ("404", "the mock's own page"): 1,
        ("503", "fault"): 1,
        ("none", "fault"): 1,
    }
    assert labelled(totals, "faults") == {("reset",): 1, ("status",): 1, ("truncate",): 1}
    assert labelled(totals, "failures") == {("incomplete response (truncated)",): 1, ("no response (reset)",): 1}
    buckets = dict(cumulative_buckets(totals))
    assert list(buckets) == [*map(str, BOUNDS), "+Inf"]
    assert (buckets["0.0001"], buckets["0.00025"], buckets["0.1"], buckets["0.5"]) == (2, 3, 3, 4)
    assert (buckets["5.0"], buckets["+Inf"]) == (4, 5), "a page of the mock's own has no time"
    assert totals["seconds"] == pytest.approx(60.30021)


def test_ids_without_number_keep_no_memory():
    counts = Counts()
    for number in range(10_000):
        counts.add(200, f"generated {number}", 0.001)
    assert len(counts._known) <= 4096
    assert labelled(counts.totals(), "requests") == {("200", "generated"): 10_000}


def test_counting_a_request_takes_one_further_call():
    """Calls tell the cost on a busy machine too: here it is the search for the bucket."""
    counts, calls = Counts(), []
    counts.add(200, "campaign a", 0.001)
    sys.setprofile(lambda _frame, event, _argument: calls.append(event) if "call" in event else None)
    try:
        counts.add(200, "campaign a", 0.001)
    finally:
        sys.setprofile(None)
    assert calls == ["call", "c_call", "c_call"], "the method, the search, and the end of the profile"
