"""What came to an account, as its handle shows it, and what a test may ask of that."""

import asyncio

import httpx
import pytest


def status(handle, campaign_id=None):
    url = handle.stats_url(campaign_id or handle.example_id)
    return httpx.get(url, headers=handle.headers).status_code


def test_requests_are_in_their_order_without_keys(migma_mock):
    migma_mock.campaign("b")
    for campaign_id in (migma_mock.example_id, "b", "nobody"):
        status(migma_mock, campaign_id)
    assert [entry.campaign for entry in migma_mock.requests] == [migma_mock.example_id, "b", "nobody"]
    assert [entry.campaign for entry in migma_mock.unexpected] == ["nobody"]
    assert ("authorization", "Bearer [redacted]") in migma_mock.requests[0].request_headers()
    assert migma_mock.api_key not in migma_mock.journal_text()


def test_a_long_journal_is_shown_by_its_end(migma_mock):
    assert migma_mock.journal_text() == "no requests"
    with httpx.Client(headers=migma_mock.headers) as client:
        for number in range(103):
            client.get(migma_mock.stats_url(f"n{number}"))
    earlier, *lines = migma_mock.journal_text().splitlines()
    assert (earlier, len(lines)) == ("… 3 requests before these", 100)
    assert "n102" in lines[-1]


def test_assert_requested_counts(migma_mock):
    status(migma_mock)
    status(migma_mock)
    migma_mock.assert_requested()
    migma_mock.assert_requested(migma_mock.example_id, times=2)
    migma_mock.assert_requested(migma_mock.example_id, atLeast=1, atMost=2, method="GET", status=200)
    migma_mock.assert_requested("nobody", times=0)
    migma_mock.assert_requested(order=[{"status": 200}, {"campaign": migma_mock.example_id}])


def test_assert_requested_says_what_came_nearest(migma_mock):
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


def test_asynchronous_tests_use_the_same_handle(migma_mock):
    async def client_under_test():
        async with httpx.AsyncClient(headers=migma_mock.headers) as client:
            migma_mock.campaign("a")
            migma_mock.fail(503, times=1)
            answers = [await client.get(migma_mock.stats_url("a")) for _ in range(2)]
            await asyncio.gather(*(client.get(migma_mock.stats_url("a")) for _ in range(10)))
            return [answer.status_code for answer in answers]

    assert asyncio.run(client_under_test()) == [503, 200]
    migma_mock.assert_requested("a", times=12)


@pytest.mark.parametrize("method", ["get", "Get", "GET"])
def test_a_method_is_asked_for_in_any_case(migma_mock, method):
    httpx.get(migma_mock.stats_url("a"), headers=migma_mock.headers)
    migma_mock.assert_requested("a", method=method, times=1)
    migma_mock.assert_requested("a", method="post", times=0)
