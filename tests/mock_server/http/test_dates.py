"""Every response has one Date, and that is the time of the account that answers."""

import contextlib
import http.client
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import httpx
import pytest

from migma_mock import MockServer, MockTransport, create_app

AHEAD = datetime(2031, 5, 17, 10, 30, 15, tzinfo=UTC)
GROWING = "66b2f0a1c4e5d60012a40201"
ODD = {"Prefer": "wait=0.001"}
"""A header with which a request does not take the fast path."""


@pytest.fixture(scope="module", params=[True, False], ids=["fast path", "ASGI"])
def mock(request):
    """The mock with and without the fast path."""
    with MockServer(reload=False, fast_path=request.param) as server:
        yield server


@pytest.fixture
def account(mock):
    with mock.new_account() as account:
        yield account


@pytest.fixture
def dates(mock):
    """Sends a request and returns the values of all headers Date of its response."""

    def ask(target, headers=(), method="GET", body=None):
        address = urlsplit(mock.base_url)
        with contextlib.closing(http.client.HTTPConnection(address.hostname, address.port)) as connection:
            connection.request(method, target.removeprefix(mock.base_url), body, dict(headers))
            response = connection.getresponse()
            with contextlib.suppress(http.client.IncompleteRead, ConnectionError):
                response.read()
            return [parsedate_to_datetime(value) for value in response.headers.get_all("Date", [])]

    return ask


def is_now(moment):
    """True for a moment of this test, whose machine may be busy."""
    return abs(datetime.now(UTC) - moment) < timedelta(hours=1)


WAYS = {
    "plain": {},
    "HEAD": {"method": "HEAD"},
    "Prefer": {"headers": ODD},
    "body": {"body": b"x"},
    "wrong method": {"method": "DELETE"},
    "preflight": {"method": "OPTIONS", "headers": {"Origin": "http://localhost", "Access-Control-Request-Method": "x"}},
}


@pytest.mark.parametrize("way", WAYS)
def test_a_frozen_clock_is_the_date_of_its_account_and_of_no_other(mock, account, dates, way):
    account.clock.freeze(AHEAD)
    more = dict(WAYS[way])
    headers = dict(more.pop("headers", {}))
    of_account = dates(account.stats_url(account.example_id), {**account.auth_headers, **headers}, **more)
    of_another = dates(mock.stats_url(mock.example_id), {**mock.auth_headers, **headers}, **more)
    without_key = dates(mock.stats_url(mock.example_id), headers, **more)
    assert of_account == [AHEAD]
    assert [len(of_another), len(without_key)] == [1, 1]
    assert is_now(*of_another)
    assert is_now(*without_key)


def test_a_refused_request_has_the_date_of_its_account_and_cors(account, dates):
    account.clock.freeze(AHEAD)
    assert dates("/" + "x" * 9000, account.auth_headers) == [AHEAD]
    url = f"{account.base_url}/{'x' * 9000}"
    response = httpx.get(url, headers={**account.auth_headers, "Origin": "http://localhost:3000"})
    assert (response.status_code, response.headers["access-control-allow-origin"]) == (414, "http://localhost:3000")


@pytest.mark.parametrize("kind", ["truncate", "wrong-content-length", "reset-mid-body", "drip", "delay", "status"])
def test_a_fault_leaves_one_date(account, dates, kind):
    account.clock.freeze(AHEAD)
    arguments = {"delay": {"seconds": 0.001}, "drip": {"seconds": 0.001}, "status": {"status": 503}}
    account.fault(kind, **arguments.get(kind, {}))
    assert dates(account.stats_url(account.example_id), account.auth_headers) == [AHEAD]
    account.clear_faults()


def test_the_mocks_own_pages_have_the_real_date(account, dates):
    account.clock.freeze(AHEAD)
    for path in ("/docs", "/__mock__/health", f"/__mock__/accounts/{account.account_id}/clock"):
        (date,) = dates(path)
        assert is_now(date)


@pytest.mark.parametrize("move", ["advance", "set", "back", "resume"])
def test_date_journal_and_metadata_follow_a_clock_that_runs(account, dates, move):
    before = account.clock.now
    moved = {
        "advance": lambda clock: clock.advance(days=40),
        "set": lambda clock: clock.set(AHEAD),
        "back": lambda clock: clock.set(datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC)),
        "resume": lambda clock: [clock.freeze(before + timedelta(seconds=-100)), clock.resume()],
    }
    moved[move](account.clock)
    earliest = account.clock.now
    (date,) = dates(account.stats_url(account.example_id), account.auth_headers)
    latest = account.clock.now
    # A Date names a second, and is renewed within half of one.
    assert earliest - timedelta(seconds=1.5) <= date <= latest
    assert earliest - timedelta(milliseconds=1) <= account.requests[-1].time <= latest


def test_last_updated_is_never_after_date(account):
    """Whatever the offset of the clock: both are the account's time, and both name whole seconds."""
    account.add_growing_campaign("g", recipients=100, sent_at="+0s", refresh_seconds=1)
    for step in range(20):
        account.clock.freeze(AHEAD + timedelta(seconds=step * 0.37))
        response = httpx.get(account.stats_url("g"), headers=account.auth_headers)
        if response.status_code == 200:
            updated = datetime.fromisoformat(response.json()["data"]["lastUpdated"])
            assert updated <= parsedate_to_datetime(response.headers["date"]) <= account.clock.now


@pytest.mark.parametrize("key", ["working", "revoked", "none"])
def test_metadata_has_the_time_of_the_account(key):
    with MockServer(reload=False, metadata=True) as mock:
        mock.clock.freeze(AHEAD)
        headers = {"working": mock.auth_headers, "revoked": {"Authorization": f"Bearer {mock.revoked_key}"}, "none": {}}
        response = httpx.get(mock.stats_url(mock.example_id), headers=headers[key])
    stamp = datetime.fromisoformat(response.json()["metadata"]["timestamp"])
    assert is_now(stamp) if key == "none" else stamp == AHEAD


@pytest.mark.parametrize("runs", [True, False], ids=["with a server", "without"])
def test_the_transport_sends_the_same_date(mock, runs):
    with contextlib.ExitStack() as stack:
        other = mock if runs else MockServer(reload=False)
        stack.callback(lambda: None if runs else other.stop())
        account = stack.enter_context(other.new_account())
        client = stack.enter_context(httpx.Client(transport=MockTransport(account), headers=account.auth_headers))
        url = account.stats_url(account.example_id)
        assert is_now(parsedate_to_datetime(client.get(url).headers["date"]))
        account.clock.freeze(AHEAD)
        assert parsedate_to_datetime(client.get(url).headers["date"]) == AHEAD
        assert client.get(url).headers.get_list("date") == ["Sat, 17 May 2031 10:30:15 GMT"]


def test_another_server_adds_its_own_date(ask, path, bearer):
    """A server such as uvicorn does so whatever the application sends, and two are invalid."""
    app = create_app(reload=False)
    app.state.mock.accounts.built_in.state.clock.freeze(AHEAD)
    assert "date" not in ask(app, path, authorization=bearer).headers
    assert "date" not in ask(app, path, authorization=bearer, prefer="wait=0.001").headers
