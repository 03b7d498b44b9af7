"""Clients of requests and httpx2 get the same in process as from a server, errors included."""

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor

import httpx
import httpx2
import pytest
import requests
from editing import until
from urllib3 import Retry

from migma_contract.errors import ArgumentError
from migma_contract.extras import MissingExtraError
from migma_mock import MigmaMock, Mock, MockTransport

API = "https://api.migma.ai/v1"

FAULTS = {
    "none": None,
    "timeout": ("timeout", {}),
    "late": ("delay", {"seconds": 60}),
    "in pieces": ("drip", {"seconds": 0.02, "pieces": 4}),
    "pieces too late": ("drip", {"seconds": 60, "pieces": 2}),
    "reset": ("reset", {}),
    "reset in the body": ("reset-mid-body", {}),
    "truncated": ("truncate", {}),
    "truncated before the body": ("truncate", {"after": 0}),
    "announced too long": ("wrong-content-length", {"delta": 10}),
    "announced too short": ("wrong-content-length", {"delta": -10}),
    "status": ("status", {"status": 503, "retry_after": 7}),
    "html": ("html", {}),
}


PATIENCE = {"timeout": 0.1, "late": 0.1, "pieces too late": 0.1}
"""Read time-outs in seconds for faults that end in one."""


@pytest.fixture
def twins(account, request):
    """Two accounts of the server with the same fault: one to request over a socket, one in process."""
    fault = FAULTS[request.param]
    pair = account(), account()
    for each in pair:
        if fault:
            each.fault(fault[0], **fault[1])
    return request.param, *pair


def seen(outcome):
    """Return what a client saw: the error and its message, or status, headers and body."""
    if isinstance(outcome, Exception):
        return type(outcome), str(outcome)
    headers = {name.lower(): value for name, value in outcome.headers.items() if name.lower() != "date"}
    return outcome.status_code, headers, outcome.content


@pytest.mark.parametrize("twins", FAULTS, indirect=True)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_requests_sees_the_same_as_over_a_socket(twins, method):
    name, over_socket, in_process = twins

    # Before its pieces, the head has to arrive: requests has another error for that.
    timeout = (60, 1 if name == "pieces too late" else PATIENCE.get(name, 60))

    def ask(mock, session):
        try:
            url = mock.stats_url(mock.example_id)
            return seen(session.request(method, url, headers=mock.auth_headers, timeout=timeout))
        except requests.RequestException as error:
            return seen(error)

    with requests.Session() as plain, requests.Session() as mounted:
        mounted.mount("http://", in_process.requests_adapter())
        assert ask(in_process, mounted) == ask(over_socket, plain)
    in_process.assert_requested(times=1)


@pytest.mark.parametrize("twins", FAULTS, indirect=True)
def test_httpx2_sees_the_same_as_over_a_socket(twins):
    name, over_socket, in_process = twins
    timeout = httpx2.Timeout(60, read=PATIENCE.get(name, 60))

    def ask(mock, transport=None):
        with httpx2.Client(transport=transport, headers=mock.auth_headers, timeout=timeout) as client:
            try:
                return seen(client.get(mock.stats_url(mock.example_id)))
            except httpx2.TransportError as error:
                return seen(error)

    async def ask_async(mock, transport):
        async with httpx2.AsyncClient(transport=transport, headers=mock.auth_headers, timeout=timeout) as client:
            try:
                return seen(await client.get(mock.stats_url(mock.example_id)))
            except httpx2.TransportError as error:
                return seen(error)

    expected = ask(over_socket)
    assert ask(in_process, in_process.httpx2_transport()) == expected
    assert asyncio.run(ask_async(in_process, in_process.httpx2_transport())) == expected
    in_process.assert_requested(times=2)


@pytest.fixture
def mock():
    return MigmaMock(Mock(reload=False, gzip=True)).new_account()


@pytest.fixture
def session(mock):
    with requests.Session() as session:
        session.headers.update(mock.auth_headers)
        session.mount("https://", mock.requests_adapter())
        yield session


