"""Accounts that a test creates: isolated from each other, deleted at the end, repeatable on request."""

from datetime import UTC, datetime

import httpx
import pytest

from migma_mock import MigmaMock, Mock, MockServer, MockTransport

HOMES = ("here", "elsewhere")


def status(mock, campaign_id=None):
    return get(mock, campaign_id or mock.example_id).status_code


def get(mock, campaign_id):
    return httpx.get(mock.stats_url(campaign_id), headers=mock.auth_headers)


def keys(mock):
    return (mock.api_key, mock.revoked_key, mock.forbidden_key)


def test_an_account_shares_nothing_with_another(account):
    one, other = account(), account(empty=True)
    one.campaign("only-here")
    one.fail(503)
    one.rate_limit("1/min")
    one.clock.freeze(datetime(2030, 1, 1, tzinfo=UTC))
    other.campaign("b")
    assert status(other, "b") == 200
    assert status(other, "only-here") == status(other, one.example_id) == 404
    assert [request.campaign_id for request in other.requests] == ["b", "only-here", one.example_id]
    assert (one.requests, one.faults[0].eligible) == ([], 0)
    assert other.clock.now < one.clock.now


def test_an_account_may_have_the_long_name_of_a_test(account):
    assert account(name="test_" + "x" * 1000).requests == []


def test_the_example_campaign_belongs_to_the_account(account):
    assert status(account()) == 200
    empty = account(empty=True)
    assert status(empty) == 404
    empty.campaign("mine")
    assert empty.example_id == "mine"


def test_every_account_can_create_others_and_deletes_itself_as_a_context_manager(migma_mock):
    url = migma_mock.stats_url(migma_mock.example_id)
    with migma_mock.new_account("inner") as inner:
        headers = inner.auth_headers
        assert (status(inner), len(migma_mock.requests)) == (200, 0)
    assert httpx.get(url, headers=headers).status_code == 401
    inner = migma_mock.new_account()
    headers = inner.auth_headers
    with pytest.raises(ZeroDivisionError), inner:
        1 / 0  # noqa: B018
    assert httpx.get(url, headers=headers).status_code == 401
    assert status(migma_mock) == 200


def test_the_keys_of_a_deleted_account_are_unknown_and_the_built_in_account_stays(migma_mock_server):
    account = migma_mock_server.new_account()
    url, headers = account.stats_url(account.example_id), account.auth_headers
    for _ in range(2):
        migma_mock_server.delete_account(account)
    assert httpx.get(url, headers=headers).status_code == 401
    with MockServer(reload=False) as mock:
        mock.delete_account(mock)
        assert status(mock) == 200


def test_an_account_may_start_at_an_instant_with_a_frozen_clock(account):
    start = datetime(2026, 3, 1, 9, tzinfo=UTC)
    one = account(start=start)
    assert one.clock.now == one.clock.now == start
    one.clock.advance(hours=5)
    one.reset()
    assert one.clock.now == start
    one.clock.resume()
    assert one.clock.now > start


def test_built_in_campaigns_grow_from_the_start_of_the_account(account, state_of):
    accounts = [account(start=datetime(2026, 3, 1, 9, tzinfo=UTC)) for _ in range(2)]
    for each in accounts:
        each.clock.advance(hours=7)
    growing = [id_.decode() for id_, each in state_of(accounts[0]).campaigns.items() if each.growth]
    answers = [[get(each, id_).content for id_ in growing] for each in accounts]
    assert answers[0] == answers[1]
    assert b'"lastUpdated":"2026-03-01T16:00:00Z"' in b"".join(answers[0])


def test_derived_keys_do_not_depend_on_other_accounts(migma_mock_server):
    with migma_mock_server.new_account(key_seed="s") as first, migma_mock_server.new_account(key_seed="s") as second:
        expected = [keys(first), keys(second)]
    assert len({key for each in expected for key in each}) == 6
    with MockServer(reload=False) as other:
        for server in (migma_mock_server, other):
            accounts = [server.new_account(), server.new_account(key_seed="t")]
            accounts += [server.new_account(key_seed="s") for _ in range(2)]
            assert [keys(each) for each in accounts[2:]] == expected
            assert status(accounts[3]) == 200
            for each in accounts:
                server.delete_account(each)


def test_accounts_need_no_server(outcome):
    mock = MigmaMock(Mock(reload=False))
    account = mock.new_account(plan="1/min")
    transport = MockTransport(account)
    assert [outcome(account, transport=transport).status for _ in range(2)] == [200, 429]
    assert [len(each.requests) for each in (account, mock)] == [2, 0]
    url, headers = account.stats_url(account.example_id), account.auth_headers
    mock.delete_account(account)
    with httpx.Client(transport=transport) as client:
        assert client.get(url, headers=headers).status_code == 401
