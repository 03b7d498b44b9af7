"""Each fault, observed from outside: as raw bytes, by httpx, and by Node's fetch."""

import asyncio
import json
import subprocess
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from mock_server import MockServer
from mock_server.faults import FAULTS

FETCH = Path(__file__).with_name("faults_seen_by_fetch.mjs")
JSON = "application/json"
PATIENCE = 0.4

BODY_STAYS = ["delay", "drip", "wrong-content-type"]
CONNECTION = ["timeout", "reset", "reset-mid-body", "truncate", "wrong-content-length"]
DRIFT = list(FAULTS)[list(FAULTS).index("drop-field") :]
VARIANTS = {"wrong-content-length, too large": ("wrong-content-length", {"delta": 10})}


def drifted(stats):
    """What each drift fault makes of the stats."""
    renamed = {("open_rate" if name == "openRate" else name): value for name, value in stats.items()}
    dropped = {name: value for name, value in stats.items() if name != "totalDelivered"}
    percent = {name: round(stats[name] * 100, 6) for name in ("openRate", "clickRate")}
    return {
        "drop-field": dropped,
        "rename-field": renamed,
        "retype-field": stats | {"openRate": json.dumps(stats["openRate"])},
        "null-field": stats | {"lastUpdated": None},
        "unknown-field": stats | {"spamReports": 3},
        "percent-rates": stats | percent,
        "undocumented-status": stats,
    }


@pytest.fixture
def armed(account, quick_faults):
    """An account on which a fault, or a variant of one, is armed."""

    def arm(name):
        kind, members = VARIANTS.get(name) or (name, quick_faults[name])
        handle = account()
        handle.fault(kind, **members)
        return handle

    return arm


@pytest.fixture(scope="module")
def plain(migma_mock_server, hear):
    """The answer without any fault."""
    heard = hear(migma_mock_server.new_account())
    assert (heard.status, heard.ending) == (200, "FIN")
    return heard


def test_the_groups_below_are_all_faults():
    others = {"status", "html", "empty-body", "invalid-json"}
    assert {*BODY_STAYS, *CONNECTION, *DRIFT, *others} == set(FAULTS)


def until(condition):
    """Wait for a condition, in no more time than anything here takes."""
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline


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
def test_drift(armed, hear, plain, kind):
    heard = hear(armed(kind))
    assert heard.status == (202 if kind == "undocumented-status" else 200)
    assert heard.headers["content-length"] == str(len(heard.body))
    assert json.loads(heard.body) == {"success": True, "data": drifted(json.loads(plain.body)["data"])[kind]}


@pytest.mark.parametrize("kind", FAULTS)
def test_head_has_the_head_of_get_and_no_body(armed, hear, kind):
    if kind == "timeout":
        assert hear(armed(kind), "HEAD", patience=PATIENCE) == (b"", "silence")
        return
    asked, headed = hear(armed(kind)), hear(armed(kind), "HEAD")
    assert headed.ending == asked.ending
    if kind != "reset":
        assert (headed.status, headed.body) == (asked.status, b"")
        assert headed.headers | {"date": ""} == asked.headers | {"date": ""}


@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_befalls_its_request_alone_on_a_shared_connection(account, quick_faults, hear, plain, kind):
    handle = account()
    handle.campaign("once", totalDelivered=10)
    handle.fault(kind, **quick_faults[kind] | {"times": 1})
    heard = hear(handle, "GET", "GET", patience=PATIENCE if kind == "timeout" else 10.0)
    if kind in CONNECTION:
        assert heard.data.count(b"HTTP/1.1 ") <= 1, "the connection ends with the fault"
    else:
        assert heard.data.count(b"HTTP/1.1 ") == 2
        assert heard.data.endswith(plain.body)


@pytest.mark.parametrize("kind", ["reset", "reset-mid-body", "truncate", "wrong-content-length"])
def test_answers_before_a_broken_one_arrive_whole(account, quick_faults, hear, plain, kind):
    handle = account()
    handle.fail(503, times=1)
    handle.fault(kind, **quick_faults[kind])
    heard = hear(handle, "GET", "GET")
    assert heard.status == 503
    assert heard.body[: int(heard.headers["content-length"])].endswith(b'"SERVICE_UNAVAILABLE"}')
    assert heard.ending == ("RST" if kind.startswith("reset") else "FIN")
    assert [entry.status for entry in handle.requests] == [503, 200]


@pytest.mark.parametrize("loop", ["asyncio", "uvloop"])
def test_a_reset_is_a_reset_on_either_event_loop(hear, loop):
    pytest.importorskip(loop)
    mock = MockServer(reload=False)
    mock._server.config.loop = loop
    with mock:
        assert type(mock.app._loop).__module__.partition(".")[0] == loop
        for kind in ("reset", "reset-mid-body"):
            mock.disarm()
            mock.fault(kind)
            assert hear(mock).ending == "RST"


