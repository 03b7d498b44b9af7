"""Faults as a test holds them: their counts grow, they end with a block, and they can be expected to be used up."""

from functools import partial

import httpx
import pytest

from migma_mock import ArgumentError, MockTransport

pytest_plugins = ["pytester"]

HOMES = ("here", "elsewhere")


@pytest.fixture
def mock(root):
    with root.new_account() as mock:
        yield mock


@pytest.fixture
def ask(mock, migma_mock_server):
    """Request the stats of a campaign without a socket; None if there was no response."""
    with httpx.Client(transport=MockTransport(migma_mock_server)) as client:

        def ask(campaign_id=None, **headers):
            url = mock.stats_url(campaign_id or mock.example_id)
            try:
                return client.get(url, headers=headers or mock.auth_headers).status_code
            except httpx.TransportError:
                return None

        yield ask


def said_of(call, *arguments):
    with pytest.raises(AssertionError) as failed:
        call(*arguments)
    return str(failed.value).splitlines()


def test_the_counts_of_a_fault_grow(mock, ask):
    fault = mock.fail(503, times=2, skip=1)
    counts = []
    for expected in (200, 503, 503, 200):
        assert ask() == expected
        counts.append((fault.eligible, fault.applied, fault.exhausted, fault.is_used))
    assert counts == [(1, 0, False, False), (2, 1, False, False), (3, 2, True, True), (3, 2, True, True)]
    assert mock.faults == [fault]
    assert mock.faults[0].applied == 2
    assert repr(fault) == "<fault-1: fail(503, times=2, skip=1), applied 2 of 2 times>"


def test_a_fault_is_disarmed_at_the_end_of_its_block_and_keeps_its_counts(mock, ask):
    with mock.fault("reset") as fault:
        assert ask() is None
    assert (ask(), mock.faults, fault.applied) == (200, [], 1)
    fault.disarm()
    other = mock.fail(500)
    assert ask() == 500
    mock.reset()
    again = mock.fail(502)
    assert ask() == 502
    assert ask() == 502
    assert (other.applied, again.applied, again.id) == (1, 2, "fault-1")
    mock.disarm(again)
    assert (ask(), again.applied) == (200, 2)


@pytest.mark.parametrize(
    ("arguments", "requests", "reason"),
    [
        ({"times": 3}, ["a"], "was applied 1 of 3 times, since it could change no more than 1 reply"),
        ({}, [], "was applied 0 times, since no request came with a key of this account"),
        ({"campaign_id": "a"}, ["b", "b"], "was applied 0 times, since no request was for campaign 'a'"),
        ({"skip": 2}, ["a", "a"], "it could change no more than 2 replies and skips the first 2"),
        ({"probability": 0.001}, ["a"], "no more than 1 reply, and applies to each with a probability of 0.001"),
    ],
)
def test_a_fault_that_was_not_used_up_says_why(mock, ask, arguments, requests, reason):
    mock.campaign("a")
    fault = mock.fail(503, **arguments)
    for campaign_id in requests:
        ask(campaign_id)
    (headline, line) = said_of(mock.assert_faults_used)
    assert headline == "faults that were not used up:"
    assert line.startswith("  fail(503")
    assert line.endswith(reason)
    assert fault.explain_unused() == line.strip()


@pytest.mark.parametrize("home", ["here"], indirect=True)
def test_a_used_up_fault_that_made_room_for_another_is_not_told(mock, ask):
    for _ in range(102):  # at most 100 are armed
        mock.fail(503, times=1)
        assert ask() == 503
    mock.assert_faults_used()


def test_a_scenario_is_used_if_one_of_its_faults_was_applied(mock, ask):
    used = mock.scenario("stale-cache", expect_used=True)
    assert mock.faults == used.faults
    assert " field='/data', value={'bounces': 240, " in repr(mock.faults[0])
    assert " of scenario 'stale-cache', applied 0" in repr(mock.faults[0])
    assert ask() == 200
    mock.scenario("stale-cache", expect_used=False)  # it begins again, without the counts of the first
    mock.assert_faults_used()
    assert (used.is_used, used.faults) == (True, [])
    mock.reset()
    assert ask() == 200
    unused = mock.scenario("stale-cache")
    headline, line = said_of(mock.assert_faults_used)
    assert (headline, line) == ("faults that were not used up:", f"  {unused.explain_unused()}")
    reason = "since it could change none of the replies to 1 request"
    assert line == f"  scenario('stale-cache') was applied 0 times, {reason}"

    def unused_block():
        with mock.scenario("key-expired", campaign_id=mock.example_id, expect_used=True):
            pass

    (line,) = said_of(unused_block)
    assert line.startswith("the scenario was not used: scenario('key-expired', campaign_id=")
    with pytest.raises(ArgumentError, match=r"scenario\(expect_used\): expected True, False or None"):
        mock.scenario("key-expired", expect_used=1)


def test_a_fault_that_fits_no_reply_and_requests_without_a_known_key_are_told(mock, ask):
    mock.fault("percent-rates")
    mock.fail(500, expect_used=False, campaign_id=mock.example_id)
    ask("unknown")
    ask(Authorization="Bearer wrong")
    _, line, note = said_of(mock.assert_faults_used)
    assert line == (
        "  fault('percent-rates') was applied 0 times, since it could change none of the replies to 1 request"
    )
    assert note.startswith("1 request came without a known key: <")


