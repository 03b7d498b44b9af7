"""Requests that a worker forwards are in the journal that all workers share, as the live API answered them."""

import httpx
from upstream_api import get, success, watching
from valkey_server import ValkeyServer
from worker_pair import url_of

from migma_mock import MockServer


def test_a_forwarded_request_is_recorded_for_all_workers(live):
    live.response = success()
    with ValkeyServer() as store:
        url = url_of(store)
        with watching(live.url, state=url) as watcher, MockServer(reload=False, state=url) as other:
            assert get(watcher).status_code == 200
            journal = httpx.get(f"{other.base_url}/__mock__/accounts/built-in/journal").json()
            (entry,) = journal["entries"]
            assert entry["status"] == 200
            assert entry["matchedBy"] == "upstream"
