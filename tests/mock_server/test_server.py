"""MockServer and create_app: the mock in Python, on a socket and in process."""

import asyncio
import gc
import json
import re
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from migma_contract.errors import ArgumentError, PortInUseError, ServerError, SettingsError
from migma_mock import Mock, MockServer, Settings, create_app


def test_the_mock_answers_as_soon_as_it_is_entered_and_is_gone_afterwards(stats_path):
    with MockServer(reload=False) as mock:
        answer = httpx.get(mock.base_url + stats_path(mock.example_id), headers=mock.auth_headers)
        assert answer.json()["success"] is True
    with pytest.raises(httpx.ConnectError):
        httpx.get(mock.base_url)
    with pytest.raises(ServerError, match="was stopped"):
        mock.start()


def test_attributes_say_what_a_client_needs(mock):
    port = mock.base_url.removeprefix("http://127.0.0.1:")
    assert int(port) > 0
    assert mock.sdk_base_url == f"{mock.base_url}/v1"
    assert mock.auth_headers == {"Authorization": f"Bearer {mock.api_key}"}
    assert (
        httpx.get(f"{mock.sdk_base_url}/campaigns/{mock.example_id}/stats", headers=mock.auth_headers).status_code
        == 200
    )


def test_two_mocks_run_side_by_side_each_with_its_own_settings(stats_path):
    with MockServer(reload=False, unknown_id="generate") as one, MockServer(reload=False) as other:
        assert one.base_url != other.base_url
        asked = [
            httpx.get(mock.base_url + stats_path("abc"), headers=mock.auth_headers).status_code for mock in (one, other)
        ]
    assert asked == [200, 404]


def test_a_mock_starts_and_stops_within_any_running_event_loop():
    async def ask():
        with MockServer(reload=False) as mock:
            async with httpx.AsyncClient() as client:
                return (await client.get(mock.base_url + "/nowhere")).status_code

    assert asyncio.run(ask()) == 404


def test_stopping_finishes_what_is_in_flight(stats_path):
    """A request that is held for a minute gets its whole answer at once."""
    mock = MockServer(reload=False)
    mock.start()
    with ThreadPoolExecutor() as pool:
        headers = {**mock.auth_headers, "Prefer": "wait=60"}
        held = [pool.submit(httpx.get, mock.base_url + stats_path(mock.example_id), headers=headers) for _ in range(5)]
        while len(mock.mock.waiting) < len(held):
            time.sleep(0.001)
        started = time.monotonic()
        mock.stop()
        answers = [each.result() for each in held]
    assert time.monotonic() - started < 60
    assert [answer.status_code for answer in answers] == [200] * len(held)
    assert answers[0].headers["preference-applied"] == "wait=60"
    assert mock._thread is None


@pytest.mark.filterwarnings("error::ResourceWarning")
def test_stopping_leaves_no_socket_and_may_be_done_twice_or_without_a_start():
    with MockServer(reload=False) as mock:
        httpx.get(mock.base_url)
    mock.stop()
    never_started = MockServer(reload=False)
    never_started.stop()
    del mock, never_started
    gc.collect()


def test_a_host_may_be_an_ipv6_address():
    with MockServer(reload=False, host="::1") as mock:
        assert mock.base_url.startswith("http://[::1]:")
        assert httpx.get(mock.base_url + "/docs").status_code == 200


@pytest.mark.parametrize(("host", "reached"), [("0.0.0.0", "http://127.0.0.1:"), ("::", "http://[::1]:")])
def test_listening_everywhere_the_url_is_one_that_can_be_reached(host, reached):
    with MockServer(reload=False, host=host) as mock:
        assert mock.base_url.startswith(reached)
        assert httpx.get(mock.stats_url(mock.example_id), headers=mock.auth_headers).status_code == 200


def test_a_port_in_use_is_said_so(mock):
    port = int(mock.base_url.rpartition(":")[2])
    with pytest.raises(PortInUseError, match=rf"^Port {port} on 127.0.0.1 is in use by another process\. .*--port N"):
        MockServer(port, reload=False)


def test_a_port_is_free_again_after_the_mock_that_had_it():
    with MockServer(reload=False) as first:
        httpx.get(first.base_url)
    port = int(first.base_url.rpartition(":")[2])
    with MockServer(port, reload=False) as second:
        assert second.base_url == first.base_url


@pytest.mark.parametrize("host", ["nobody.invalid", "a..b", "x" * 70, "é" * 70])
def test_a_host_that_is_none_is_said_so(host):
    with pytest.raises(ServerError, match="There is no address"):
        MockServer(reload=False, host=host)


def test_an_address_of_another_machine_is_said_so():
    with pytest.raises(ServerError, match=r"Cannot listen on 192\.0\.2\.1 port 0: "):
        MockServer(reload=False, host="192.0.2.1")


def test_an_option_that_is_none_is_said_so():
    with pytest.raises(SettingsError, match="unknown_id"):
        create_app(unknown_ids="generate")


