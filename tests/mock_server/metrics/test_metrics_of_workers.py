"""Two workers and their store: a scrape of either tells of all requests, and the death of one takes nothing back."""

import contextlib
import json
import os
import signal
import time

import httpx
import pytest

REQUESTS = 24
KEY = {"authorization": "Bearer mgma_sk_test_local_development_0001"}
PATH = "/v1/campaigns/66b2f0a1c4e5d60012a40101/stats"


@pytest.fixture
def until_counted(scraped):
    """Scrape until so many requests were counted, since the other worker adds its own once a second."""

    def wait(url, number):
        deadline = time.monotonic() + 600
        while True:
            # A worker that was killed may have taken the connection.
            with contextlib.suppress(httpx.HTTPError):
                found = scraped(url).get(("migma_mock_requests_total", "campaign", "200"), 0)
                assert found <= number, "nothing is counted twice"
                if found == number:
                    return
            assert time.monotonic() < deadline
            time.sleep(0.05)  # between two looks, not for an effect

    return wait


def test_workers_are_counted_together_and_a_killed_one_stays_counted(serve, until_counted):
    mock = serve("--workers", 2, "--state", "embedded", "--log-format", "json")
    for _ in range(REQUESTS):
        # On a new connection each, which the system gives to either worker.
        assert httpx.get(mock.url + PATH, headers=KEY).status_code == 200
    until_counted(mock.url, REQUESTS)
    lines = mock.err_with('"the mock\'s own page"').splitlines()
    workers = {event["pid"] for event in map(json.loads, lines) if event["event"] == "request"}
    os.kill(workers.pop(), signal.SIGKILL)
    mock.err_with("another one starts")
    until_counted(mock.url, REQUESTS)
    assert mock.end()[1] == 0
