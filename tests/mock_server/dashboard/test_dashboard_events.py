"""Server-sent events: every request is sent, also from a replaced journal, and no stream delays the server's stop."""

import json
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

import asking
import httpx
import pytest

from migma_mock import MockServer, create_app
from migma_mock.control.event_feed import EventFeed
from migma_mock.control.routes.events import MAX_STREAMS


class Stream:
    """The events of one stream, as they arrive."""

    def __init__(self, response):
        self._lines = response.iter_lines()

    def next(self, *names):
        """Return the name and data of the next event with one of these names."""
        for line in self._lines:
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
                data = json.loads(next(self._lines).removeprefix("data: "))
                if name in names:
                    return name, data
        raise EOFError

    def entries(self, number):
        """Return the given number of next requests."""
        found = []
        while len(found) < number:
            found += self.next("entries")[1]["entries"]
        return found


@contextmanager
def listening(mock, path="/events", **options):
    with httpx.stream("GET", f"{mock.base_url}/__mock__{path}", timeout=60, **options) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        stream = Stream(response)
        stream.next("past")
        yield stream


def test_requests_are_sent_as_they_arrive_with_account_and_reply(mock, ask):
    with listening(mock) as stream:
        ask("66b2f0a1c4e5d60012a40101")
        ask("nope", headers={})
        first, second = sorted(stream.entries(2), key=lambda entry: entry["account"])
    assert first["account"] == "built-in"
    assert first["matchedBy"] == "campaign 66b2f0a1c4e5d60012a40101"
    assert json.loads(first["body"])["success"] is True
    assert ["content-type", "application/json"] in first["responseHeaders"]
    assert (second["account"], second["status"]) == ("unknown-key", 401)


@pytest.mark.attack("secrets-in-records")
def test_keys_are_redacted_in_a_stream(mock):
    with listening(mock) as stream:
        httpx.get(mock.stats_url(mock.api_key), headers=mock.auth_headers)
        assert mock.api_key not in json.dumps(stream.entries(1))


def test_earlier_requests_are_sent_newest_first_up_to_the_limit(mock, fill_journal):
    fill_journal(mock, 450)
    with httpx.stream("GET", f"{mock.base_url}/__mock__/events?last=420") as response:
        stream, found = Stream(response), []
        while len(found) < 420:
            found += stream.next("past")[1]["entries"]
    assert [entry["campaign"] for entry in found] == [f"id-{number}" for number in range(449, 29, -1)]


@pytest.mark.parametrize("path", ["/accounts/built-in/events", "/unknown-key-requests/events"])
def test_a_stream_of_one_account_has_no_requests_of_others(mock, ask, path):
    with listening(mock, path) as stream:
        ask("theirs")
        ask("keyless", headers={})
        (entry,) = stream.entries(1)
    assert entry["campaign"] == ("theirs" if "built-in" in path else "keyless")


@pytest.mark.parametrize("change", ["clear", "reset"])
def test_a_stream_follows_a_journal_that_is_replaced(mock, control, ask, change):
    with listening(mock) as stream:
        ask("before")
        stream.entries(1)
        if change == "clear":
            control.delete("/accounts/built-in/journal")
        else:
            control.post("/accounts/built-in/reset")
        assert stream.next("cleared") == ("cleared", {"account": "built-in"})
        ask("after")
        assert stream.entries(1)[0]["campaign"] == "after"


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("faults", ("POST", "/faults", {"kind": "reset"})),
        ("clock", ("PATCH", "/clock", {"advanceSeconds": 60})),
        ("campaigns", ("DELETE", "/campaigns/66b2f0a1c4e5d60012a40101", None)),
    ],
)
def test_a_stream_names_the_parts_that_changed(mock, control, part, change):
    method, path, body = change
    with listening(mock) as stream:
        assert control.request(method, f"/accounts/built-in{path}", json=body).is_success
        assert stream.next("changed")[1] == {"account": "built-in", "parts": [part]}


def test_a_stream_follows_new_accounts(mock):
    with listening(mock) as stream:
        account = mock.new_account("new")
        assert stream.next("accounts") == ("accounts", {"number": 2})
        httpx.get(account.stats_url("x"), headers=account.auth_headers)
        assert stream.entries(1)[0]["account"] != "built-in"


def test_the_stream_of_an_account_ends_when_it_is_deleted(mock, control):
    account = control.post("/accounts", json={}).json()["id"]
    with listening(mock, f"/accounts/{account}/events") as stream:
        control.delete(f"/accounts/{account}")
        with pytest.raises(EOFError):
            stream.next("entries")


def test_a_stream_reports_invalid_fixtures(tmp_path):
    with MockServer(fixtures=tmp_path) as mock, listening(mock) as stream:
        (tmp_path / "broken.json").write_text("{")
        assert stream.next("fixtures")[1]["problems"] > 0


