"""A mock with shared state answers as one with its state in memory does, byte for byte, and records the same."""

import re
import socket

import httpx
import pytest
from valkey_server import ValkeyServer
from worker_pair import FIXED, url_of

from migma_mock import MockServer

HOST = b"Host: 127.0.0.1\r\n"
PATH = f"/v1/campaigns/{FIXED}/stats".encode()
UNKNOWN = b"/v1/campaigns/nobody/stats"


def requests(key):
    """Return requests by what is odd about them."""
    authorized = HOST + b"Authorization: Bearer " + key + b"\r\n"
    get = b"GET " + PATH + b" HTTP/1.1\r\n" + authorized
    end = b"Connection: close\r\n\r\n"
    return {
        "usual": get + end,
        "two at once": get + b"\r\n" + get + end,
        "a pipeline with an invalid end": get + b"\r\n" + get + b"\r\n\x00\r\n\r\n",
        "head": b"HEAD" + get[3:] + end,
        "unknown campaign": b"GET " + UNKNOWN + b" HTTP/1.1\r\n" + authorized + end,
        "unknown key": b"GET " + PATH + b" HTTP/1.1\r\n" + HOST + b"Authorization: Bearer mgma_sk_test_x\r\n" + end,
        "no key": b"GET " + PATH + b" HTTP/1.1\r\n" + HOST + end,
        "unknown path": b"GET /v1/nothing HTTP/1.1\r\n" + authorized + end,
        "a body": get + b"Content-Length: 2\r\n" + end + b"{}",
        "an invalid body": get + b"Transfer-Encoding: chunked\r\n" + end + b"zz\r\n",
        "another method": b"POST" + get[3:] + b"Content-Length: 2\r\n" + end + b"{}",
        "another method with an invalid body": b"POST" + get[3:] + b"Transfer-Encoding: chunked\r\n" + end + b"zz\r\n",
        "preflight": b"OPTIONS" + get[3:] + b"Origin: http://localhost\r\nAccess-Control-Request-Method: GET\r\n" + end,
        "a page of this machine": get + b"Origin: http://localhost\r\n" + end,
        "a preference": get + b"Prefer: code=404\r\n" + end,
        "an invalid preference": get + b"Prefer: code=999\r\n" + end,
        "no host": b"GET " + PATH + b" HTTP/1.1\r\nAuthorization: Bearer " + key + b"\r\n" + end,
        "large headers": get + b"X-Large: " + b"x" * 70_000 + b"\r\n" + end,
        "a long target": b"GET " + PATH + b"?" + b"x" * 20_000 + b" HTTP/1.1\r\n" + authorized + end,
        "a page of the mock": b"GET /__mock__/faults HTTP/1.1\r\n" + HOST + end,
    }


FAULTS = [
    {"kind": "status", "status": 503},
    {"kind": "reset"},
    {"kind": "reset-mid-body"},
    {"kind": "truncate"},
    {"kind": "wrong-content-length"},
    {"kind": "invalid-json"},
    {"kind": "drip", "pieces": 2, "seconds": 0.01},
]


def exchange(server, data):
    """Return all bytes that a server answers, without dates; ``reset`` if it resets the connection."""
    with socket.create_connection((server.settings.host, int(server.base_url.rpartition(":")[2]))) as connection:
        connection.sendall(data)
        received = b""
        try:
            while part := connection.recv(1 << 16):
                received += part
        except ConnectionResetError:
            received += b"reset"
    return re.sub(rb"(?i)date: [^\r]*\r\n", b"", received)


@pytest.fixture(scope="module")
def servers():
    """One with its state in memory, and one that shares it."""
    with (
        ValkeyServer() as store,
        MockServer(reload=False, fast_path=False) as local,
        MockServer(reload=False, state=url_of(store)) as shared,
    ):
        yield local, shared


def journal_of(server, path):
    """Return what a journal shows, without times."""
    entries = httpx.get(f"{server.base_url}/__mock__{path}").json()["entries"]
    shown = ("number", "method", "path", "status", "matchedBy", "body", "campaign", "unexpected")
    return [{name: entry.get(name) for name in shown} for entry in entries]


def test_answers_and_journals_are_the_same(servers):
    local, shared = servers
    for name, data in requests(local.mock.example_key.encode()).items():
        assert exchange(shared, data) == exchange(local, data), name
    for fault in FAULTS:
        for server in servers:
            armed = httpx.post(f"{server.base_url}/__mock__/accounts/built-in/faults", json={**fault, "times": 1})
            assert armed.status_code == 201, armed.text
        data = requests(local.mock.example_key.encode())["usual"]
        assert exchange(shared, data) == exchange(local, data), fault
    for path in ("/accounts/built-in/journal", "/unknown-key-requests"):
        assert journal_of(shared, path) == journal_of(local, path)
