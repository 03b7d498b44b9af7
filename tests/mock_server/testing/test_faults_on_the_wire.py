"""Each fault, as raw bytes on a connection."""

import asyncio
import json
import time
from urllib.parse import urlsplit

import pytest

from migma_mock import MockServer
from migma_mock.faults import FAULTS
from migma_mock.faults.base import AppliesTo
from migma_mock.http.send import respond

JSON = "application/json"
PATIENCE = 0.4

BODY_STAYS = ["delay", "drip", "wrong-content-type"]
CONNECTION = ["timeout", "reset", "reset-mid-body", "truncate", "wrong-content-length"]
DRIFT = list(FAULTS)[list(FAULTS).index("drop-field") :]


def test_the_groups_below_are_all_faults():
    others = {"status", "html", "empty-body", "invalid-json", "body", "set-field", "float-counts"}
    assert {*BODY_STAYS, *CONNECTION, *DRIFT, *others} == set(FAULTS)


def until(condition):
    """Wait for a condition."""
    while not condition():
        time.sleep(0.001)


# As raw bytes.


@pytest.mark.parametrize("kind", BODY_STAYS)
def test_the_body_stays(armed, hear, plain, kind):
    heard = hear(armed(kind))
    assert (heard.status, heard.body, heard.ending) == (200, plain.body, "FIN")
    changed = {"content-type": "text/html"} if kind == "wrong-content-type" else {}
    assert heard.headers | {"date": ""} == plain.headers | changed | {"date": ""}


def test_status(armed, hear):
    heard = hear(armed("status"))
    assert (heard.status, heard.headers["content-type"], heard.headers["retry-after"]) == (503, JSON, "2")
    assert json.loads(heard.body)["success"] is False


def test_html(armed, hear):
    heard = hear(armed("html"))
    assert (heard.status, heard.headers["content-type"]) == (502, "text/html; charset=utf-8")
    assert heard.body.startswith(b"<!doctype html>")


def test_empty_body(armed, hear):
    heard = hear(armed("empty-body"))
    assert (heard.status, heard.headers["content-type"], heard.headers["content-length"]) == (200, JSON, "0")
    assert heard.body == b""


def test_invalid_json(armed, hear, plain):
    heard = hear(armed("invalid-json"))
    assert heard.body == plain.body[:-1]
    assert heard.headers["content-length"] == str(len(heard.body))


def test_timeout(armed, hear):
    assert hear(armed("timeout"), patience=PATIENCE) == (b"", "silence")


def test_reset(armed, hear):
    assert hear(armed("reset")) == (b"", "RST")


