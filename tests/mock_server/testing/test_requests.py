"""The requests that an account received, as a test reads and verifies them."""

import asyncio
from dataclasses import fields
from datetime import UTC, datetime

import httpx
import pytest

from migma_mock.accounts.recorded_request import RecordedRequest

HOMES = ("here", "elsewhere")


def status(mock, campaign_id=None):
    url = mock.stats_url(campaign_id or mock.example_id)
    return httpx.get(url, headers=mock.auth_headers).status_code


@pytest.mark.attack("secrets-in-records")
def test_requests_are_in_their_order_without_keys(migma_mock):
    migma_mock.campaign("b")
    for campaign_id in (migma_mock.example_id, "b", "no-such"):
        status(migma_mock, campaign_id)
    assert [request.campaign_id for request in migma_mock.requests] == [migma_mock.example_id, "b", "no-such"]
    assert [request.campaign_id for request in migma_mock.unexpected_requests] == ["no-such"]
    assert migma_mock.api_key not in migma_mock.journal_text()


@pytest.mark.parametrize("way", ["socket", "transport"])
def test_a_request_is_a_typed_record(migma_mock, migma_transport, way):
    instant = migma_mock.clock.freeze(datetime(2026, 3, 1, 9, tzinfo=UTC))
    stats = migma_mock.campaign("a")
    with httpx.Client(transport=migma_transport if way == "transport" else None) as client:
        client.get(
            f"{migma_mock.stats_url('a')}?q=%C3%A4&r=1",
            headers={**migma_mock.auth_headers, "X-Tag": "1", "User-Agent": "me"},
        )
    (request,) = migma_mock.requests
    assert isinstance(request, RecordedRequest)
    assert (request.number, request.time, request.method, request.status) == (1, instant, "GET", 200)
    assert (request.path, request.query) == ("/v1/campaigns/a/stats", "q=%C3%A4&r=1")
    assert (request.campaign_id, request.matched_by) == ("a", "campaign a")
    assert (request.headers["USER-AGENT"], request.headers["x-tag"]) == ("me", "1")
    assert request.headers["Authorization"] == "Bearer [redacted]"
    assert str(stats["totalSent"]) in request.response_body
    assert not request.is_unexpected
    with pytest.raises(AttributeError):
        request.status = 500


def test_a_request_without_a_campaign_has_no_campaign_id(migma_mock):
    httpx.get(f"{migma_mock.base_url}/elsewhere", headers=migma_mock.auth_headers)
    (request,) = migma_mock.unexpected_requests
    assert (request.campaign_id, request.query, request.matched_by) == (None, "", "unknown path")


@pytest.mark.attack("secrets-in-records")
def test_keys_are_masked_wherever_a_client_sends_them(migma_mock):
    key = migma_mock.api_key
    httpx.get(migma_mock.stats_url(key), params={"key": key}, headers={**migma_mock.auth_headers, "X-Other": key})
    (request,) = migma_mock.requests
    for text in (request.path, request.query, request.campaign_id, str(request.headers), repr(request)):
        assert key not in text


def test_a_repeated_header_is_one_value(migma_mock, migma_transport):
    with httpx.Client(transport=migma_transport) as client:
        headers = [*migma_mock.auth_headers.items(), ("x-a", "ä".encode()), ("host", "h"), ("X-A", "2")]
        client.get(migma_mock.stats_url("a"), headers=headers)
    headers = migma_mock.requests[0].headers
    assert headers["X-a"] == "Ã¤, 2"
    assert dict(headers)["host"] == "h"
    assert "x-b" not in headers


@pytest.mark.attack("secrets-in-errors")
def test_a_failed_comparison_of_requests_shows_no_key(migma_mock):
    """Output of pytest has the fields of a dataclass that differ."""
    for campaign_id in ("a", "b"):
        httpx.get(migma_mock.stats_url(campaign_id), headers=migma_mock.auth_headers)
    assert [field.name for field in fields(RecordedRequest) if field.compare] == [
        *("number", "_timestamp", "method", "seconds"),
    ]
    with pytest.raises(AssertionError) as failed:
        assert migma_mock.requests[0] == migma_mock.requests[1]
    assert migma_mock.api_key not in str(failed.value)


def test_requests_with_an_unknown_key_are_those_of_the_whole_mock(migma_mock):
    before = len(migma_mock.unknown_key_requests)
    httpx.get(migma_mock.stats_url("a"), headers={"Authorization": "Bearer unknown-key"})
    httpx.get(migma_mock.stats_url("b"))
    unknown = migma_mock.unknown_key_requests[before:]
    assert [(request.campaign_id, request.matched_by) for request in unknown] == [("a", "unknown key"), ("b", "no key")]
    assert migma_mock.requests == []


def test_the_text_of_a_long_journal_is_its_end(migma_mock):
    assert migma_mock.journal_text() == "no requests"
    with httpx.Client(headers=migma_mock.auth_headers) as client:
        for number in range(103):
            client.get(migma_mock.stats_url(f"n{number}"))
    earlier, *lines = migma_mock.journal_text().splitlines()
    assert (earlier, len(lines)) == ("… 3 requests before these", 100)
    assert lines[-1] == repr(migma_mock.requests[-1])


def test_assert_requested_counts(migma_mock):
    status(migma_mock)
    status(migma_mock)
    migma_mock.assert_requested()
    migma_mock.assert_requested(migma_mock.example_id, times=2)
    migma_mock.assert_requested(migma_mock.example_id, at_least=1, at_most=2, method="GET", status=200)
    migma_mock.assert_requested(matched_by="campaign", headers={"Authorization": "Bearer [redacted]"}, times=2)
    migma_mock.assert_requested(path=f"/v1/campaigns/{migma_mock.example_id}/stats", times=2)
    migma_mock.assert_requested("no-such", times=0)
    first, second = {"status": 200}, {"campaign_id": migma_mock.example_id, "matched_by": "camp"}
    migma_mock.assert_requested_in_order([first, second])
    migma_mock.assert_requested_in_order([migma_mock.example_id])


def test_assert_requested_shows_the_nearest_request(migma_mock):
    status(migma_mock, "spring-sale")
    with pytest.raises(AssertionError) as failed:
        migma_mock.assert_requested("spring", times=1, method="GET")
    said = str(failed.value)
    assert "expected exactly 1, got 0 of 1 requests" in said
    assert "nearest: <1: GET /v1/campaigns/spring-sale/stats 404, unknown id>" in said
    assert "campaign is 'spring-sale', not 'spring'" in said
    assert migma_mock.api_key not in said


def test_assert_requested_without_any_request(migma_mock):
    with pytest.raises(AssertionError, match="expected exactly 1, got 0 of 0 requests"):
        migma_mock.assert_requested("spring", times=1)


def test_asynchronous_tests_use_the_same_methods(migma_mock):
    async def client_under_test():
        async with httpx.AsyncClient(headers=migma_mock.auth_headers) as client:
            migma_mock.campaign("a")
            migma_mock.fail(503, times=1)
            answers = [await client.get(migma_mock.stats_url("a")) for _ in range(2)]
            await asyncio.gather(*(client.get(migma_mock.stats_url("a")) for _ in range(10)))
            return [answer.status_code for answer in answers]

    assert asyncio.run(client_under_test()) == [503, 200]
    migma_mock.assert_requested("a", times=12)


@pytest.mark.parametrize("method", ["get", "Get", "GET"])
def test_a_method_is_verified_in_any_case(migma_mock, method):
    status(migma_mock, "a")
    migma_mock.assert_requested("a", method=method, times=1)
    migma_mock.assert_requested("a", method="post", times=0)