def test_a_client_needs_no_base_url_no_proxy_no_certificate_and_no_socket(mock, session, monkeypatch):
    monkeypatch.setattr(socket, "socket", None)
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "no-such-file.pem")
    stats = mock.campaign("spring sale", totalDelivered=8, uniqueOpens=2)
    for _again in range(2):
        assert session.get(f"{API}/campaigns/spring%20sale/stats?a=b").json()["data"] == stats
    assert session.post(f"{API}/campaigns/spring%20sale/stats", json={"a": 1}).status_code == 405
    assert [(each.method, each.query) for each in mock.requests] == [("GET", "a=b"), ("GET", "a=b"), ("POST", "")]


def test_retries_of_urllib3_are_real(mock, session):
    retry = Retry(total=3, status_forcelist=[503], backoff_factor=0, respect_retry_after_header=False)
    session.mount("https://", mock.requests_adapter(max_retries=retry))
    mock.fail(503, times=2)
    mock.fault("reset", times=1)
    assert session.get(f"{API}/campaigns/{mock.example_id}/stats").status_code == 200
    mock.assert_requested(times=4)


def test_a_response_is_read_from_the_raw_response_of_urllib3(mock, session):
    with session.get(f"{API}/campaigns/{mock.example_id}/stats", stream=True) as response:
        assert response.headers["content-encoding"] == "gzip"
        assert response.raw.read(2, decode_content=False) == b"\x1f\x8b"
    assert session.get(f"{API}/campaigns/{mock.example_id}/stats").json()["success"]


def test_the_bytes_before_a_break_can_be_read(mock, session):
    mock.fault("truncate", after=20)
    session.headers["Accept-Encoding"] = "identity"
    with session.get(f"{API}/campaigns/{mock.example_id}/stats", stream=True) as response:
        chunks = response.iter_content(5)
        assert [len(next(chunks)) for _ in range(4)] == [5] * 4
        with pytest.raises(requests.exceptions.ChunkedEncodingError, match="20 bytes read"):
            next(chunks)


def requests_status(mock):
    with requests.Session() as session:
        session.mount("https://", mock.requests_adapter())
        return session.get(f"{API}/campaigns/{mock.example_id}/stats", headers=mock.auth_headers).status_code


def httpx_status(mock):
    with httpx.Client(transport=MockTransport(mock), headers=mock.auth_headers, timeout=None) as client:
        return client.get(mock.stats_url(mock.example_id)).status_code


def httpx2_status(mock):
    return asyncio.run(async_httpx2_status(mock))


async def async_httpx2_status(mock):
    async with httpx2.AsyncClient(transport=mock.httpx2_transport(), headers=mock.auth_headers, timeout=None) as client:
        return (await client.get(mock.stats_url(mock.example_id))).status_code


@pytest.mark.parametrize("kind", ["delay", "drip"])
def test_what_a_fault_holds_is_let_go_with_it(mock, kind):
    fault = mock.fault(kind, seconds=60)
    with ThreadPoolExecutor(3) as pool:
        statuses = [pool.submit(status, mock) for status in (requests_status, httpx_status, httpx2_status)]
        until(lambda: len(mock.requests) == len(statuses), "requests are held")
        mock.disarm(fault)
        assert [each.result(30) for each in statuses] == [200] * 3


@pytest.mark.parametrize(("library", "call"), [("requests", "requests_adapter"), ("httpx2", "httpx2_transport")])
def test_a_library_that_is_not_installed_is_named(mock, library, call, monkeypatch):
    monkeypatch.setattr("migma_mock.testing.transport_methods.find_spec", lambda _name: None)
    with pytest.raises(MissingExtraError) as raised:
        getattr(mock, call)()
    assert (
        str(raised.value) == f"{call}() needs {library}, which is not installed. Install it with: pip install {library}"
    )


@pytest.mark.parametrize("make", [MigmaMock.requests_adapter, MigmaMock.httpx2_transport, MockTransport])
def test_a_mock_that_runs_elsewhere_has_no_transport_in_this_process(migma_mock_server, make):
    elsewhere = MigmaMock.connect(migma_mock_server.base_url)
    with pytest.raises(ArgumentError, match=r"expected a mock in this process, got 'the mock at http://") as raised:
        make(elsewhere)
    assert "Give the client its base_url instead." in str(raised.value)