@pytest.mark.attack("slow-peers")
def test_a_slow_client_is_told_how_many_entries_the_journal_lost(fill_journal):
    """The sent and the missed entries together are all requests: there is no queue per client."""
    with MockServer(reload=False, journal_size=50) as mock:
        feed = EventFeed(lambda: mock.mock.accounts.all, None, None)
        fill_journal(mock, 120)
        events = [event for event in feed.news() if event.name == "entries"]
    assert events[0].data["missed"] == 70
    assert [entry["campaign"] for event in events for entry in event.data["entries"]] == [
        f"id-{n}" for n in range(70, 120)
    ]


def test_many_entries_are_sent_in_parts(fill_journal):
    with MockServer(reload=False) as mock:
        feed = EventFeed(lambda: mock.mock.accounts.all, None, None)
        fill_journal(mock, 450)
        parts = [[event.data for event in feed.news()] for _ in range(6)]
    assert [[len(data["entries"]) for data in part] for part in parts] == [[100], [100], [100], [100], [50], []]
    assert all(data["missed"] == 0 for part in parts for data in part)


@pytest.mark.attack("memory")
def test_the_number_of_streams_is_limited_and_a_closed_stream_frees_its_place(mock):
    url = urlsplit(mock.base_url)
    connections = [socket.create_connection((url.hostname, url.port), timeout=60) for _ in range(MAX_STREAMS)]
    for connection in connections:
        connection.sendall(b"GET /__mock__/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert connection.recv(12) == b"HTTP/1.1 200"
    assert httpx.get(f"{mock.base_url}/__mock__/events").status_code == 409
    connections.pop().close()
    deadline = time.monotonic() + 60
    status = 409
    while status == 409 and time.monotonic() < deadline:
        with httpx.stream("GET", f"{mock.base_url}/__mock__/events") as response:
            status = response.status_code
    for connection in connections:
        connection.close()
    assert status == 200


@pytest.mark.attack("slow-peers")
def test_streams_that_begin_at_the_same_moment_are_counted_too():
    number = 3 * MAX_STREAMS
    with MockServer(reload=False) as mock, ExitStack() as connections:
        url = urlsplit(mock.base_url)
        address = (url.hostname, url.port)
        opened = [connections.enter_context(socket.create_connection(address, timeout=600)) for _ in range(number)]
        for connection in opened:
            connection.sendall(b"GET /__mock__/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        statuses = [connection.recv(12)[-3:] for connection in opened]
    assert sorted(statuses) == [b"200"] * MAX_STREAMS + [b"409"] * (number - MAX_STREAMS)


def test_a_stream_that_ends_with_an_error_is_no_longer_counted(monkeypatch):
    def fail(_feed, limit):
        raise KeyError(limit)

    monkeypatch.setattr(EventFeed, "past", fail)
    app = create_app(reload=False)
    # In a thread, since in this one the event loop of the browser may run.
    with ThreadPoolExecutor(1) as thread, pytest.raises(KeyError):
        thread.submit(asking.ask, app, "/__mock__/events", host="localhost").result()
    assert app.state.open_feeds == set()


@pytest.mark.parametrize("reads", [True, False], ids=["that reads", "that does not"])
def test_the_server_stops_at_once_with_an_open_stream(fill_journal, caplog, reads):
    """The client reads, or it stopped reading and the buffers of its socket are full. uvicorn has to cancel neither."""
    with MockServer(reload=False, journal_size=5000) as mock, socket.socket() as client:
        url = urlsplit(mock.base_url)
        fill_journal(mock, 0 if reads else 5000, filler="x" * 3000)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.settimeout(60)
        client.connect((url.hostname, url.port))
        client.sendall(b"GET /__mock__/events?last=5000 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert client.recv(12) == b"HTTP/1.1 200"
        mock.stop()
    assert [record.getMessage() for record in caplog.records if record.name == "uvicorn.error"] == []


@pytest.mark.parametrize("headers", [{"host": "evil.example"}, {"origin": "http://evil.example"}])
def test_streams_have_the_same_access_rules_as_the_control_api(mock, headers):
    assert httpx.get(f"{mock.base_url}/__mock__/events", headers=headers).status_code == 403


@pytest.mark.attack("guessed-tokens")
def test_streams_need_the_token():
    with MockServer(reload=False, control_token="a-token-of-tests") as mock:
        assert httpx.get(f"{mock.base_url}/__mock__/events").status_code == 401
        with listening(mock, headers={"x-mock-token": "a-token-of-tests"}):
            pass


@pytest.mark.parametrize("last", ["-1", "10001", "many"])
def test_last_has_bounds(mock, last):
    assert httpx.get(f"{mock.base_url}/__mock__/events?last={last}").status_code == 422
