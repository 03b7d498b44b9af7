"""Requests that a fault, a delay or a preference holds end when what holds them does: no test waits for another's."""

import json
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from editing import until

HELD_SECONDS = 60
"""The longest that a fault may hold a request, but for a time-out; each test compares with it."""

HOLDING = {
    "a time-out": lambda account: account.fault("timeout"),
    "a delay": lambda account: account.fault("delay", seconds=HELD_SECONDS),
    "a drip": lambda account: account.fault("drip", seconds=HELD_SECONDS),
}


def control(mock, path, method="POST"):
    httpx.request(method, f"{mock.base_url}/__mock__/accounts/{path}").raise_for_status()


ENDING = {
    "disarm": lambda mock, account: account.disarm(account.faults[0]),
    "clear_faults": lambda mock, account: account.clear_faults(),
    "reset": lambda mock, account: account.reset(),
    "delete_account": lambda mock, account: mock.delete_account(account),
    "the control API": lambda mock, account: control(mock, f"{account.account_id}/faults", "DELETE"),
}


def outcome(account, **headers):
    """Return the status of a response that was received whole, or the name of the error."""
    try:
        url, headers = account.stats_url(account.example_id), {**account.auth_headers, **headers}
        response = httpx.get(url, headers=headers, timeout=300)
    except httpx.TransportError as error:
        return type(error).__name__
    json.loads(response.content)
    return response.status_code


@pytest.fixture
def held(mock):
    """Send requests in threads; return their outcomes to be once the mock holds all of them."""
    began = time.monotonic()
    with ThreadPoolExecutor(8) as pool:
        outcomes = []

        def send(*accounts, **headers):
            outcomes.extend(pool.submit(outcome, account, **headers) for account in accounts)
            until(lambda: len(mock.mock.waiting) == len(outcomes), "requests are held")
            return outcomes

        yield send
        mock.mock.on_loop(mock.mock.waiting.close)  # should a test fail, nothing waits
        mock.mock.waiting.open()
    assert time.monotonic() - began < HELD_SECONDS


@pytest.mark.parametrize("ending", ENDING.values(), ids=ENDING)
def test_what_a_fault_holds_is_let_go_with_it(mock, held, ending):
    """A delayed response is sent at once, whole; a request that gets none ends with its connection."""
    accounts = [mock.new_account() for _ in HOLDING]
    for account, hold in zip(accounts, HOLDING.values(), strict=True):
        hold(account)
    outcomes = held(*accounts)
    for account in accounts:
        ending(mock, account)
    assert [each.result() for each in outcomes] == ["RemoteProtocolError", 200, 200]


def test_only_the_requests_of_that_fault_are_let_go(mock, held):
    account = mock.new_account()
    hanging = account.fault("timeout", times=1)
    account.fault("delay", seconds=HELD_SECONDS)
    held(account)
    first, second = held(account)
    account.disarm(hanging)
    assert (first.result(), second.done()) == ("RemoteProtocolError", False)
    account.clear_faults()
    assert second.result() == 200


@pytest.mark.parametrize("ending", [lambda mock, account: account.reset(), ENDING["delete_account"]])
def test_what_a_preference_holds_is_let_go_with_its_account(mock, held, ending):
    account = mock.new_account()
    outcomes = held(account, Prefer=f"wait={HELD_SECONDS}")
    ending(mock, account)
    assert [each.result() for each in outcomes] == [200]
