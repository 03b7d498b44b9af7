"""MockTransport answers, fails and waits as a socket does."""

import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import httpx
import pytest

from migma_mock import MigmaMock, Mock, MockServer, MockTransport, create_app
from migma_mock.faults import FAULTS

VARIANTS = {
    "late": ("delay", {"seconds": 60}),
    "drips slower than the time-out": ("drip", {"seconds": 60, "pieces": 2}),
    "too short": ("wrong-content-length", {"delta": 10}),
    "nothing announced": ("wrong-content-length", {"delta": -10_000}),
    "reset at once": ("reset-mid-body", {"after": 0}),
    "cut at once": ("truncate", {"after": 0}),
}
TIMED_OUT = ["timeout", "late", "drips slower than the time-out"]


def patience(kind):
    """Return the time-out of the client, short only for faults that end in it."""
    return 0.2 if kind in TIMED_OUT else 60


def armed(account, kind, members):
    handle = account()
    handle.fault(kind, **members)
    return handle


def in_process(handle):
    return MockTransport(handle)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("kind", [*FAULTS, *VARIANTS])
def test_each_fault_is_the_same_to_httpx_as_over_a_socket(account, quick_faults, outcome, kind, method):
    fault = VARIANTS.get(kind) or (kind, quick_faults[kind])
    over_socket = outcome(armed(account, *fault), method, patience=patience(kind))
    handle = armed(account, *fault)
    assert outcome(handle, method, patience=patience(kind), transport=in_process(handle)) == over_socket
    assert [(each.method, each.campaign_id) for each in handle.requests] == [(method, handle.example_id)]


@pytest.mark.parametrize("kind", [*FAULTS, *VARIANTS])
def test_each_fault_is_the_same_to_async_httpx_as_over_a_socket(account, quick_faults, outcome_async, kind):
    fault = VARIANTS.get(kind) or (kind, quick_faults[kind])
    over_socket = asyncio.run(outcome_async(armed(account, *fault), patience=patience(kind)))
    handle = armed(account, *fault)
    got = asyncio.run(outcome_async(handle, patience=patience(kind), transport=in_process(handle)))
    # Over a socket, the errors of the event loop have no message.
    assert got._replace(message=None) == over_socket._replace(message=None)


def test_a_response_without_fault_is_the_same_as_over_a_socket(account, outcome):
    handle = account()
    got = outcome(handle, transport=in_process(handle))
    assert got == outcome(handle)
    assert got.status == 200


def test_a_client_without_time_out_gets_one_at_once(account, outcome):
    handle = armed(account, "timeout", {})
    assert outcome(handle, patience=None, transport=in_process(handle)).error == "ReadTimeout"


def test_a_dripping_body_can_be_read_piece_by_piece(account):
    handle = armed(account, "drip", {"seconds": 0.1, "pieces": 5})
    url = handle.stats_url(handle.example_id)
    with (
        httpx.Client(transport=in_process(handle), headers=handle.auth_headers) as client,
        client.stream("GET", url) as response,
    ):
        pieces = list(response.iter_raw())
    assert len(pieces) == 5
    assert sum(map(len, pieces)) == int(response.headers["content-length"])


def test_the_bytes_before_a_break_can_be_read(account):
    handle = armed(account, "truncate", {"after": 20})
    url = handle.stats_url(handle.example_id)
    with (
        httpx.Client(transport=in_process(handle), headers=handle.auth_headers) as client,
        client.stream("GET", url) as response,
    ):
        chunks = response.iter_raw()
        assert len(next(chunks)) == 20
        with pytest.raises(httpx.RemoteProtocolError, match="received 20 bytes"):
            next(chunks)


def test_async_requests_wait_at_the_same_time(account):
    handle = armed(account, "delay", {"seconds": 60})

    async def wait_at_once():
        async with httpx.AsyncClient(transport=in_process(handle), headers=handle.auth_headers) as client:
            waiting = [asyncio.ensure_future(client.get(handle.stats_url(handle.example_id))) for _ in range(30)]
            while len(handle.requests) < len(waiting):  # noqa: ASYNC110  # no event tells that a request waits
                await asyncio.sleep(0)
            for each in waiting:
                each.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)

    asyncio.run(wait_at_once())
    handle.assert_requested(times=30)


@pytest.mark.parametrize("form", [lambda mock: mock, MigmaMock, create_app], ids=["Mock", "MigmaMock", "create_app"])
def test_any_host_and_no_server_at_all(form):
    mock = Mock(reload=False, unknown_id="generate", profile="edge")
    url, headers = "https://api.migma.ai/v1", MigmaMock(mock).auth_headers
    with httpx.Client(transport=MockTransport(form(mock)), base_url=url, headers=headers) as client:
        drawn = client.get("/campaigns/no-fixture-has-this/stats")
        assert drawn.json()["data"] == client.get("/campaigns/no-fixture-has-this/stats").json()["data"]
        assert client.get("/campaigns/").status_code == 404
        assert client.post(f"/campaigns/{mock.example_id}/stats", json={}).status_code == 405
        answer = client.get(f"/campaigns/{mock.example_id}/stats?a=b", headers={"Authorization": "x"})
        assert answer.status_code == 401
    assert len(mock.accounts.built_in.state.journal.entries) == 4
    assert len(mock.accounts.unknown_key_requests.entries) == 1


@pytest.fixture
def restless_threads():
    """Switch between threads as often as possible."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


def test_threads_share_one_mock_and_their_requests_do_not_mix(restless_threads):
    """Without a server, there is no event loop that puts them in order."""
    handle = MigmaMock(Mock(reload=False)).new_account()
    handle.fail(503, times=50)

    def ask(_number):
        with httpx.Client(transport=MockTransport(handle), headers=handle.auth_headers) as client:
            return [client.get(handle.stats_url(handle.example_id)).status_code for _ in range(50)]

    with ThreadPoolExecutor(8) as threads:
        statuses = [status for some in threads.map(ask, range(8)) for status in some]
    assert (statuses.count(503), statuses.count(200)) == (50, 350)
    assert handle.faults[0].applied == 50
    assert len(handle.requests) == 400


def test_the_generator_is_prepared_off_the_event_loop(monkeypatch):
    mock = MigmaMock(Mock(reload=False))
    generator = mock._mock.generator
    prepare, begun, released = generator.prepare, Event(), Event()

    def prepare_later():
        begun.set()
        released.wait()
        prepare()

    monkeypatch.setattr(generator, "prepare", prepare_later)

    async def others():
        await asyncio.to_thread(begun.wait)
        released.set()

    async def ask():
        headers = mock.auth_headers | {"Prefer": "dynamic=true"}
        async with httpx.AsyncClient(transport=MockTransport(mock), headers=headers) as client:
            answer, _ = await asyncio.gather(client.get("http://mock/v1/campaigns/any/stats"), others())
        return answer.status_code

    assert asyncio.run(ask()) == 200


def test_the_transport_still_answers_after_the_server_stopped():
    with MockServer(reload=False) as mock:
        pass
    with httpx.Client(transport=MockTransport(mock), headers=mock.auth_headers) as client:
        assert client.get(mock.stats_url(mock.example_id)).status_code == 200


def test_both_fixtures_share_one_account(migma_mock, migma_transport):
    with httpx.Client(
        transport=migma_transport, base_url=migma_mock.sdk_base_url, headers=migma_mock.auth_headers
    ) as client:
        stats = migma_mock.campaign("spring", totalDelivered=8, uniqueOpens=2)
        assert client.get("/campaigns/spring/stats").json()["data"] == stats
    migma_mock.assert_requested("spring", times=1)
