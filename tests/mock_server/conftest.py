"""Ways to ask the mock: in process, over a plain socket, and as a process of its own."""

import asyncio
import contextlib
import json
import os
import re
import selectors
import signal
import socket
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import httpx
import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig

from mock_server import MockServer, create_app
from mock_server.data import fixtures_path
from mock_server.fixtures import load_fixtures


class Answer(NamedTuple):
    """What came back; header names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


@pytest.fixture(scope="session")
def app():
    """The mock in process, on the built-in fixtures."""
    return create_app(reload=False)


@pytest.fixture(scope="module")
def mock():
    """The mock on a socket, on the built-in fixtures."""
    with MockServer(reload=False) as server:
        yield server


@pytest.fixture(scope="session")
def built_in(contract):
    """The built-in campaigns and keys, read anew."""
    return load_fixtures([fixtures_path()], contract)


@pytest.fixture(scope="session")
def fixed_campaigns(built_in):
    """Those that always answer the same: neither growing nor scripted."""
    return [each for each in built_in.campaigns.values() if each.growth is None and not each.script]


@pytest.fixture(scope="session")
def journalled():
    """Every request that is in the journals of a mock."""
    return lambda app: [*app.accounts.unclaimed.entries, *app.accounts.built_in.state.journal.entries]


@pytest.fixture(scope="session")
def ask():
    """Asks an ASGI application one thing, byte for byte: no client in between tidies the target or the headers."""
    return _ask


def _ask(app, target="/", method="GET", **headers):
    """Headers are keyword arguments, ``x_api_key="…"``, or a ready list of pairs in ``raw_headers``."""
    pairs = headers.pop("raw_headers", [])
    pairs += [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()]
    raw_path, _, query = target.encode("latin-1").partition(b"?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(raw_path),
        "raw_path": raw_path,
        "query_string": query,
        "root_path": "",
        "headers": pairs,
        "server": ("127.0.0.1", 4010),
        "client": ("127.0.0.1", 50000),
    }
    sent = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    start, *bodies = sent
    body = b"".join(message.get("body", b"") for message in bodies)
    names = [name for name, _ in start["headers"]]
    assert len(names) == len(set(names)), "a header came twice"
    return Answer(start["status"], {n.decode(): v.decode("latin-1") for n, v in start["headers"]}, body)


@pytest.fixture(scope="session")
def stats_path(contract):
    """The contract's path for a campaign id, as it stands in a URL."""
    return contract.operation.path.replace(f"{{{contract.operation.parameter}}}", "{}").format


@pytest.fixture(scope="session")
def assert_sound(contract):
    """Holds one answer to the contract, by our validators and by Schemathesis' own reading of the document."""
    config = SchemathesisConfig()
    operation = schemathesis.openapi.from_dict(json.loads(contract.raw), config=config)
    operation = operation[contract.operation.path][contract.operation.method]

    def judge(answer):
        if answer.status == 204:
            assert answer.body == b""  # OPTIONS, which HTTP has and the document does not speak of
            return None
        documented = contract.operation.response(answer.status)
        headers = {name.lower(): value for name, value in dict(answer.headers).items()}
        assert ("x-mock-undocumented" in headers) is (documented is None)
        if documented is None:
            assert headers["x-mock-undocumented"] == str(answer.status)
        assert headers["content-type"] == "application/json"
        assert headers["content-length"] == str(len(answer.body))
        body = json.loads(answer.body)
        assert (documented or contract.operation.error).violations(body) == []
        # The profile "schema" draws what the contract admits, and that is a false success too.
        assert answer.status < 300 or body["success"] is False
        request = httpx.Request("GET", "http://mock.invalid/")
        response = httpx.Response(answer.status, headers=headers, content=answer.body, request=request)
        response.elapsed = timedelta()
        # It passes statuses that the document does not have in silence; the rest is asserted above.
        operation.validate_response(response)
        return body

    return judge


@pytest.fixture(scope="session")
def send_raw():
    """Sends bytes over a new connection and returns everything that comes back until the server closes it."""
    return _send_raw


def _send_raw(url, data, *, seconds=10.0):
    address = urlsplit(url)
    with socket.create_connection((address.hostname, address.port), timeout=seconds) as connection:
        with contextlib.suppress(ConnectionError):
            connection.sendall(data)
        return _until_closed(connection)


def _until_closed(connection):
    received = b""
    # Closed with a reset counts as closed.
    with contextlib.suppress(ConnectionError):
        while chunk := connection.recv(65536):
            received += chunk
    return received


@pytest.fixture(scope="session")
def read_answers():
    """The answers in what came over a connection; anything that is no whole answer fails."""
    return _read_answers


def _read_answers(received, methods=()):
    answers, methods = [], iter(methods)
    while received:
        head, separator, rest = received.partition(b"\r\n\r\n")
        assert separator, received
        first, *lines = head.decode("latin-1").split("\r\n")
        status = int(re.fullmatch(r"HTTP/1\.1 (\d{3}) .*", first)[1])
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        length = 0 if next(methods, "GET") == "HEAD" or status == 204 else int(headers["content-length"])
        assert len(rest) >= length
        answers.append(Answer(status, headers, rest[:length]))
        received = rest[length:]
    return answers


@pytest.fixture
def key(app):
    return app.example_key


@pytest.fixture
def bearer(key):
    return f"Bearer {key}"


@pytest.fixture
def path(app, stats_path):
    """Of a campaign that has stats."""
    return stats_path(app.example_id)


@pytest.fixture
def stats(app, ask, path, bearer, assert_sound):
    """What the stats path answers, which is held to the contract, to a good key and other headers."""

    def get(target=path, of=app, **headers):
        answer = ask(of, target, **({"authorization": bearer} | headers))
        assert_sound(answer)
        return answer

    return get


class Process:
    """``python -m mock_server serve`` with what it said."""

    def __init__(self, *arguments, **environment):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "mock_server", "serve", "--port", "0", *arguments],
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.out = self.url = ""
        self._err = b""

    def wait_until_ready(self):
        """Return when it said that it is."""
        self.out = self.process.stdout.readline().decode()
        assert self.out.startswith("ready http://"), self.process.communicate()[1].decode()
        self.url = self.out.split()[1]

    def err_with(self, text):
        """Standard error so far, read until the text is in it."""
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stderr, selectors.EVENT_READ)
            deadline = time.monotonic() + 10
            while text.encode() not in self._err:
                assert selector.select(deadline - time.monotonic()), f"no {text!r} in {self._err!r}"
                self._err += os.read(self.process.stderr.fileno(), 65536)
        return self._err.decode()

    def end(self, number=signal.SIGTERM):
        """Send a signal; seconds until the end, exit code, standard output and error in full."""
        started = time.monotonic()
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=20)
        seconds = time.monotonic() - started
        return seconds, self.process.returncode, self.out + out.decode(), (self._err + err).decode()

    def resident_kib(self):
        """Resident memory (Linux)."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))


@pytest.fixture
def serve():
    """Starts ``migma-mock serve`` with further arguments; returns when it is ready, and kills it after the test."""
    running = []

    def start(*arguments, **environment):
        running.append(Process(*arguments, **environment))
        running[-1].wait_until_ready()
        return running[-1]

    yield start
    for each in running:
        if each.process.poll() is None:
            each.process.kill()
        each.process.communicate()
