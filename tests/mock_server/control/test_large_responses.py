"""Large responses of the control API are made in parts, kept by nobody, and few at a time; others go on meanwhile."""

import asyncio
import contextlib
import json
import socket
from types import SimpleNamespace
from urllib.parse import urlsplit

import httpx
import pytest
from editing import until

from migma_mock import MockServer
from migma_mock.accounts.recorded_request import RecordedRequest
from migma_mock.control import large_response
from migma_mock.control.routes.journal import MOST_CHARACTERS
from migma_mock.messages.request import Request

FILLER = [(b"x-%d" % number, b"\x01" * 128) for number in range(30)]


def record(mock, number):
    """Record requests whose path, query and headers are long as JSON."""
    request = Request("GET", b"/nope/" + b"\x01" * 500, FILLER, b"\x01" * 500)
    key = [(name.lower().encode(), value.encode()) for name, value in mock.auth_headers.items()]
    request = request._replace(headers=[*key, *FILLER])
    mock.mock.on_loop(lambda: [mock.mock.engine.answer(request) for _ in range(number)])


@pytest.fixture
def made(monkeypatch):
    """The numbers of the entries that were made into JSON."""
    numbers = []
    as_dict = RecordedRequest.as_dict
    monkeypatch.setattr(RecordedRequest, "as_dict", lambda entry: numbers.append(entry.number) or as_dict(entry))
    return numbers


@pytest.mark.attack("memory")
def test_a_list_of_requests_counts_all_that_an_entry_shows():
    with MockServer(reload=False) as mock:
        record(mock, 600)
        answer = httpx.get(f"{mock.base_url}/__mock__/accounts/built-in/journal?limit=10000", timeout=None)
        entries = answer.json()["entries"]
    longest = max(len(json.dumps(entry, ensure_ascii=False)) for entry in entries)
    assert 0 < len(entries) < 600
    assert MOST_CHARACTERS <= len(answer.text) < MOST_CHARACTERS + longest + 1000


@pytest.mark.attack("slow-peers")
def test_who_reads_no_large_response_gets_one_part_of_it_and_few_can_do_so(made):
    most = large_response.MAX_LARGE
    with MockServer(reload=False) as mock, contextlib.ExitStack() as connections:
        record(mock, 600)
        mock._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)  # its connections have the same
        url = urlsplit(mock.base_url)
        opened = []
        for _ in range(most + 4):
            connection = connections.enter_context(socket.socket())
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.connect((url.hostname, url.port))
            connection.sendall(
                b"GET /__mock__/accounts/built-in/journal?limit=10000 HTTP/1.1\r\nHost: localhost\r\n\r\n"
            )
            opened.append(connection)
        statuses = sorted(connection.recv(12)[-3:] for connection in opened)
        assert statuses == [b"200"] * most + [b"503"] * 4
        with httpx.Client(base_url=mock.base_url, timeout=None) as client:
            assert client.get("/__mock__/health").json()["status"] == "ok"
            assert client.get(mock.stats_url(mock.example_id), headers=mock.auth_headers).status_code == 200
            assert client.get("/__mock__/accounts/built-in/journal?limit=1").status_code == 200
        app = mock._server.config.loaded_app._app
        # A part is 32 K characters, and so is one of these entries, or a bit less.
        assert len(made) < 12 * (most + 4)
        connections.close()
        until(lambda: not app.state.large_responses, "the places are free again")


@pytest.mark.attack("hostile-bodies")
@pytest.mark.parametrize("text", ["", "x" * 100, "x" * large_response.PART_CHARACTERS])
def test_others_have_their_turn_after_every_few_items(text):
    """The response is the same JSON for any items that are shown or left out, and any number of them."""
    turns, longest = 0, 0

    def items():
        nonlocal longest
        since, before = 0, turns
        for _ in range(1000):
            since, before = (since + 1, before) if before == turns else (1, turns)
            longest = max(longest, since)
            yield text

    async def others():
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async def read():
        task = asyncio.create_task(others())
        app = SimpleNamespace(state=SimpleNamespace(large_responses=set()))
        response = await large_response.large_response(SimpleNamespace(app=app, scope={}), items())
        if hasattr(response, "body_iterator"):
            async for _ in response.body_iterator:
                pass
        task.cancel()

    asyncio.run(read())
    assert 0 < longest <= large_response.STEPS_AT_ONCE + 1


@pytest.mark.attack("memory")
@pytest.mark.parametrize("change", ["DELETE", "clear"])
def test_a_journal_that_is_cleared_meanwhile_ends_the_response_and_is_not_kept(made, change):
    with MockServer(reload=False) as mock, httpx.Client(base_url=mock.base_url, timeout=None) as client:
        account = mock.new_account()
        key = [(b"authorization", account.auth_headers["Authorization"].encode())]
        request = Request("GET", b"/nope", [*key, *FILLER])
        mock.mock.on_loop(lambda: [mock.mock.engine.answer(request) for _ in range(400)])
        url = f"/__mock__/accounts/{account.account_id}"
        mock._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        with client.stream("GET", f"{url}/journal?limit=10000") as response:
            pieces = response.iter_raw(100)
            next(pieces)
            client_two = httpx.delete(mock.base_url + url + ("/journal" if change == "clear" else ""), timeout=None)
            assert client_two.status_code == 204
            for _ in pieces:
                pass
    assert 0 < len(made) < 400
