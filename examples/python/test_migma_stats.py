"""Tests of the client, against the mock: `pip install 'PATH_OF_THE_CHECKOUT[full]'`, then `pytest`."""

from datetime import UTC, datetime

import httpx
import pytest
from migma_stats import NoSuchCampaignError, NotAllowedError, StatsClient, UnavailableError, UnexpectedAnswerError

from migma_mock import MigmaMock, Mock, MockTransport


@pytest.fixture
def waits():
    """The seconds that the client would wait; the tests do not wait."""
    return []


@pytest.fixture
def client(migma_mock: MigmaMock, waits):
    with StatsClient(migma_mock.api_key, base_url=migma_mock.sdk_base_url, timeout=0.3, sleep=waits.append) as client:
        yield client


def test_stats(migma_mock, client):
    migma_mock.clock.freeze(datetime(2026, 1, 31, 9, 30, tzinfo=UTC))
    migma_mock.campaign("spring-sale", totalDelivered=200, openRate=0.25, clickRate=0.05)
    stats = client.stats("spring-sale")
    assert (stats.delivered, stats.open_rate, stats.click_rate) == (200, 0.25, 0.05)
    assert stats.as_of == datetime(2026, 1, 31, 9, 30, tzinfo=UTC)


def test_percentages():
    """The other reading of the vendor's sources: `--rates percent` in the mock and in the check."""
    with MigmaMock(Mock(rates="percent")).new_account() as mock:
        mock.campaign("spring-sale", totalDelivered=200, openRate=25, clickRate=5)
        with StatsClient(mock.api_key, rates="percent", transport=MockTransport(mock)) as client:
            stats = client.stats("spring-sale")
        assert (stats.open_rate, stats.click_rate) == (0.25, 0.05)
        with StatsClient(mock.api_key, transport=MockTransport(mock)) as client, pytest.raises(UnexpectedAnswerError):
            client.stats("spring-sale")


def test_an_unknown_campaign_is_requested_once(migma_mock, client):
    with pytest.raises(NoSuchCampaignError):
        client.stats("never-sent")
    migma_mock.assert_requested("never-sent", times=1)


def test_a_revoked_key(migma_mock):
    with (
        StatsClient(migma_mock.revoked_key, base_url=migma_mock.sdk_base_url) as client,
        pytest.raises(NotAllowedError),
    ):
        client.stats(migma_mock.example_id)


def test_two_failures_are_retried(migma_mock, client, waits):
    migma_mock.fail(503, times=2)
    assert client.stats(migma_mock.example_id).delivered > 0
    assert waits == [1, 2]
    migma_mock.assert_requested(migma_mock.example_id, times=3)


def test_three_failures_are_an_error(migma_mock, client):
    migma_mock.fail(503)
    with pytest.raises(UnavailableError, match="503"):
        client.stats(migma_mock.example_id)
    migma_mock.assert_requested(times=3)


def test_the_client_waits_as_the_rate_limit_says(migma_mock, client, waits):
    migma_mock.clock.freeze()
    migma_mock.rate_limit("free")
    for _ in range(10):
        client.stats(migma_mock.example_id)
    with pytest.raises(UnavailableError, match="429"):
        client.stats(migma_mock.example_id)
    assert waits == [60, 60]
    migma_mock.clock.advance(minutes=1)
    assert client.stats(migma_mock.example_id)


@pytest.mark.parametrize("kind", ["timeout", "reset", "reset-mid-body", "truncate"])
def test_a_broken_connection_is_retried(migma_mock, client, kind):
    migma_mock.fault(kind, times=1)
    assert client.stats(migma_mock.example_id).delivered > 0
    migma_mock.assert_requested(times=2)


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "html", "status": 200},
        {"kind": "invalid-json"},
        {"kind": "empty-body"},
        {"kind": "drop-field", "field": "totalDelivered"},
        {"kind": "rename-field", "field": "openRate", "to": "open_rate"},
        {"kind": "retype-field", "field": "openRate"},
        {"kind": "null-field", "field": "lastUpdated"},
        {"kind": "percent-rates"},
        {"kind": "undocumented-status", "status": 202},
    ],
    ids=lambda fault: fault["kind"],
)
def test_a_changed_api_is_an_error(migma_mock, client, fault):
    migma_mock.fault(**fault)
    with pytest.raises(UnexpectedAnswerError):
        client.stats(migma_mock.example_id)


def test_opens_grow_with_time(migma_mock, client):
    migma_mock.clock.freeze()
    migma_mock.add_growing_campaign("fresh", recipients=20_000, sent_at="-10m")
    first = client.stats("fresh")
    migma_mock.clock.advance(hours=3)
    assert client.stats("fresh").open_rate > first.open_rate


@pytest.mark.parametrize("number", range(20))
def test_any_campaign_can_be_read(migma_mock, client, number):
    campaign_id = migma_mock.add_generated_campaign(f"edge-{number}", profile="edge")
    assert 0 <= client.stats(campaign_id).open_rate <= 1


def test_without_a_socket(migma_mock, migma_transport):
    migma_mock.fault("reset", times=1)
    with StatsClient(migma_mock.api_key, transport=migma_transport, sleep=lambda _: None) as client:
        assert client.stats(migma_mock.example_id).delivered > 0
    first, second = migma_mock.requests
    assert first.matched_by.startswith("fault reset")
    assert second.matched_by == f"campaign {migma_mock.example_id}"


def test_httpx_alone(migma_mock):
    """A client needs only the base URL and a key."""
    url = f"{migma_mock.base_url}/v1/campaigns/{migma_mock.example_id}/stats"
    assert httpx.get(url, headers={"Authorization": f"Bearer {migma_mock.api_key}"}).is_success