@pytest.mark.parametrize("kind", ["timeout", "delay", "drip"])
def test_the_server_stops_in_time_though_a_request_is_held(kind, hear):
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
    assert seconds < 2
    assert bool(received) is (kind != "timeout")


@pytest.mark.parametrize("methods", [("GET",), ("GET", "GET", "GET")])
def test_a_client_that_leaves_frees_what_was_held_for_it(hear, methods):
    with MockServer(reload=False) as mock:
        mock.fault("timeout")
        assert hear(mock, *methods, patience=0.1).ending == "silence"
        until(lambda: mock.app.on_loop(lambda: not mock.app._held))


@pytest.mark.parametrize("kind", CONNECTION)
def test_an_application_without_a_connection_raises_what_a_socket_would(account, quick_faults, kind):
    handle, messages = account(), iter([{"type": "http.request"}, {"type": "http.disconnect"}])
    handle.fault(kind, **quick_faults[kind])
    path = handle.stats_url(handle.example_id).removeprefix(handle.base_url)
    headers = [(b"authorization", f"Bearer {handle.api_key}".encode())]

    async def receive():
        return next(messages)

    scope = {"type": "http", "method": "GET", "path": path, "headers": headers}
    with pytest.raises(ConnectionResetError, match=f"fault {kind}, .*the connection ends here"):
        asyncio.run(handle.app(scope, receive, None))


# By httpx.

ERRORS = {
    "timeout": "ReadTimeout",
    "reset": "ReadError",
    "reset-mid-body": "ReadError",
    "truncate": "RemoteProtocolError",
    "wrong-content-length, too large": "RemoteProtocolError",
}
NOT_JSON = ["html", "empty-body", "invalid-json", "wrong-content-length"]


@pytest.mark.parametrize("name", [*FAULTS, *VARIANTS])
def test_httpx_sees_what_the_catalogue_says(armed, outcome, plain, name):
    got = outcome(armed(name), patience=PATIENCE)
    says = FAULTS[name.partition(",")[0]].seen
    assert got.error == ERRORS.get(name)
    if got.error:
        assert got.error in says
        return
    assert got.not_json == ("JSONDecodeError" if name in NOT_JSON else None)
    assert (got.not_json or "") in says or "JSON that breaks off" in says
    assert got.status == {"status": 503, "html": 502, "undocumented-status": 202}.get(name, 200)
    if name in BODY_STAYS:
        assert got.body == plain.body


# By Node's fetch.


@pytest.fixture(scope="module")
def fetched(migma_mock_server, quick_faults, tool):
    """What one Node process makes of every fault."""
    node = tool("node")
    asked = []
    for name in (*FAULTS, *VARIANTS):
        kind, members = VARIANTS.get(name) or (name, quick_faults[name])
        handle = migma_mock_server.new_account()
        handle.fault(kind, **members)
        patience = PATIENCE if kind == "timeout" else 10
        url = handle.stats_url(handle.example_id)
        asked.append({"name": name, "url": url, "key": handle.api_key, "method": "GET", "patience": patience * 1000})
    ended = subprocess.run(
        [node, str(FETCH)], input=json.dumps(asked), capture_output=True, encoding="utf-8", timeout=60, check=False
    )
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


FETCH_ERRORS = {
    "timeout": ("TimeoutError",),
    "reset": ("TypeError", "ECONNRESET"),
    "reset-mid-body": ("TypeError", "ECONNRESET", "UND_ERR_SOCKET"),
    "truncate": ("TypeError", "UND_ERR_SOCKET"),
    "wrong-content-length, too large": ("TypeError", "UND_ERR_SOCKET"),
}


@pytest.mark.parametrize("name", [*FAULTS, *VARIANTS])
def test_fetch_sees_what_the_catalogue_says(fetched, plain, name):
    got, says = fetched[name], FAULTS[name.partition(",")[0]].seen
    if name in FETCH_ERRORS:
        error, *causes = FETCH_ERRORS[name]
        assert got["error"] == error
        assert not causes or got["cause"] in causes
        assert error in says
        assert got["status"] == (None if name in ("timeout", "reset") else 200)
        assert error == "TimeoutError" or got["message"] in says
        return
    assert "error" not in got
    assert got.get("notJson") == ("SyntaxError" if name in NOT_JSON else None)
    assert got["status"] == {"status": 503, "html": 502, "undocumented-status": 202}.get(name, 200)
    assert got["ok"] is (got["status"] < 300)
    if name in BODY_STAYS:
        assert got["text"].encode() == plain.body
    if name in DRIFT:
        assert got["json"]["data"] == drifted(json.loads(plain.body)["data"])[name]
