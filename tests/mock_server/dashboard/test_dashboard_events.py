"""Server-sent events: every request shows, whatever becomes of its journal, and no stream outlives its server."""

import json
import socket
import threading
import time
from contextlib import contextmanager
from urllib.parse import urlsplit

import httpx
import pytest

from migma_mock import MockServer
from migma_mock.control.event_feed import EventFeed
from migma_mock.control.routes.events import MAX_LISTENERS, Listeners


class Stream:
    """The events of one stream, as they come."""

    def __init__(self, response):
        self._lines = response.iter_lines()

    def next(self, *names):
        """The next event of one of these names: its name and data."""
        for line in self._lines:
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
                data = json.loads(next(self._lines).removeprefix("data: "))
                if name in names:
                    return name, data
        raise EOFError

    def entries(self, number):
        """The next so many requests."""
        found = []
        while len(found) < number:
            found += self.next("entries")[1]["entries"]
        return found


def ask_many(mock, number, **headers):
    """Asks for id-0, id-1 and so on, over one connection."""
    with httpx.Client(headers=mock.headers | headers) as client:
        for each in range(number):
            client.get(mock.stats_url(f"id-{each}"))


@contextmanager
def listening(mock, path="/events", **options):
    with httpx.stream("GET", f"{mock.base_url}/__mock__{path}", timeout=20, **options) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        stream = Stream(response)
        stream.next("past")
        yield stream


def test_requests_show_as_they_come_with_account_answer_and_reason(mock, ask):
    with listening(mock) as stream:
        ask("66b2f0a1c4e5d60012a40101")
        ask("nope", headers={})
        first, second = sorted(stream.entries(2), key=lambda entry: entry["account"])
    assert first["account"] == "built-in"
    assert first["matchedBy"] == "campaign 66b2f0a1c4e5d60012a40101"
    assert json.loads(first["body"])["success"] is True
    assert ["content-type", "application/json"] in first["responseHeaders"]
    assert (second["account"], second["status"]) == ("unclaimed", 401)


def test_no_key_is_in_a_stream(mock):
    with listening(mock) as stream:
        httpx.get(mock.stats_url(mock.api_key), headers=mock.headers)
        assert mock.api_key not in json.dumps(stream.entries(1))


def test_past_comes_newest_first_up_to_the_limit(mock):
    ask_many(mock, 450)
    with httpx.stream("GET", f"{mock.base_url}/__mock__/events?last=420") as response:
        stream, found = Stream(response), []
        while len(found) < 420:
            found += stream.next("past")[1]["entries"]
    assert [entry["campaign"] for entry in found] == [f"id-{number}" for number in range(449, 29, -1)]


@pytest.mark.parametrize("path", ["/accounts/built-in/events", "/unknown-key-requests/events"])
def test_stream_of_one_has_nothing_of_the_others(mock, ask, path):
    with listening(mock, path) as stream:
        ask("theirs")
        ask("nobodys", headers={})
        (entry,) = stream.entries(1)
    assert entry["campaign"] == ("theirs" if "built-in" in path else "nobodys")


@pytest.mark.parametrize("change", ["clear", "reset"])
def test_stream_follows_a_journal_that_was_replaced(mock, control, ask, change):
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
def test_stream_tells_what_changed(mock, control, part, change):
    method, path, body = change
    with listening(mock) as stream:
        assert control.request(method, f"/accounts/built-in{path}", json=body).is_success
        assert stream.next("changed")[1] == {"account": "built-in", "parts": [part]}


def test_stream_tells_of_accounts_and_follows_new_ones(mock):
    with listening(mock) as stream:
        made = mock.new_account("new")
        assert stream.next("accounts") == ("accounts", {"number": 2})
        httpx.get(made.stats_url("x"), headers=made.headers)
        assert stream.entries(1)[0]["account"] != "built-in"


def test_stream_of_an_account_ends_with_it(mock, control):
    account = control.post("/accounts", json={}).json()["id"]
    with listening(mock, f"/accounts/{account}/events") as stream:
        control.delete(f"/accounts/{account}")
        with pytest.raises(EOFError):
            stream.next("entries")


