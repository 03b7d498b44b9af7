"""An interruption: the same failure of every request at the start or the end of a run is information."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples.exchanges import JSON, exchange

from migma_contract.exchange import Failure
from migma_contract.finding import Level
from migma_contract.rules import judge
from migma_contract.rules.interruption import interruption

ORDER = (
    *("campaign", "missing-key", "invalid-key", "unknown-id", "unknown-id-missing-key", "unusual-id"),
    *("head", "campaign"),
)
PAGE = b"<!doctype html><html><head><title>Blocked</title></head></html>"
AWAY = {
    "500": {"status": 500},
    "500 page": {"status": 500, "body": PAGE},
    "503": {"status": 503, "attempt": 2},
    "cut": {"failure": Failure("reset", "reason"), "body": b'{"success": tr', "attempt": 2},
    "firewall": {"status": 403, "body": PAGE},
    "portal": {"status": 200, "body": PAGE},
    "login": {"status": 302, "body": b"", "headers": (JSON, ("location", "/login"))},
    "gateway": {"status": 403, "body": b'{"message": "Forbidden"}'},
    "starting": {"status": 200, "body": b'{"message": "Service starting"}'},
    "empty": {"status": 200, "body": b""},
    "proxy": {"status": 407, "body": b'{"success": false, "error": "Proxy login"}'},
    "early": {"status": 425, "body": b'{"success": false, "error": "Too early"}'},
    "not HTTP": {"status": None, "headers": (), "body": b"", "failure": Failure("protocol", "SSH-2.0")},
}
REFUSED = {
    status: {"status": status, "body": b'{"success": false, "error": "Quota used up (ref 81f)", "code": "QUOTA"}'}
    for status in (400, 401, 402, 403, 418, 423, 451)
}


def run(*places, **away):
    """A run of a check in which the API was away at some places."""
    whole = [exchange(purpose, sample=1 + (number == 7)) for number, purpose in enumerate(ORDER)]
    return [replace(each, **away) if number in places else each for number, each in enumerate(whole)]


@pytest.mark.parametrize("away", AWAY.values(), ids=AWAY)
@pytest.mark.parametrize(
    "places", [(0, 1), (0, 1, 2, 3), (1, 2, 3, 4, 5, 6, 7), (4, 5, 6, 7), (5, 7), (4, 7), (3, 5, 7), (0, 3)]
)
def test_findings_in_an_interruption_are_info(contract, away, places):
    exchanges = run(*places, **away)
    assert interruption(exchanges, contract) >= {place for place in places if ORDER[place] != "head"}
    assert {finding.level for finding in judge(exchanges, contract)} <= {Level.INFO}


@pytest.mark.parametrize("name", AWAY)
@pytest.mark.parametrize("places", [(6,), (1,), (3,), (1, 2, 3), (3, 4, 5), (1, 2, 3, 4, 5)])
def test_failures_between_answers_are_no_interruption(contract, name, places):
    assert interruption(run(*places, **AWAY[name]), contract) == frozenset()


@pytest.mark.parametrize("name", [name for name in AWAY if name != "500"])
@pytest.mark.parametrize("place", [0, 7])
def test_one_answer_at_the_start_or_the_end_that_is_not_the_api_s_is_an_interruption(contract, name, place):
    assert interruption(run(place, **AWAY[name]), contract) == {place}


@pytest.mark.parametrize("away", [AWAY["500"], *REFUSED.values()])
@pytest.mark.parametrize("place", [0, 7])
def test_one_refusal_by_the_api_itself_at_the_start_or_the_end_is_drift(contract, away, place):
    exchanges = run(place, **away)
    assert interruption(exchanges, contract) == frozenset()
    is_of_the_key = place == 0 and away["status"] in {401, 403}
    assert is_of_the_key or {finding.level for finding in judge(exchanges, contract)} - {Level.INFO}


@pytest.mark.parametrize("away", REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("places", [(3, 5, 6, 7), (3, 4, 5, 6, 7), (5, 7), (1, 2, 3, 4, 5, 6, 7)])
def test_the_same_refusal_up_to_the_end_is_an_interruption(contract, away, places):
    """Such as a quota of the key, or of the client, that is told with another status than 429."""
    assert {finding.level for finding in judge(run(*places, **away), contract)} <= {Level.INFO}


@pytest.mark.parametrize("away", [*AWAY.values(), *REFUSED.values()])
def test_two_reads_at_the_end_that_fail_in_the_same_way_are_an_interruption(contract, away):
    exchanges = run(7, **away)
    exchanges.append(replace(exchanges[7], sample=3))
    assert interruption(exchanges, contract) == {7, 8}


@pytest.mark.parametrize("away", [AWAY["portal"], AWAY["500"], REFUSED[403]])
def test_a_failure_whose_confirmation_is_right_is_no_interruption(contract, away):
    exchanges = [*run(7, **away), exchange(sample=3)]
    assert interruption(exchanges, contract) == frozenset()
    assert {finding.level for finding in judge(exchanges, contract)} - {Level.INFO}


def test_refusals_with_other_words_are_no_interruption(contract):
    exchanges = run()
    exchanges[3] = exchange("unknown-id", 403, {"success": False, "error": "Not your campaign"})
    exchanges[7] = exchange(status=403, value={"success": False, "error": "Banned"}, sample=2)
    assert interruption(exchanges, contract) == frozenset()


def test_a_campaign_that_vanishes_is_no_interruption(contract):
    """The API answers, as it does for an unknown id: with a 404 in its own words."""
    exchanges = [*run()[:-1], exchange(status=404, sample=2), exchange(status=404, sample=3)]
    assert interruption(exchanges, contract) == frozenset()
    assert {finding.rule for finding in judge(exchanges, contract)} == {"intermittent-failure"}


def test_a_campaign_that_was_never_read_is_not_in_an_interruption(contract):
    other = exchange(status=500, campaign_id="65f1a0b2c3d4e5f601234567", url="http://localhost/other")
    exchanges = [exchange(), other, *run()[1:], replace(other, sample=2)]
    assert interruption(exchanges, contract) == frozenset()


def test_a_500_beside_a_gateway_s_status_is_part_of_the_outage(contract):
    first, second = exchange(status=502), exchange(status=500, attempt=2)
    assert interruption([first, second, *run()[1:]], contract) == {0, 1}
    assert interruption([second, *run()[1:]], contract) == frozenset()


def test_errors_with_their_documented_status_are_no_interruption(contract):
    """Pages in place of errors are drift, also if a run ends with them."""
    exchanges = [replace(each, body=PAGE) if each.purpose != "campaign" else each for each in run()[:-1]]
    assert interruption(exchanges, contract) == frozenset()


def test_a_known_campaign_that_always_fails_is_no_interruption(contract):
    """With a key and without, while other ids are answered, so that a run starts and ends with failures."""
    exchanges = run(0, 1, 2, 6, 7, status=500)
    assert interruption(exchanges, contract) == frozenset()
    assert ("campaign-status", Level.BREAKING) in {(each.rule, each.level) for each in judge(exchanges, contract)}


def test_a_run_without_any_answer_has_no_interruption(contract):
    """Then another decision applies: nothing of the contract was seen."""
    assert interruption(run(*range(8), status=500), contract) == frozenset()
    assert interruption([], contract) == frozenset()


@given(st.sets(st.integers(0, 7)))
def test_an_interruption_never_reaches_beyond_the_failures(contract, places):
    exchanges = run(*places, status=500)
    assert interruption(exchanges, contract) <= places
