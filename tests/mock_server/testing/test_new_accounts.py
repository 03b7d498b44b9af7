"""Accounts that a mock makes: isolated from each other, forgotten, begun at an instant, with keys from a seed."""

from datetime import UTC, datetime

import httpx

from migma_mock import MockServer, MockTransport, create_app
from migma_mock.testing.mock_handle import BuiltIn


def status(handle, campaign_id=None):
    return get(handle, campaign_id or handle.example_id).status_code


def get(handle, campaign_id):
    return httpx.get(handle.stats_url(campaign_id), headers=handle.headers)


def test_an_account_shares_nothing_with_another(account):
    one, other = account(), account(empty=True)
    one.campaign("only-here")
    one.fail(503)
    one.quota("1/min")
    one.clock.freeze(datetime(2030, 1, 1, tzinfo=UTC))
    other.campaign("b")
    assert status(other, "b") == 200
    assert status(other, "only-here") == status(other, one.example_id) == 404
    assert [entry.campaign for entry in other.requests] == ["b", "only-here", one.example_id]
    assert (one.requests, one.faults[0].eligible) == ([], 0)
    assert other.clock.now < one.clock.now


def test_the_example_is_one_of_the_account(account):
    assert status(account()) == 200
    empty = account(empty=True)
    assert status(empty) == 404
    empty.campaign("mine")
    assert empty.example_id == "mine"


def test_a_forgotten_account_is_unknown_and_may_be_forgotten_twice(migma_mock_server):
    handle = migma_mock_server.new_account()
    for _ in range(2):
        migma_mock_server.delete_account(handle)
    assert status(handle) == 401
    with MockServer(reload=False) as mock:
        mock.delete_account(mock)  # the built-in account stays
        assert status(mock) == 200


def test_an_account_may_start_at_an_instant_where_it_stands_until_it_is_run(account):
    start = datetime(2026, 3, 1, 9, tzinfo=UTC)
    one = account(start=start)
    assert one.clock.now == one.clock.now == start
    one.clock.advance(hours=5)
    one.reset()
    assert one.clock.now == start
    one.clock.run()
    assert one.clock.now > start


def test_built_in_campaigns_grow_from_the_start_of_the_account(account):
    accounts = [account(start=datetime(2026, 3, 1, 9, tzinfo=UTC)) for _ in range(2)]
    for each in accounts:
        each.clock.advance(hours=7)
    growing = [id_.decode() for id_, each in accounts[0].account.state.campaigns.items() if each.growth]
    answers = [[get(each, id_).content for id_ in growing] for each in accounts]
    assert answers[0] == answers[1]
    assert b'"lastUpdated":"2026-03-01T16:00:00Z"' in b"".join(answers[0])


def test_keys_can_be_derived_whatever_other_accounts_there_are_or_were(migma_mock_server):
    first = migma_mock_server.new_account(key_seed="s")
    second = migma_mock_server.new_account(key_seed="s")
    expected = [(each.api_key, each.revoked_key, each.key_without_permission) for each in (first, second)]
    assert len({key for keys in expected for key in keys}) == 6
    for each in (first, second):
        migma_mock_server.delete_account(each)
    with MockServer(reload=False) as other:
        for server in (migma_mock_server, other):
            accounts = [server.new_account(), server.new_account(key_seed="t")]
            accounts += [server.new_account(key_seed="s") for _ in range(2)]
            keys = [(each.api_key, each.revoked_key, each.key_without_permission) for each in accounts]
            assert keys[2:] == expected
            assert status(accounts[3]) == 200
            for each in accounts:
                server.delete_account(each)


def test_the_built_in_account_makes_others_without_a_server(outcome):
    mock = BuiltIn(create_app(reload=False), "http://mock")
    account = mock.new_account(plan="1/min")
    transport = MockTransport(mock.app)
    assert [outcome(account, transport=transport).status for _ in range(2)] == [200, 429]
    assert [len(each.requests) for each in (account, mock)] == [2, 0]
    mock.delete_account(account)
    assert outcome(account, transport=transport).status == 401
