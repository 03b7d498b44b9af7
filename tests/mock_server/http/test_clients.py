"""Common clients get the right responses: Node's fetch as the vendor's SDK uses it, and four from Python."""

import asyncio
import json
import subprocess
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp
import httpx
import pytest
import requests

SDK_LIKE = Path(__file__).with_name("sdk_like_client.mjs")
NO_PERMISSION = "mgma_sk_test_local_without_email_read"
UNKNOWN = "mgma_sk_test_nobody_has_this_one_0000"
LIMITED = "66b2f0a1c4e5d60012a40429"
FAILING = "66b2f0a1c4e5d60012a40500"


class Got(NamedTuple):
    """The result of a client."""

    status: int
    headers: Mapping[str, str]
    body: dict[str, Any]


def by_httpx(method, url, headers):
    answer = httpx.request(method, url, headers=headers)
    return Got(answer.status_code, answer.headers, answer.json())


def by_requests(method, url, headers):
    answer = requests.request(method, url, headers=headers, timeout=600)
    return Got(answer.status_code, answer.headers, answer.json())


def by_aiohttp(method, url, headers):
    async def ask():
        async with aiohttp.ClientSession() as session, session.request(method, url, headers=headers) as answer:
            return Got(answer.status, answer.headers, await answer.json())

    return asyncio.run(ask())


def by_urllib(method, url, headers):
    request = urllib.request.Request(url, headers=headers, method=method)
    try:
        answer = urllib.request.urlopen(request, timeout=600)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        return Got(answer.status, answer.headers, json.load(answer))


CASES = [
    (200, "GET", None, None, None),
    (401, "GET", UNKNOWN, None, "UNAUTHORIZED"),
    (403, "GET", NO_PERMISSION, None, "FORBIDDEN"),
    (404, "GET", None, "0" * 24, "NOT_FOUND"),
    (405, "POST", None, None, "METHOD_NOT_ALLOWED"),
    (429, "GET", None, LIMITED, "RATE_LIMITED"),
]


@pytest.mark.parametrize("ask_by", [by_httpx, by_requests, by_aiohttp, by_urllib])
@pytest.mark.parametrize(("status", "method", "key", "id_", "code"), CASES, ids=[str(case[0]) for case in CASES])
def test_python_clients(mock, stats_path, *, ask_by, status, method, key, id_, code):
    headers = {"Authorization": f"Bearer {key or mock.api_key}"}
    got = ask_by(method, mock.base_url + stats_path(id_ or mock.example_id), headers)
    assert (got.status, got.body["success"], got.body.get("code")) == (status, status == 200, code)
    expected = {401: "WWW-Authenticate", 405: "Allow", 429: "Retry-After"}.get(status)
    assert expected is None or got.headers[expected]


@pytest.fixture(scope="module")
def sdk(mock, tool):
    """Asks with Node's fetch as the vendor's SDK does."""
    node = tool("node")

    def ask(id_, key=None, method="GET"):
        command = [node, str(SDK_LIKE), mock.sdk_base_url, key or mock.api_key, id_, method]
        ended = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
        assert ended.returncode == 0, ended.stderr
        return json.loads(ended.stdout)

    return ask


@pytest.mark.parametrize(("status", "method", "key", "id_", "code"), CASES, ids=[str(case[0]) for case in CASES])
def test_a_client_like_the_vendors_sdk(mock, sdk, built_in, *, status, method, key, id_, code):
    got = sdk(id_ or mock.example_id, key, method)
    assert got["status"] == status
    if status == 200:
        assert got["error"] is None
        assert got["data"] == built_in.campaigns[mock.example_id].stats
    else:
        assert got["data"] is None
        assert (got["error"]["statusCode"], got["error"]["code"]) == (status, code)
        assert got["error"]["message"]


def test_the_sdk_retries_as_it_is_told(sdk):
    assert sdk(LIMITED)["waits"] == [30, 30]
    assert sdk(FAILING)["waits"] == [1, 2]


def test_the_sdk_gets_a_clean_404_for_an_id_of_any_text(sdk):
    for id_ in ("../../etc/passwd", "a/b", "🦊", "%", " ", "x" * 2000):
        assert sdk(id_)["error"]["statusCode"] == 404
