"""The probe of freshness finds a response that lacks an acknowledged change, and accepts what the promise allows."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from benchmarks.team.control import Control
from benchmarks.team.freshness import FreshnessProbe
from benchmarks.team.load_client import MARKED

_ROUNDS = 5


class PretendedMock(BaseHTTPRequestHandler):
    """Answers what the probe asks, as old as the server wants."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        """Create an account."""
        self.rfile.read(int(self.headers["content-length"]))
        self._answer(201, {"id": "one", "keys": {"working": "key"}})

    def do_PUT(self):
        """Take a campaign."""
        number = json.loads(self.rfile.read(int(self.headers["content-length"])))["stats"]["totalSent"]
        self.server.numbers.append(number)
        if number >= _ROUNDS:
            self.server.over.set()
        self._answer(self.server.put_status(number), {})

    def do_GET(self):
        """Give the campaign, or one from before."""
        seen = self.server.numbers[-1 - self.server.lag]
        headers = {MARKED.decode(): "unreachable"} if self.server.is_marked else {}
        self._answer(200, {"data": {"totalSent": seen}}, **headers)

    def _answer(self, status, document, **headers):
        body = json.dumps(document).encode()
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Say nothing."""


@contextmanager
def pretending(lag=0, *, is_marked=False, put_status=lambda _number: 200):
    """Serve; the numbers before the first change are 0."""
    with ThreadingHTTPServer(("127.0.0.1", 0), PretendedMock) as server:
        server.numbers, server.over = [0] * (lag + 1), threading.Event()
        server.lag, server.is_marked, server.put_status = lag, is_marked, put_status
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def probed(**options):
    """Return a probe after some changes."""
    with pretending(**options) as server, Control(server.server_address, "token") as control:
        probe = FreshnessProbe(control)
        with probe.running():
            assert server.over.wait(60)
        return probe


def test_changes_that_are_seen_are_fresh():
    probe = probed()
    assert probe.changes >= _ROUNDS
    assert probe.violations == probe.failures == []


def test_an_old_response_is_found():
    probe = probed(lag=1)
    assert "freshness: a request saw 1, expected 2" in probe.violations


def test_an_old_response_without_the_store_is_as_promised():
    assert probed(lag=1, is_marked=True).violations == []


@pytest.mark.parametrize("lag", [0, 1])
def test_a_change_that_failed_may_be_there_or_not(lag):
    """Each second one fails, and what it changed is seen, or what came before."""
    probe = probed(lag=lag, put_status=lambda number: 503 if number % 2 == 0 or lag else 200)
    assert probe.violations == []
    assert any("503" in failure for failure in probe.failures)