def test_create_app_takes_settings_or_options(mock, ask, stats_path):
    assert (
        create_app(Settings.read(seed=3, reload=False)).state.mock.settings
        == create_app(seed=3, reload=False).state.mock.settings
    )


@pytest.mark.parametrize(
    "create", [create_app, Mock, lambda settings, **options: MockServer(settings=settings, **options)]
)
def test_settings_and_options_together_are_refused(create):
    with pytest.raises(SettingsError, match="expected either settings or options, got both, with seed"):
        create(Settings.read(reload=False), seed=3)


@pytest.mark.parametrize("given", [{"port": 0}, {"seed": 3}, {"settings": Settings.read(reload=False)}])
def test_a_mock_and_settings_for_its_server_together_are_refused(mock, given):
    """Rather than ignored: the mock has its port already."""
    (name,) = given
    expected = rf"MockServer\(mock\): expected a mock alone, got one with {name}\n.*Mock\(…\)"
    with pytest.raises(ArgumentError, match=expected):
        MockServer(mock=mock.mock, **given)


def test_settings_and_a_port_together_are_refused():
    with pytest.raises(SettingsError, match="expected either settings or options, got both, with port"):
        MockServer(4010, settings=Settings.read(reload=False))


def test_a_mock_that_was_served_once_is_served_again_with_its_delays(stats_path):
    mock = Mock(reload=False)
    for _ in range(2):
        with MockServer(mock=mock):
            assert not mock.waiting.is_closing


def test_many_clients_at_once_all_get_their_own_answers(stats_path):
    """Ids that are drawn when first asked for, by 200 requests over 20 connections."""
    with MockServer(reload=False, unknown_id="generate") as mock, httpx.Client(headers=mock.auth_headers) as client:
        urls = [mock.base_url + stats_path(f"{number % 50:024x}") for number in range(50, 250)]
        with ThreadPoolExecutor(20) as pool:
            answers = list(pool.map(client.get, urls))
    bodies = [answer.text for answer in answers]
    assert [answer.status_code for answer in answers].count(200) == 196  # the id of nobody comes 4 times
    assert bodies[:50] * 4 == bodies


# --- the mock's own pages


def test_the_contract_is_served_exactly_as_on_disk(mock, contract):
    answer = httpx.get(f"{mock.base_url}/openapi.json")
    assert answer.content == contract.raw
    assert answer.headers["content-type"] == "application/json"


def test_the_docs_need_no_internet(mock, contract):
    """No script, and nothing that a browser would fetch from anywhere."""
    page = httpx.get(f"{mock.base_url}/docs").text
    page = re.sub(r'<link rel="icon" href="data:[^"]*">', "", page)
    # Addresses that a page only shows are text; these are what is loaded.
    assert "<script" not in page
    assert " src=" not in page
    assert "url(" not in page
    assert "@import" not in page
    assert "<link" not in page
    assert "//" not in page.replace(mock.base_url, "")
    for text in (contract.title, contract.operation.path, *contract.stats.properties, mock.example_id):
        assert text in page


def test_the_root_leads_to_the_dashboard(mock):
    answer = httpx.get(mock.base_url, follow_redirects=True)
    assert (answer.status_code, answer.url.path) == (200, "/__mock__/")


@pytest.mark.attack("secrets-in-records")
def test_the_docs_show_no_key_that_was_given_as_an_option(ask):
    mock = create_app(reload=False, builtin=False, api_key=["mgma_sk_live_maybe_real_0001"])
    assert mock.state.mock.example_key == "mgma_sk_live_maybe_real_0001"
    page = ask(mock, "/docs", host="127.0.0.1").body.decode()
    assert mock.state.mock.example_key not in page
    assert "YOUR_API_KEY" in page
    assert "t the mock with <code>--fixtures FOLDER</code>" in page


def test_health_says_what_is_served(mock, contract, built_in):
    health = httpx.get(f"{mock.base_url}/__mock__/health").json()
    assert health["status"] == "ok"
    assert health["campaigns"] == len(built_in.campaigns)
    assert (health["contract"], health["contractVersion"]) == (contract.title, contract.version)
    assert health["notices"] == list(contract.notices)
    assert health["fixtureErrors"] == []


def test_the_control_api_describes_itself(mock):
    document = httpx.get(f"{mock.base_url}/__mock__/openapi.json").json()
    assert "/__mock__/health" in document["paths"]


@pytest.mark.attack("markup")
def test_a_hostile_host_header_is_in_no_page(app, ask):
    """The mock's own server refuses it; under another server it arrives, and it names no machine that is this one."""
    answer = ask(app, "/docs", host='"><script>alert(1)</script>')
    assert answer.status == 403
    assert b"script" not in answer.body


def test_bodies_in_the_docs_are_those_of_the_campaigns(app, ask, built_in):
    from html import unescape

    page = unescape(ask(app, "/docs", host="127.0.0.1").body.decode())
    for campaign in built_in.campaigns.values():
        if campaign.growth is None:
            assert json.dumps(json.loads(campaign.reply.body), indent=2, ensure_ascii=False) in page
