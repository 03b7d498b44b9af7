"""Recorded requests are compared with expected ones, and a message says how they differ."""

import httpx
import pytest

HOMES = ("here", "elsewhere")

HOMES = ("here", "elsewhere")


@pytest.fixture
def ask(migma_mock, migma_transport):
    """Request the stats of a campaign, with the account's key or another."""
    with httpx.Client(transport=migma_transport) as client:

        def ask(campaign_id, *, headers=None, **options):
            headers = migma_mock.auth_headers if headers is None else headers
            return client.get(migma_mock.stats_url(campaign_id), headers=headers, **options).status_code

        yield ask


def said_of(check, *arguments, **expected):
    with pytest.raises(AssertionError) as failed:
        check(*arguments, **expected)
    return str(failed.value)


def test_parameters_of_the_query_are_compared_decoded_and_there_may_be_others(migma_mock, ask):
    ask("a", params={"page": "2", "from": "1 März", "empty": ""})
    ask("a", params=[("page", "3"), ("page", "4")])
    migma_mock.assert_requested("a", query={"page": "2", "from": "1 März", "empty": ""}, times=1)
    migma_mock.assert_requested(query={"page": "3"}, times=1)
    migma_mock.assert_requested(query={"page": "4"}, times=1)
    said = said_of(migma_mock.assert_requested, query={"page": "5", "size": "1"}, status=404)
    assert "query {'page': '5', 'size': '1'}, status 404: expected at least 1, got 0 of 2 requests" in said
    assert "query parameter page is '3' and '4', not '5'; query parameter size is absent, not '1'" in said
    assert "<2: GET /v1/campaigns/a/stats?page=3&page=4 404, unknown id>" in said


@pytest.mark.attack("secrets-in-records")
def test_only_keys_of_the_account_itself_are_compared_as_they_are(migma_mock, ask, account):
    other = account()
    ask("a", headers={**migma_mock.auth_headers, "X-Other": other.api_key, "X-Own": migma_mock.api_key})
    migma_mock.assert_requested("a", headers=migma_mock.auth_headers)
    migma_mock.assert_requested("a", headers={"x-own": migma_mock.api_key})
    migma_mock.assert_requested("a", headers={"Authorization": "Bearer [redacted]", "X-Other": "[redacted]"})
    revoked = f"Bearer {migma_mock.revoked_key}"
    said = said_of(migma_mock.assert_requested, headers={"Authorization": revoked})
    assert "header Authorization is 'Bearer [redacted]', not 'Bearer [redacted]' with the key that is expected" in said
    # Whether the key of another account came is not told: the right one and a wrong one give the same message.
    secrets = (other.api_key, other.revoked_key, "mgma_sk_test_0123456789")
    assert len({said_of(migma_mock.assert_requested, headers={"X-Other": secret}) for secret in secrets}) == 1


def test_a_request_too_many_is_shown_beside_the_expected_one(migma_mock, ask):
    for campaign_id in ("a", "b", "a"):
        ask(campaign_id)
    shown = ["  <1: GET /v1/campaigns/a/stats 404, unknown id>", "  <3: GET /v1/campaigns/a/stats 404, unknown id>"]
    said = said_of(migma_mock.assert_requested, "a", times=1)
    assert said.splitlines() == ["campaign a: expected exactly 1, got 2 of 3 requests", *shown]
    said = said_of(migma_mock.assert_not_requested, "a")
    assert said.splitlines() == ["campaign a: expected none, got 2 of 3 requests", *shown]
    migma_mock.assert_not_requested("c")
    migma_mock.assert_not_requested("a", status=200)
    for _ in range(10):
        ask("a")
    assert said_of(migma_mock.assert_not_requested, "a").splitlines()[-1] == "  … and 2 more"


def test_a_request_that_came_too_early_is_said_to_be_the_one_before(migma_mock, ask):
    for campaign_id in ("b", "a", "c"):
        ask(campaign_id)
    migma_mock.assert_requested_in_order(["b", {"campaign_id": "c"}])
    said = said_of(migma_mock.assert_requested_in_order, ["a", "b"])
    assert said.splitlines() == [
        "campaign b: expected as number 2 of the order, after request 2, it came before, as request 1",
        "  <1: GET /v1/campaigns/b/stats 404, unknown id>",
        "  <2: GET /v1/campaigns/a/stats 404, unknown id>",
    ]
    said = said_of(migma_mock.assert_requested_in_order, ["a", "a"])
    assert said.startswith("campaign a: expected as number 2 of the order, after request 2, not found\n  <2: GET ")
    assert said_of(migma_mock.assert_requested_in_order, ["d"]).startswith(
        "campaign d: expected as number 1 of the order, not found\nnearest: <3: "
    )


@pytest.mark.attack("secrets-in-records")
def test_requests_without_a_known_key_are_told_since_no_journal_has_them(migma_mock, ask):
    ask("a", headers={"Authorization": "Bearer a-wrong-key"})
    told = "1 request came without a known key: <{}: GET /v1/campaigns/a/stats 401, unknown key>"
    number = migma_mock.unknown_key_requests[-1].number
    said = said_of(migma_mock.assert_requested, "a")
    assert said.splitlines()[1:] == [told.format(number)]
    assert migma_mock.journal_text().splitlines() == ["no requests", told.format(number)]
    ask("a", headers={})
    said = said_of(migma_mock.assert_requested_in_order, ["a"])
    assert f"2 requests came without a known key: <{number}: " in said
    assert said.endswith("401, no key>")
    migma_mock.reset()
    assert migma_mock.journal_text() == "no requests"


@pytest.mark.parametrize("way", ["socket", "in process"])
def test_a_response_that_the_client_did_not_wait_for_is_no_200(migma_mock, migma_transport, way):
    url, transport = migma_mock.stats_url(migma_mock.example_id), migma_transport if way == "in process" else None
    with httpx.Client(transport=transport, headers=migma_mock.auth_headers) as client:
        with migma_mock.fault("delay", seconds=60):
            with pytest.raises(httpx.ReadTimeout):
                client.get(url, timeout=httpx.Timeout(600, read=0.05))
            migma_mock.assert_requested(matched_by="delay", times=1, timeout=60)
            migma_mock.assert_not_requested(status=200)
            assert [request.failure for request in migma_mock.requests] == ["no response (delayed)"]
        with migma_mock.fault("delay", seconds=0.001):
            assert client.get(url, timeout=600).status_code == 200
    assert [request.status for request in migma_mock.requests] == [None, 200]


def test_a_response_that_never_came_is_no_200(migma_mock, ask):
    migma_mock.fault("timeout", times=1)
    with pytest.raises(httpx.ReadTimeout):
        ask(migma_mock.example_id)
    said = said_of(migma_mock.assert_requested, status=200)
    assert "no response (timeout), fault timeout, campaign" in said
    assert said.endswith("got no response (timeout), not status 200")
