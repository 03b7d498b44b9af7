"""Rules on several exchanges: retries, older states, and disclosure without an API key."""

from dataclasses import replace

import pytest
from samples.exchanges import JSON, exchange, failed, second, stats

from migma_contract.finding import Level
from migma_contract.rules import judge

LOST = {
    **{str(status): exchange(status=status, headers=(JSON, ("retry-after", "1"))) for status in (429, 502, 503, 504)},
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
    assert found(contract, exchange(), second(lost), again) == [("intermittent-failure", Level.WARNING)]


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
