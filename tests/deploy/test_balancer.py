"""The shipped configuration of HAProxy, run for real between clients and mocks."""

import signal
import time
from contextlib import ExitStack
from urllib.parse import urlsplit

import httpx
import pytest

from benchmarks.team.balancer import Balancer
from migma_mock.server import MockServer

LONG = 600
"""Seconds until a balancer that does not change its mind is a failure, on the slowest machine."""


@pytest.fixture(scope="module")
def balanced(tool):
    """Two mocks, and the base URL of the balancer in front of them."""
    tool("haproxy")
    with MockServer(instance="first", drain=LONG) as first, MockServer(instance="second") as second:
        addresses = [(each.hostname, each.port) for each in map(urlsplit, (first.base_url, second.base_url))]
        with Balancer("127.0.0.1", addresses) as balancer:
            yield first, second, "http://{}:{}".format(*balancer.address)


def test_a_connection_that_the_mock_resets_has_no_response_of_the_balancer(balanced):
    """A balancer that reads HTTP would answer 502 in its place; this one closes the connection."""
    *mocks, url = balanced
    for mock in mocks:
        mock.fault("reset")
    path = urlsplit(mocks[0].stats_url(mocks[0].example_id)).path
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        httpx.get(url + path, headers=mocks[0].auth_headers)


def test_a_mock_that_drains_gets_no_new_connections(balanced):
    """It goes on answering those who ask it directly, as requests on open connections do."""
    first, _, url = balanced
    assert answering(url) == {"first", "second"}
    first.handle_signal(signal.SIGTERM)
    deadline = time.monotonic() + LONG
    while (found := answering(url)) != {"second"}:
        assert time.monotonic() < deadline, found
        time.sleep(0.05)  # between two looks, not for an effect
    assert answering(first.base_url) == {"first"}


def answering(url):
    """Return the mocks that answer on four connections, which are open together."""
    with ExitStack() as stack:
        clients = [stack.enter_context(httpx.Client(base_url=url)) for _ in range(4)]
        return {client.get("/__mock__/health").json()["instance"] for client in clients}
