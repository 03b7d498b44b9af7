"""The metrics page tells of every request exactly once, to who may use the control API."""

import socket
from urllib.parse import urlsplit

import httpx
import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from migma_contract import extras
from migma_mock import MockServer

TOKEN = "a-token-of-these-tests"


@pytest.fixture
def mock():
    """A mock that has answered nothing yet."""
    with MockServer(reload=False) as server:
        yield server


def counted(samples, name):
    """Return the samples with a name, by their label values."""
    return {tuple(labels): number for (found, *labels), number in samples.items() if found == name}


@pytest.mark.parametrize("fast_path", [True, False])
def test_every_request_is_counted_once_on_either_path(scraped, get, fast_path):
    with MockServer(reload=False, fast_path=fast_path) as mock:
        path = f"/v1/campaigns/{mock.example_id}/stats"
        for _ in range(3):
            assert get(mock, path, **mock.auth_headers).status_code == 200
        get(mock, path)
        get(mock, "/elsewhere")
        mock.fault("status", status=503, times=2)
        mock.fault("reset", times=1)
        for _ in range(3):
            get(mock, path, **mock.auth_headers)
        samples = scraped(mock.base_url)
    assert counted(samples, "migma_mock_requests_total") == {
        ("campaign", "200"): 3,
        ("fault", "503"): 2,
        ("fault", "none"): 1,
        ("no key", "401"): 1,
        ("unknown path", "404"): 1,
    }
    assert counted(samples, "migma_mock_faults_applied_total") == {("reset",): 1, ("status",): 2}
    assert counted(samples, "migma_mock_incomplete_responses_total") == {("no response (reset)",): 1}
    buckets = counted(samples, "migma_mock_response_seconds_bucket")
    assert list(buckets.values()) == sorted(buckets.values())
    assert buckets["+Inf",] == samples["migma_mock_response_seconds_count",] == 8
    assert samples["migma_mock_response_seconds_sum",] > 0


def test_own_pages_and_invalid_requests_count_too(mock, scraped, get):
    get(mock, "/__mock__/health")
    address = urlsplit(mock.base_url)
    with socket.create_connection((address.hostname, address.port)) as connection:
        connection.sendall(b"nonsense\r\n\r\n")
        assert connection.recv(12) == b"HTTP/1.1 400"
    samples = scraped(mock.base_url)
    found = counted(samples, "migma_mock_requests_total")
    assert found == {("invalid request", "400"): 1, ("the mock's own page", "200"): 1}
    assert counted(scraped(mock.base_url), "migma_mock_requests_total")["the mock's own page", "200"] == 2


def test_gauges_tell_what_the_mock_keeps(mock, scraped, get):
    mock.new_account()
    get(mock, "/v1/campaigns/a/stats")
    get(mock, "/v1/campaigns/a/stats", **mock.auth_headers)
    samples = scraped(mock.base_url)
    memory = mock.mock.accounts.memory
    assert samples["migma_mock_accounts",] == 2
    assert samples["migma_mock_journal_entries",] == 2
    assert samples["migma_mock_memory_bytes",] == memory.used > 0
    assert samples["migma_mock_memory_limit_bytes",] == memory.limit
    assert samples["migma_mock_fixtures_up_to_date",] == 1
    assert ("migma_mock_store_up",) not in samples, "it has none"
    ((_, *info),) = (key for key in samples if key[0] == "migma_mock_info")
    assert mock.mock.instance in info


def test_openmetrics_is_sent_to_who_accepts_it(mock):
    response = httpx.get(
        f"{mock.base_url}/__mock__/metrics", headers={"accept": "application/openmetrics-text;version=1.0.0,*/*"}
    )
    assert response.headers["content-type"].startswith("application/openmetrics-text; version=1.0.0")
    names = {family.name for family in text_string_to_metric_families(response.text)}
    assert {"migma_mock", "migma_mock_requests", "migma_mock_response_seconds", "migma_mock_accounts"} <= names


def test_other_machines_need_the_token_which_prometheus_sends_as_bearer_token(scraped):
    with MockServer(reload=False, control_token=TOKEN) as mock:
        assert httpx.get(f"{mock.base_url}/__mock__/metrics").status_code == 401
        assert scraped(mock.base_url, authorization=f"Bearer {TOKEN}")["migma_mock_accounts",] == 1


def test_without_control_api_there_is_no_metrics_page():
    with MockServer(reload=False, control=False) as mock:
        assert httpx.get(f"{mock.base_url}/__mock__/metrics").status_code == 404


def test_without_its_library_the_page_says_which_extra_to_install(mock, monkeypatch):
    find_spec = extras.find_spec
    monkeypatch.setattr(extras, "find_spec", lambda name: None if name == "prometheus_client" else find_spec(name))
    response = httpx.get(f"{mock.base_url}/__mock__/metrics")
    assert response.status_code == 501
    assert response.json()["error"] == (
        "The metrics page needs prometheus-client, which is not installed. "
        "Install it with: pip install 'PATH_OF_THE_CHECKOUT[team]'"
    )


def test_forwarded_requests_are_those_that_were_sent(answering, scraped, get):
    """The second one is refused by the mock itself, since it came from there."""
    with (
        answering(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n") as port,
        MockServer(reload=False, upstream=f"http://127.0.0.1:{port}") as mock,
    ):
        get(mock, "/v1/campaigns/of-the-live-api/stats", **mock.auth_headers)
        looping = {"via": f"1.1 migma-mock-{mock.mock.instance}"}
        assert get(mock, "/v1/campaigns/of-the-live-api/stats", **mock.auth_headers, **looping).status_code == 508
        samples = scraped(mock.base_url)
    assert samples["migma_mock_forwarded_requests_total",] == 1
    assert samples["migma_mock_requests_total", "upstream", "404"] == 1
