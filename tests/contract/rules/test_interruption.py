"""An interruption: failures of several kinds of requests at the start or the end of a run are information."""

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
}


def run(*places, **away):
    """A run of a check in which the API was away at some places."""
    whole = [exchange(purpose, sample=1 + (number == 7)) for number, purpose in enumerate(ORDER)]
    return [replace(each, **away) if number in places else each for number, each in enumerate(whole)]


@pytest.mark.parametrize("away", AWAY.values(), ids=AWAY)
@pytest.mark.parametrize(
    "places", [(0, 1), (0, 1, 2, 3), (1, 2, 3, 4, 5, 6, 7), (4, 5, 6, 7), (5, 7), (3, 5, 7), (0, 3)]
)
def test_findings_in_an_interruption_are_info(contract, away, places):
    exchanges = run(*places, **away)
    assert interruption(exchanges, contract) >= {place for place in places if ORDER[place] != "head"}
    assert {finding.level for finding in judge(exchanges, contract)} <= {Level.INFO}


@pytest.mark.parametrize("name", [name for name in AWAY if name != "503"])
@pytest.mark.parametrize("places", [(0,), (7,), (6,), (1,), (3,), (1, 2, 3), (3, 4, 5), (1, 2, 3, 4, 5)])
def test_failures_of_one_kind_or_between_answers_are_no_interruption(contract, name, places):
    assert interruption(run(*places, **AWAY[name]), contract) == frozenset()


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