def test_blocks_fail_for_faults_that_were_expected_to_be_used(root):
    def account_with(**arguments):
        with root.new_account() as account:
            account.fail(503, **arguments)

    def fault_with(**arguments):
        with root.new_account() as account, account.fail(503, **arguments):
            pass

    account_with()
    fault_with()
    assert "fail(503) was applied 0 times" in str(said_of(lambda: account_with(expect_used=True)))
    assert "fail(503, times=2) was applied 0 of 2" in str(said_of(lambda: fault_with(expect_used=True, times=2)))
    with pytest.raises(ZeroDivisionError), root.new_account() as account, account.fail(503, expect_used=True):
        1 / 0  # noqa: B018  # an error hides nothing


UNUSED = """
def test_used(migma_mock):
    migma_mock.fail(503, times=2, expect_used=True)
    assert [ask(migma_mock), ask(migma_mock)] == [503, 503]

def test_unused(migma_mock):
    migma_mock.fail(503, times=2, expect_used=True)
    assert ask(migma_mock) == 503

def test_without_an_expectation(migma_mock):
    migma_mock.fault("reset")

def test_scenario(migma_mock):
    with migma_mock.scenario("outage-503"):
        pass

def test_disarmed(migma_mock):
    migma_mock.fail(500)
    migma_mock.clear_faults()

def test_told_not_to(migma_mock):
    migma_mock.fail(500, expect_used=False)

@pytest.mark.migma_mock(expect_used=False)
def test_marked(migma_mock):
    migma_mock.fail(500)

def test_failing(migma_mock):
    migma_mock.fail(500, expect_used=True)
    assert 0
"""


def test_a_fault_that_was_not_used_up_fails_its_test(run):
    result = run(UNUSED)
    result.assert_outcomes(passed=7, failed=1, errors=1)
    told = "*fail(503, times=2) was applied 1 of 2 times, since it could change no more than 1 reply"
    result.stdout.fnmatch_lines(["faults that were not used up:", told])
    result.stdout.no_fnmatch_line("*fault_methods*")


def test_an_ini_option_expects_it_of_all_faults(run):
    strict = "[pytest]\nfilterwarnings = error\nmigma_mock_expect_used = true\n"
    result = run(UNUSED, "-rE", ini=strict)
    result.assert_outcomes(passed=6, failed=2, errors=3)
    names = [line.split("::")[1].split(" ")[0] for line in result.outlines if line.startswith("ERROR ")]
    assert sorted(names) == ["test_disarmed", "test_unused", "test_without_an_expectation"]
    result.stdout.fnmatch_lines(["*AssertionError: the scenario was not used: scenario('outage-503') was applied 0*"])


ELSEWHERE = """
from migma_mock import MigmaMock, Mock

@pytest.fixture(scope="module")
def shop(migma_mock_server):
    account = migma_mock_server.new_account("shop")
    account.fail(503, times=3, expect_used=True)
    return account

def test_server(migma_mock_server):
    migma_mock_server.fail(503, times=3, expect_used=True)

def test_account(migma_mock):
    migma_mock.new_account("other").fail(503, times=3, expect_used=True)

def test_deleted_account(migma_mock):
    other = migma_mock.new_account("deleted")
    other.fail(503, times=3, expect_used=True)
    migma_mock.delete_account(other)

@pytest.mark.migma_mock(expect_used=True)
def test_marked():
    MigmaMock(Mock()).scenario("outage-503")

def test_first_of_module(shop):
    assert ask(shop) == 503

def test_last_of_module(shop):
    assert ask(shop) == 503
"""


CONFTEST = """
from migma_mock.pytest_plugin import session_server

def pytest_configure(config):
    server = session_server(config)
    server.fail(500, times=9, campaign_id=server.example_id, expect_used=True)
"""


def test_an_unused_fault_of_any_account_is_told_when_what_armed_it_is_over(run, pytester):
    pytester.makeconftest(CONFTEST)
    result = run(ELSEWHERE, "-rE")
    result.assert_outcomes(passed=5, failed=1, errors=4)
    names = [line.split("::")[1].split(" ")[0] for line in result.outlines if line.startswith("ERROR ")]
    assert sorted(names) == ["test_account", "test_last_of_module", "test_marked", "test_server"]
    told = "  fail(503, times=3) was applied {} of 3 times, since * (armed by test_client.py::{} on account {})"
    lines = [told.format(0, "test_account", "other"), told.format(2, "test_first_of_module", "shop")]
    lines.append("  fail(500, times=9, * was applied 0 of 9 times, since no request came * (armed on account built-in)")
    result.stdout.fnmatch_lines_random(lines)
    result.stdout.fnmatch_lines(["*AssertionError: faults that were not used up:"])


@pytest.mark.parametrize("home", ["here"], indirect=True)
def test_a_block_takes_only_what_is_armed(mock):
    for arm in (partial(mock.fail, 503), partial(mock.scenario, "outage-503")):
        with arm() as armed:
            pass
        with pytest.raises(ArgumentError, match=r"^with \w+: expected a \w+ that is armed, got <"), armed:
            pass
