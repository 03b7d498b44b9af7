"""The in-process transport answers, breaks and waits as a socket does."""

import asyncio
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import httpx
import pytest

from migma_mock import Handle, MockServer, MockTransport, create_app
from migma_mock.faults import FAULTS

VARIANTS = {
    "late": ("delay", {"seconds": 2}),
    "drips slower than the time-out": ("drip", {"seconds": 2, "pieces": 2}),
    "too short": ("wrong-content-length", {"delta": 10}),
    "nothing announced": ("wrong-content-length", {"delta": -10_000}),
    "reset at once": ("reset-mid-body", {"after": 0}),
    "cut at once": ("truncate", {"after": 0}),
}
PATIENCE = 0.4


def armed(account, kind, members):
    handle = account()
    handle.fault(kind, **members)
    return handle


def in_process(handle):
    return MockTransport(handle.app)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("kind", [*FAULTS, *VARIANTS])
def test_each_fault_is_to_httpx_what_it_is_over_a_socket(account, quick_faults, outcome, kind, method):
    fault = VARIANTS.get(kind) or (kind, quick_faults[kind])
    over_socket = outcome(armed(account, *fault), method, patience=PATIENCE)
    handle = armed(account, *fault)
    assert outcome(handle, method, patience=PATIENCE, transport=in_process(handle)) == over_socket
    assert [(each.method, each.campaign) for each in handle.requests] == [(method, handle.example_id)]


@pytest.mark.parametrize("kind", [*FAULTS, *VARIANTS])
def test_each_fault_is_to_async_httpx_what_it_is_over_a_socket(account, quick_faults, outcome_async, kind):
    fault = VARIANTS.get(kind) or (kind, quick_faults[kind])
    over_socket = asyncio.run(outcome_async(armed(account, *fault), patience=PATIENCE))
    handle = armed(account, *fault)
    got = asyncio.run(outcome_async(handle, patience=PATIENCE, transport=in_process(handle)))
    # Over a socket, the event loop's errors have no words.
    assert got._replace(message=None) == over_socket._replace(message=None)


def test_no_fault_is_the_same_too(account, outcome):
    handle = account()
    got = outcome(handle, transport=in_process(handle))
    assert got == outcome(handle)
    assert got.status == 200


def test_who_waits_for_ever_is_told_at_once(account, outcome):
    handle = armed(account, "timeout", {})
    assert outcome(handle, patience=None, transport=in_process(handle)).error == "ReadTimeout"


def test_a_dripping_body_can_be_read_as_it_comes(account):
    handle = armed(account, "drip", {"seconds": 0.1, "pieces": 5})
    url = handle.stats_url(handle.example_id)
    with (
        httpx.Client(transport=in_process(handle), headers=handle.headers) as client,
        client.stream("GET", url) as response,
    ):
        pieces = list(response.iter_raw())
    assert len(pieces) == 5
    assert sum(map(len, pieces)) == int(response.headers["content-length"])


def test_what_arrived_before_the_break_can_be_read(account):
    handle = armed(account, "truncate", {"after": 20})
    url = handle.stats_url(handle.example_id)
    with (
        httpx.Client(transport=in_process(handle), headers=handle.headers) as client,
        client.stream("GET", url) as response,
    ):
        chunks = response.iter_raw()
        assert len(next(chunks)) == 20
        with pytest.raises(httpx.RemoteProtocolError, match="received 20 bytes"):
            next(chunks)


def test_waits_of_async_requests_do_not_add_up(account):
    handle = armed(account, "delay", {"seconds": 0.2})

    async def all_at_once():
        async with httpx.AsyncClient(transport=in_process(handle), headers=handle.headers) as client:
            started = time.perf_counter()
            answers = await asyncio.gather(*(client.get(handle.stats_url(handle.example_id)) for _ in range(30)))
            return time.perf_counter() - started, {answer.status_code for answer in answers}

    seconds, statuses = asyncio.run(all_at_once())
    assert statuses == {200}
    assert 0.2 <= seconds < 3  # one after the other, it would be 6


def test_any_host_and_no_server_at_all():
    app = create_app(reload=False, unknown_id="generate", profile="edge")
    headers = {"Authorization": f"Bearer {app.state.mock.example_key}"}
    with httpx.Client(transport=MockTransport(app.state.mock), base_url="https://api.migma.ai/v1", headers=headers) as client:
        drawn = client.get("/campaigns/no-fixture-has-this/stats")
        assert drawn.json()["data"] == client.get("/campaigns/no-fixture-has-this/stats").json()["data"]
        assert client.get("/campaigns/").status_code == 404
        assert client.post(f"/campaigns/{app.state.mock.example_id}/stats", json={}).status_code == 405
        assert client.get(f"/campaigns/{app.state.mock.example_id}/stats?a=b", headers={"Authorization": "x"}).status_code == 401
    assert len(app.state.mock.accounts.built_in.state.journal.entries) == 4
    assert len(app.state.mock.accounts.unknown_key_requests.entries) == 1


@pytest.fixture
def restless_threads():
    """Threads that take turns as often as they can."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


def test_threads_share_one_mock_and_none_sees_half_of_anothers_request(restless_threads):
    """No server runs, so there is no event loop that would put them in order."""
    app = create_app(reload=False)
    handle = Handle(app, app.state.mock.accounts.create(), "http://mock")
    handle.fail(503, times=50)

    def ask(_number):
        with httpx.Client(transport=MockTransport(app.state.mock), headers=handle.headers) as client:
            return [client.get(handle.stats_url(handle.example_id)).status_code for _ in range(50)]

    with ThreadPoolExecutor(8) as threads:
        statuses = [status for some in threads.map(ask, range(8)) for status in some]
    assert (statuses.count(503), statuses.count(200)) == (50, 350)
    assert handle.faults[0].applied == 50
    assert len(handle.requests) == 400


def test_the_first_draw_leaves_the_event_loop_to_others(monkeypatch):
    app = create_app(reload=False)
    draw, begun, went_on = app.state.mock.generator.prepare, Event(), Event()

    def prepare():
        begun.set()
        assert went_on.wait(5)
        draw()

    monkeypatch.setattr(app.state.mock.generator, "prepare", prepare)

    async def others():
        await asyncio.to_thread(begun.wait, 5)
        went_on.set()

    async def ask():
        headers = {"Authorization": f"Bearer {app.state.mock.example_key}", "Prefer": "dynamic=true"}
        async with httpx.AsyncClient(transport=MockTransport(app.state.mock), headers=headers) as client:
            answer, _ = await asyncio.gather(client.get("http://mock/v1/campaigns/any/stats"), others())
        return answer.status_code

    assert asyncio.run(ask()) == 200


def test_after_the_server_stopped_it_still_answers():
    with MockServer(reload=False) as mock:
        pass
    with httpx.Client(transport=MockTransport(mock.app), headers=mock.headers) as client:
        assert client.get(mock.stats_url(mock.example_id)).status_code == 200


def test_the_fixtures_share_one_account(migma_mock, migma_transport):
    with httpx.Client(
        transport=migma_transport, base_url=migma_mock.sdk_base_url, headers=migma_mock.headers
    ) as client:
        stats = migma_mock.campaign("spring", totalDelivered=8, uniqueOpens=2)
        assert client.get("/campaigns/spring/stats").json()["data"] == stats
    migma_mock.assert_requested("spring", times=1)