def test_stream_tells_of_fixtures_that_cannot_be_read(tmp_path):
    with MockServer(fixtures=tmp_path) as mock, listening(mock) as stream:
        (tmp_path / "broken.json").write_text("{")
        assert stream.next("fixtures")[1]["problems"] > 0


def test_slow_listener_misses_what_the_journal_lost_and_is_told_how_much():
    """What it was sent and what it missed are together all that came: nothing waits in a queue for it."""
    with MockServer(reload=False, journal_size=50) as mock:
        follower = EventFeed(lambda: mock.app.accounts.all, None, None)
        ask_many(mock, 120)
        events = [event for event in follower.news() if event.name == "entries"]
    assert events[0].data["missed"] == 70
    assert [entry["campaign"] for event in events for entry in event.data["entries"]] == [
        f"id-{n}" for n in range(70, 120)
    ]


def test_much_comes_in_parts():
    with MockServer(reload=False) as mock:
        follower = EventFeed(lambda: mock.app.accounts.all, None, None)
        ask_many(mock, 450)
        parts = [[event.data for event in follower.news()] for _ in range(6)]
    assert [[len(data["entries"]) for data in part] for part in parts] == [[100], [100], [100], [100], [50], []]
    assert all(data["missed"] == 0 for part in parts for data in part)


def test_one_listener_too_many_is_refused_and_a_place_is_free_again_when_one_leaves(mock):
    url = urlsplit(mock.base_url)
    connections = [socket.create_connection((url.hostname, url.port), timeout=20) for _ in range(MAX_LISTENERS)]
    for connection in connections:
        connection.sendall(b"GET /__mock__/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert connection.recv(12) == b"HTTP/1.1 200"
    assert httpx.get(f"{mock.base_url}/__mock__/events").status_code == 409
    connections.pop().close()
    deadline = time.monotonic() + 10
    status = 409
    while status == 409 and time.monotonic() < deadline:
        with httpx.stream("GET", f"{mock.base_url}/__mock__/events") as response:
            status = response.status_code
    for connection in connections:
        connection.close()
    assert status == 200


def test_listeners_are_counted_whatever_ends_them():
    listeners = Listeners(most=1)
    with pytest.raises(KeyError), listeners.one_more():
        raise KeyError
    assert listeners.open == 0


@pytest.mark.parametrize("reads", [True, False], ids=["that reads", "that does not"])
def test_server_stops_at_once_with_a_listener(reads):
    """One that reads, and one that stopped reading with its socket's buffers full."""
    with MockServer(reload=False) as mock:
        url = urlsplit(mock.base_url)
        ask_many(mock, 0 if reads else 1000, filler="x" * 3000)
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        listener.settimeout(20)
        listener.connect((url.hostname, url.port))
        listener.sendall(b"GET /__mock__/events?last=1000 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert listener.recv(12) == b"HTTP/1.1 200"
        stopping = threading.Thread(target=mock.stop)
        started = time.monotonic()
        stopping.start()
        stopping.join(20)
        seconds = time.monotonic() - started
        listener.close()
    assert seconds < 2, "the stream held the server up"


@pytest.mark.parametrize("headers", [{"host": "evil.example"}, {"origin": "http://evil.example"}])
def test_stream_is_guarded_as_the_rest_of_the_control_api(mock, headers):
    assert httpx.get(f"{mock.base_url}/__mock__/events", headers=headers).status_code == 403


def test_stream_takes_the_token():
    with MockServer(reload=False, control_token="a-token-of-tests") as mock:
        assert httpx.get(f"{mock.base_url}/__mock__/events").status_code == 401
        with listening(mock, headers={"x-mock-token": "a-token-of-tests"}):
            pass


@pytest.mark.parametrize("last", ["-1", "10001", "many"])
def test_last_has_bounds(mock, last):
    assert httpx.get(f"{mock.base_url}/__mock__/events?last={last}").status_code == 422
