"""What several exchanges say together: retries, older states, and what is told without a key."""

from dataclasses import replace

import pytest
from made.exchanges import JSON, exchange, failed, second, stats

from migma_contract.finding import Level
from migma_contract.rules import judge

LOST = {
    **{str(status): exchange(status=status, headers=(JSON, ("retry-after", "1"))) for status in (429, 502, 503, 504)},
    **{kind: failed(kind) for kind in ("timeout", "reset", "unreachable")},
}


def found(contract, *exchanges):
    return [(finding.rule, finding.level) for finding in judge(exchanges, contract)]


@pytest.mark.parametrize("lost", LOST.values(), ids=LOST)
def test_what_a_retry_heals_is_information(contract, lost):
    healed = replace(exchange(), sample=2, attempt=2)
    assert found(contract, exchange(), second(lost), healed) == [("transient-failure-recovered", Level.INFO)]


@pytest.mark.parametrize("lost", LOST.values(), ids=LOST)
def test_a_read_that_fails_after_its_retry_as_well_is_a_warning(contract, lost):
    again = replace(lost, sample=2, attempt=2)
    assert found(contract, exchange(), second(lost), again) == [("intermittent-failure", Level.WARNING)]


@pytest.mark.parametrize("lost", LOST.values(), ids=LOST)
def test_a_read_that_could_not_be_retried_is_information_that_says_so(contract, lost):
    (finding,) = judge([exchange(), second(lost)], contract)
    assert (finding.rule, finding.level) == ("no-response", Level.INFO)
    assert finding.message.endswith("It was not asked again.")


def test_a_campaign_that_is_gone_in_between_needs_no_retry_to_be_a_warning(contract):
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
def test_an_older_state_is_information_unless_a_count_rose(contract, changed, rule):
    """Of a quiet campaign no count falls either: a cache is behind by a refresh that changed nothing."""
    older = stats(lastUpdated="2026-01-31T09:00:00Z", **changed)
    assert found(contract, exchange(), second(older)) == [rule]


@pytest.mark.parametrize(("known", "leaks"), [(401, True), (403, True), (404, False), (503, False)])
def test_an_unknown_id_leaks_where_a_known_one_is_answered_otherwise(contract, known, leaks):
    rules = {
        rule for rule, _ in found(contract, exchange("missing-key", known), exchange("unknown-id-missing-key", 404))
    }
    assert ("unknown-id-disclosed" in rules) is leaks


def test_an_unknown_id_alone_leaks_nothing(contract):
    assert found(contract, exchange("unknown-id-missing-key", 404)) == []
