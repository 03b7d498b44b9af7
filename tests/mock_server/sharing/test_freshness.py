"""The promise of freshness: what a control call changed on one worker, the next request to another one sees."""

import http.client
import itertools
import json
import random

import pytest
from valkey_server import ValkeyServer
from worker_pair import FIXED, url_of

from migma_mock import MockServer

STATUS = {"kind": "status", "status": 503}


class Client:
    """A connection that stays open, to one worker."""

    def __init__(self, server):
        self._connection = http.client.HTTPConnection(*server.base_url.removeprefix("http://").split(":"))

    def close(self):
        """Close it."""
        self._connection.close()

    def call(self, method, path, body=None):
        """Return what a call of the control API gives."""
        status, data = self._exchange(method, f"/__mock__{path}", None if body is None else json.dumps(body))
        assert status < 300, data
        return json.loads(data) if data else None

    def get(self, key, campaign=FIXED):
        """Return the status of a request, and the body."""
        return self._exchange("GET", f"/v1/campaigns/{campaign}/stats", None, authorization=f"Bearer {key}")

    def _exchange(self, method, path, body, **headers):
        if body:
            headers["content-type"] = "application/json"
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        return response.status, response.read()


@pytest.fixture(scope="module")
def pair():
    """Two workers on sockets and threads of their own, with one store."""
    with ValkeyServer() as store:
        url = url_of(store)
        with MockServer(reload=False, state=url) as one, MockServer(reload=False, state=url) as other:
            clients = Client(one), Client(other)
            yield clients
            for client in clients:
                client.close()


def assert_seen(pair, rounds):
    """Change something through one worker, and look at the other one at once, so many times."""
    draw, numbers = random.Random(16), itertools.count(1)
    account = pair[0].call("POST", "/accounts", {"name": "first"})
    path, key = f"/accounts/{account['id']}", account["keys"]["working"]

    def arm(here, there):
        here.call("POST", f"{path}/faults", STATUS)
        assert there.get(key)[0] == 503
        here.call("DELETE", f"{path}/faults")
        assert there.get(key)[0] == 200

    def put(here, there):
        sent = next(numbers)
        document = {"id": "own", "stats": {**stats, "totalSent": stats["totalSent"] + sent}}
        here.call("PUT", f"{path}/campaigns/own", document)
        assert json.loads(there.get(key, "own")[1])["data"]["totalSent"] == stats["totalSent"] + sent

    def delete(here, there):
        here.call("PUT", f"{path}/campaigns/own", {"id": "own", "stats": stats})
        there.call("DELETE", f"{path}/campaigns/own")
        assert here.get(key, "own")[0] == 404

    def freeze(here, there):
        moment = f"2026-01-31T09:30:{next(numbers) % 60:02}Z"
        here.call("PATCH", f"{path}/clock", {"set": moment, "frozen": True})
        assert there.call("GET", f"{path}/clock")["now"] == moment

    def limit(here, there):
        here.call("PUT", f"{path}/rate-limit", {"plan": "1/day"})
        assert [there.get(key)[0], here.get(key)[0]] == [200, 429]
        there.call("PUT", f"{path}/rate-limit", {"plan": "unlimited"})
        assert here.get(key)[0] == 200

    def create(here, there):
        created = here.call("POST", "/accounts", {})
        assert there.get(created["keys"]["working"])[0] == 200
        there.call("DELETE", f"/accounts/{created['id']}")
        assert here.get(created["keys"]["working"])[0] == 401

    def record(here, there):
        here.call("DELETE", f"{path}/journal")
        there.get(key, "nobody")
        here.get(key)
        entries = there.call("GET", f"{path}/journal")["entries"]
        assert [entry["status"] for entry in entries] == [200, 404]

    def reset(here, there):
        here.call("POST", f"{path}/faults", STATUS)
        there.call("POST", f"{path}/reset")
        assert here.get(key)[0] == 200

    stats = pair[0].call("GET", f"{path}/campaigns/{FIXED}")["stats"]
    for _ in range(rounds):
        here, there = draw.sample(pair, 2)
        draw.choice((arm, put, delete, freeze, limit, create, record, reset))(here, there)


def test_the_next_request_to_another_worker_sees_a_change(pair):
    assert_seen(pair, 300)


@pytest.mark.long
def test_ten_thousand_changes_are_seen(pair):
    assert_seen(pair, 10_000)
