"""The project's own check finds no drift in a mock whose clock was moved: Date and lastUpdated move together."""

from datetime import UTC, datetime, timedelta

import pytest

from migma_contract.openapi import load_contract
from migma_contract.redaction import Secret
from migma_contract.resources import openapi_path
from migma_contract_tests.check.runner import run_check
from migma_contract_tests.probes.options import CheckOptions

AHEAD, BACK = datetime(2031, 5, 17, 10, 30, 15, 900_000, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)
MOVES = {
    "advanced": lambda clock: clock.advance(days=40),
    "a second": lambda clock: clock.advance(seconds=1),
    "frozen ahead": lambda clock: clock.freeze(AHEAD),
    "set ahead": lambda clock: clock.set(AHEAD),
    "frozen back": lambda clock: clock.freeze(BACK),
    "set back": lambda clock: clock.set(BACK),
    "running again": lambda clock: (clock.freeze(AHEAD), clock.resume()),
}


def check(handle, campaign_id):
    secret = Secret(handle.api_key)
    options = CheckOptions(base_url=handle.base_url, campaign_ids=(campaign_id,), key=secret, rate=None)
    return run_check(options, load_contract(openapi_path()))


@pytest.mark.parametrize("move", MOVES)
def test_a_growing_campaign_conforms_wherever_the_clock_is(migma_mock, move):
    MOVES[move](migma_mock.clock)
    migma_mock.add_growing_campaign("g", recipients=2000, sent_at="+0s", refresh_seconds=1)
    report = check(migma_mock, "g")
    assert [finding.rule for finding in report.findings] == []
    assert report.verdict == "conforms"


def test_a_campaign_put_for_the_time_of_a_moved_clock_conforms(migma_mock):
    migma_mock.clock.freeze(AHEAD)
    migma_mock.campaign("f", lastUpdated=f"{AHEAD - timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}")
    assert check(migma_mock, "f").verdict == "conforms"


def test_a_time_after_the_clock_is_found_even_so(migma_mock):
    """The clock goes back: what was put before is from its future, and later than the real time."""
    migma_mock.clock.freeze(AHEAD)
    migma_mock.campaign("f", lastUpdated=f"{AHEAD - timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}")
    migma_mock.clock.freeze(AHEAD - timedelta(days=1))
    assert [finding.rule for finding in check(migma_mock, "f").findings] == ["last-updated-in-future"]
