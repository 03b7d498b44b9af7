"""Rules on several exchanges: retries, older states, and disclosure without an API key."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples.exchanges import JSON, exchange, failed, second, stats

from migma_contract.finding import Level
from migma_contract.rules import judge

TEMPORARY = (408, 429, 502, 503, 504, 520, 522, 524, 529)
LOST = {
    **{str(status): exchange(status=status, headers=(JSON, ("retry-after", "1"))) for status in TEMPORARY},
    **{kind: failed(kind) for kind in ("timeout", "reset", "unreachable")},
}


def found(contract, *exchanges):
    return [(finding.rule, finding.level) for finding in judge(exchanges, contract)]


@pytest.mark.parametrize("lost", LOST.values(), ids=LOST)
def test_a_failure_that_a_retry_recovers_is_info(contract, lost):
    recovered = replace(exchange(), sample=2, attempt=2)
    assert found(contract, exchange(), second(lost), recovered) == [("transient-failure-recovered", Level.INFO)]


@pytest.mark.parametrize("lost", LOST.values(), ids=LOST)
def test_a_read_that_fails_again_after_its_retry_is_a_warning(contract, lost):
    again = replace(lost, sample=2, attempt=2)
    third = replace(exchange(), sample=3)
    assert found(contract, exchange(), second(lost), again, third) == [("intermittent-failure", Level.WARNING)]


@pytest.mark.parametrize("lost", LOST.values(), ids=LOST)
@pytest.mark.parametrize("at_start", [True, False])
def test_failures_only_at_the_start_or_the_end_are_info_that_says_so(contract, lost, *, at_start):
    """A burst that ended, or a quota that ran out, says nothing about the contract."""
    failures = [lost, replace(lost, attempt=2)]
    run = [*failures, second(exchange())] if at_start else [exchange(), *map(second, failures)]
    (finding,) = judge(run, contract)
    assert (finding.rule, finding.level) == ("no-response", Level.INFO)
    assert finding.message.endswith(f"Requests like it were answered only {'after' if at_start else 'before'} it.")


@given(st.lists(st.booleans(), min_size=2, max_size=8).filter(any))
def test_a_read_failed_intermittently_exactly_if_others_were_answered_before_and_after_it(contract, answers):
    lost = replace(LOST["503"], attempt=2)
    run = [replace(exchange() if answered else lost, sample=number) for number, answered in enumerate(answers)]
    first, last = answers.index(True), len(answers) - 1 - answers[::-1].index(True)
    is_intermittent = not all(answers[first:last])
    assert (("intermittent-failure", Level.WARNING) in found(contract, *run)) is is_intermittent


def test_a_quota_of_one_key_that_ran_out_is_info_though_other_keys_are_answered_later(contract):
    cut = [replace(failed("reset", "unknown-id"), attempt=2), second(replace(failed("reset"), attempt=2))]
    run = [exchange(), exchange("missing-key"), cut[0], exchange("unknown-id-missing-key"), cut[1]]
    assert found(contract, *run) == [("no-response", Level.INFO)]


def test_requests_without_a_key_that_always_fail_between_others_are_a_warning(contract):
    lost = replace(failed("reset", "missing-key"), attempt=2)
    run = [exchange(), lost, exchange("unknown-id")]
    assert found(contract, *run) == [("intermittent-failure", Level.WARNING)]


@pytest.mark.parametrize("lost", LOST.values(), ids=LOST)
def test_a_read_without_a_retry_is_info_that_says_so(contract, lost):
    (finding,) = judge([exchange(), second(lost)], contract)
    assert (finding.rule, finding.level) == ("no-response", Level.INFO)
    assert finding.message.endswith("It was not retried.")


def test_a_campaign_that_disappears_between_reads_is_a_warning(contract):
    assert found(contract, exchange(), second(exchange(status=404))) == [("intermittent-failure", Level.WARNING)]


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({}, ("stale-snapshot", Level.INFO)),
        ({"totalOpens": 811}, ("stale-snapshot", Level.INFO)),
        ({"totalOpens": 813}, ("last-updated-decreased", Level.WARNING)),
        ({"totalOpens": 813, "totalClicks": 142}, ("last-updated-decreased", Level.WARNING)),
    ],
)
def test_an_older_state_is_info_unless_a_count_increased(contract, changed, rule):
    """Counts may be equal too: a cache can be behind by a refresh that changed nothing."""
    older = stats(lastUpdated="2026-01-31T09:00:00Z", **changed)
    assert found(contract, exchange(), second(older)) == [rule]


@pytest.mark.parametrize(("known", "disclosed"), [(401, True), (403, True), (404, False), (503, False)])
def test_an_unknown_id_is_disclosed_if_a_known_one_has_another_response(contract, known, disclosed):
    rules = {
        rule for rule, _ in found(contract, exchange("missing-key", known), exchange("unknown-id-missing-key", 404))
    }
    assert ("unknown-id-disclosed" in rules) is disclosed


def test_an_unknown_id_alone_discloses_nothing(contract):
    assert found(contract, exchange("unknown-id-missing-key", 404)) == []