@pytest.mark.parametrize("kind", ["reset-mid-body", "truncate"])
def test_a_part_of_the_body_and_how_it_ends(armed, hear, plain, kind):
    heard = hear(armed(kind))
    length, ending = {"reset-mid-body": (20, "RST"), "truncate": (len(plain.body) // 2, "FIN")}[kind]
    assert (heard.body, heard.ending) == (plain.body[:length], ending)
    assert heard.headers["content-length"] == str(len(plain.body))


@pytest.mark.parametrize(("name", "delta"), [("wrong-content-length", -10), ("wrong-content-length, too large", 10)])
def test_wrong_content_length(armed, hear, plain, name, delta):
    heard = hear(armed(name))
    assert (heard.body, heard.ending) == (plain.body, "FIN")
    assert heard.headers["content-length"] == str(len(plain.body) + delta)


@pytest.mark.parametrize("kind", DRIFT)
def test_drift(armed, hear, plain, drifted, kind):
    heard = hear(armed(kind))
    assert heard.status == (202 if kind == "undocumented-status" else 200)
    assert heard.headers["content-length"] == str(len(heard.body))
    assert json.loads(heard.body) == {"success": True, "data": drifted(json.loads(plain.body)["data"])[kind]}


@pytest.mark.parametrize("kind", FAULTS)
def test_head_has_the_head_of_get_and_no_body(armed, hear, plain, kind):
    """A fault of the body does not affect HEAD."""
    if kind == "timeout":
        assert hear(armed(kind), "HEAD", patience=PATIENCE) == (b"", "silence")
        return
    asked = hear(armed(kind)) if FAULTS[kind].applies_to is AppliesTo.ANY else plain
    headed = hear(armed(kind), "HEAD")
    assert headed.ending == asked.ending
    if kind != "reset":
        assert (headed.status, headed.body) == (asked.status, b"")
        assert headed.headers | {"date": ""} == asked.headers | {"date": ""}


@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_affects_only_its_request_on_a_shared_connection(account, quick_faults, hear, plain, kind):
    handle = account()
    handle.campaign("once", totalDelivered=10)
    handle.fault(kind, **quick_faults[kind] | {"times": 1})
    heard = hear(handle, "GET", "GET", patience=PATIENCE if kind == "timeout" else 60)
    if kind in CONNECTION:
        assert heard.data.count(b"HTTP/1.1 ") <= 1, "the connection ends with the fault"
    else:
        assert heard.data.count(b"HTTP/1.1 ") == 2
        assert heard.data.endswith(plain.body)


@pytest.mark.parametrize("kind", ["reset", "reset-mid-body", "truncate", "wrong-content-length"])
def test_responses_before_a_broken_one_arrive_complete(account, quick_faults, hear, plain, kind):
    handle = account()
    handle.fail(503, times=1)
    handle.fault(kind, **quick_faults[kind])
    heard = hear(handle, "GET", "GET")
    assert heard.status == 503
    assert heard.body[: int(heard.headers["content-length"])].endswith(b'"SERVICE_UNAVAILABLE"}')
    assert heard.ending == ("RST" if kind.startswith("reset") else "FIN")
    assert [entry.status for entry in handle.requests] == [503, 200 if kind == "wrong-content-length" else None]


@pytest.mark.parametrize("loop", ["asyncio", "uvloop"])
def test_a_reset_is_a_reset_on_either_event_loop(hear, loop):
    pytest.importorskip(loop)
    mock = MockServer(reload=False)
    mock._server.config.loop = loop
    with mock:
        assert type(mock.mock._executor.loop).__module__.partition(".")[0] == loop
        for kind in ("reset", "reset-mid-body"):
            mock.clear_faults()
            mock.fault(kind)
            assert hear(mock).ending == "RST"


@pytest.mark.parametrize("kind", ["timeout", "delay", "drip"])
def test_the_server_stops_while_a_request_waits(kind, hear):
    with MockServer(reload=False) as mock:
        mock.fault(kind, **({} if kind == "timeout" else {"seconds": 60}))
        address = urlsplit(mock.base_url)

        async def ask_and_stop():
            reader, writer = await asyncio.open_connection(address.hostname, address.port)
            request = f"GET {mock.stats_url(mock.example_id)} HTTP/1.1\r\nHost: x\r\n"
            writer.write(f"{request}Authorization: Bearer {mock.api_key}\r\n\r\n".encode())
            await asyncio.to_thread(until, lambda: mock.requests)
            started = time.perf_counter()
            await asyncio.to_thread(mock.stop)
            seconds = time.perf_counter() - started
            received = await reader.read()
            writer.close()
            return seconds, received

        seconds, received = asyncio.run(ask_and_stop())
    assert seconds < 30
    assert bool(received) is (kind != "timeout")


@pytest.mark.parametrize("methods", [("GET",), ("GET", "GET", "GET")])
def test_a_client_that_disconnects_releases_its_requests(hear, methods):
    with MockServer(reload=False) as mock:
        mock.fault("timeout")
        assert hear(mock, *methods, patience=0.1).ending == "silence"
        until(lambda: mock.mock.on_loop(lambda: not mock.mock.waiting))


@pytest.mark.parametrize("kind", CONNECTION)
def test_under_another_server_a_connection_fault_gets_501_at_once(account, migma_mock_server, quick_faults, kind):
    """A client without a socket would wait forever for a response that never comes."""
    handle, messages = account(), iter([{"type": "http.request"}])
    handle.fault(kind, **quick_faults[kind])
    path = handle.stats_url(handle.example_id).removeprefix(handle.base_url)
    headers = [(b"authorization", f"Bearer {handle.api_key}".encode())]

    async def receive():
        return next(messages)

    scope, sent = {"type": "http", "method": "GET", "path": path, "headers": headers}, []

    async def send(message):
        sent.append(message)

    asyncio.run(respond(migma_mock_server.mock, scope, receive, send))
    assert sent[0]["status"] == 501
    assert f"fault {kind}, ".encode() in sent[1]["body"]
    (request,) = handle.requests
    assert (request.status, request.failure) == (501, None), "the journal has what the client got"
    assert request.matched_by.startswith(f"fault {kind}, ")
