"""Tests that freeze the time of their process with freezegun or time-machine: the mock in it has that time too.

Each is a pytest of its own, in which the mock and its libraries are imported, also when the time is frozen already.
"""

import pytest

pytest_plugins = ["pytester"]

TOOLS = {
    "freezegun": "from freezegun import freeze_time as frozen_at",
    "time-machine": "import time_machine\ndef frozen_at(at): return time_machine.travel(at + '+00:00', tick=False)",
}

PREAMBLE = """
import asyncio
import sys
from datetime import datetime, timedelta, UTC

import pytest

AT = "2031-05-17T10:30:15"
DATE = "Sat, 17 May 2031 10:30:15 GMT"
NOW = datetime.fromisoformat(AT).replace(tzinfo=UTC)

def get(mock, campaign_id=None, **headers):
    import httpx
    return httpx.get(mock.stats_url(campaign_id or mock.example_id), headers=mock.auth_headers | headers, timeout=600)
"""

TESTS = """
@pytest.fixture
def frozen():
    with frozen_at(AT):
        yield

def test_frozen_before_anything_of_the_mock_is_imported(frozen, migma_mock):
    import httpx
    response = get(migma_mock)
    assert (response.status_code, response.headers["date"]) == (200, DATE)
    assert migma_mock.clock.now == migma_mock.requests[-1].time == NOW
    account = f"{migma_mock.base_url}/__mock__/accounts/{migma_mock.account_id}"
    response = httpx.get(f"{account}/clock", timeout=600)
    assert response.json()["now"] == f"{AT}Z"
    assert response.headers["date"] == DATE
    assert httpx.get(f"{migma_mock.base_url}/docs", timeout=600).status_code == 200

def test_the_real_time_is_back(migma_mock):
    before = datetime.now(UTC)
    response = get(migma_mock)
    assert "2031" not in response.headers["date"]
    assert before - timedelta(seconds=1) <= migma_mock.requests[-1].time <= datetime.now(UTC)

def test_the_date_is_right_at_once_each_time(migma_mock):
    for day in range(1, 4):
        with frozen_at(f"2031-05-{day:02}T10:30:15"):
            assert f" {day:02} May 2031 10:30:15 GMT" in get(migma_mock).headers["date"]
        assert "2031" not in get(migma_mock).headers["date"]

def test_growth_and_a_moved_clock_count_from_the_frozen_time(frozen, migma_mock):
    migma_mock.add_growing_campaign("g", recipients=1000, sent_at="-1h", open_rate=0.4)
    assert get(migma_mock, "g").json()["data"]["lastUpdated"] == f"{AT}Z"
    assert migma_mock.clock.advance(days=30) == NOW + timedelta(days=30)
    response = get(migma_mock, "g")
    assert response.headers["date"] == "Mon, 16 Jun 2031 10:30:15 GMT"
    assert response.json()["data"]["openRate"] == 0.4

def test_a_minute_of_a_rate_limit_passes_with_the_time(migma_mock):
    migma_mock.rate_limit("2/min")
    with frozen_at(AT):
        assert [get(migma_mock).status_code for _ in range(3)] == [200, 200, 429]
        assert get(migma_mock).headers["retry-after"] == "60"
    with frozen_at("2031-05-17T10:31:15"):
        assert get(migma_mock).status_code == 200
        migma_mock.clock.advance(minutes=1)
        assert [get(migma_mock).status_code for _ in range(3)] == [200, 200, 429]

def test_generated_campaigns(frozen, migma_mock):
    migma_mock.add_generated_campaign("x")
    assert get(migma_mock, "x").status_code == 200
    assert get(migma_mock, "y", Prefer="dynamic=true").status_code == 200

def test_delays_pass_in_real_time(frozen, migma_mock, migma_transport):
    import httpx
    migma_mock.fault("delay", seconds=0.01, times=2)
    with httpx.Client(transport=migma_transport, headers=migma_mock.auth_headers) as client:
        assert client.get(migma_mock.stats_url(migma_mock.example_id)).headers["date"] == DATE
    assert get(migma_mock).headers["date"] == DATE
    assert [fault.applied for fault in migma_mock.faults] == [2]

def test_a_server_starts_and_stops(frozen):
    from migma_mock import MockServer
    with MockServer() as mock:
        assert get(mock).headers["date"] == DATE
"""

DELAYED = """
import httpx

def test_a_delay_in_asyncio(migma_mock, migma_transport):
    async def ask():
        with frozen_at(AT%s):
            async with httpx.AsyncClient(transport=migma_transport, headers=migma_mock.auth_headers) as client:
                return await client.get(migma_mock.stats_url(migma_mock.example_id))

    migma_mock.fault("delay", seconds=0.01)
    assert asyncio.run(ask()).headers["date"] == DATE
"""

IMPORTED_LATE = """
import httpx
from migma_mock import MockServer

def test_freezegun_is_imported_after_the_start():
    with MockServer() as mock:
        from freezegun import freeze_time
        with freeze_time(AT):
            response = httpx.get(f"{mock.base_url}/docs", timeout=600)
            assert (response.status_code, get(mock).status_code) == (503, 200)
            assert "Import freezegun before the mock starts" in response.json()["error"]
        assert httpx.get(f"{mock.base_url}/docs", timeout=600).status_code == 200
"""

IGNORED = "import freezegun\nfreezegun.configure(extend_ignore_list=['asyncio'])\n"


@pytest.fixture
def run_with(pytester, plugin_arguments):
    """Runs tests in a pytest of its own."""

    def run(tests, *arguments):
        pytester.makeini("[pytest]\nfilterwarnings = error\n")
        pytester.makepyfile(test_frozen=f"{PREAMBLE}\n{tests}")
        return pytester.runpytest_subprocess(*plugin_arguments, *arguments)

    return run


@pytest.mark.parametrize(("tool", "option"), [("freezegun", ", real_asyncio=True"), ("time-machine", "")])
def test_the_mock_has_the_time_of_the_test(run_with, tool, option):
    run_with(f"{TOOLS[tool]}\n{TESTS}\n{DELAYED % option}").assert_outcomes(passed=9)


def test_without_uvloop_too(run_with):
    """As on Windows: the timers of asyncio stand still with the time, and the server would never stop."""
    tests = f"sys.modules['uvloop'] = None\n{TOOLS['freezegun']}\n{TESTS}\n{IGNORED}\n{DELAYED % ''}"
    run_with(tests, "-k", "starts or real_time or asyncio").assert_outcomes(passed=4, deselected=5)


def test_what_freezegun_keeps_from_loading_is_said(run_with):
    run_with(IMPORTED_LATE).assert_outcomes(passed=1)
