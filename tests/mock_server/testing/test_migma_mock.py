"""MigmaMock: everything that a test can do with an account, over a real socket."""

import copy
import pickle
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from migma_contract.errors import IneffectiveFaultWarning, ServerError
from migma_contract.timestamps import parse_rfc3339
from migma_mock import MigmaMock, MockServer
from migma_mock.accounts import memory_state
from migma_mock.accounts.state import TooManyCampaignsError
from migma_mock.faults import TooManyFaultsError, armed
from migma_mock.memory import MemoryLimitError

HOMES = ("here", "elsewhere")


def status(mock, campaign_id=None, key=None):
    return get(mock, campaign_id, key).status_code


def get(mock, campaign_id=None, key=None):
    headers = {"Authorization": f"Bearer {key}"} if key else mock.auth_headers
    return httpx.get(mock.stats_url(campaign_id or mock.example_id), headers=headers)


def served(mock, campaign_id):
    return get(mock, campaign_id).json()["data"]


# URLs and keys.


def test_both_base_urls_lead_to_the_same_endpoint(migma_mock):
    path = f"/campaigns/{migma_mock.example_id}/stats"
    for url in (f"{migma_mock.base_url}/v1{path}", f"{migma_mock.sdk_base_url}{path}"):
        assert httpx.get(url, headers=migma_mock.auth_headers).status_code == 200


def test_each_key_gets_what_its_name_says_in_the_same_journal(migma_mock):
    keys = (migma_mock.api_key, migma_mock.revoked_key, migma_mock.forbidden_key)
    assert [status(migma_mock, key=key) for key in keys] == [200, 401, 403]
    assert [request.status for request in migma_mock.requests] == [200, 401, 403]


def test_the_server_is_the_migma_mock_of_the_built_in_account():
    with MockServer(reload=False) as mock:
        keys = (mock.api_key, mock.revoked_key, mock.forbidden_key)
        assert [status(mock, key=key) for key in keys] == [200, 401, 403]
        assert isinstance(mock, MigmaMock)
        assert mock.sdk_base_url == f"{mock.base_url}/v1"
        mock.assert_requested(mock.example_id, times=3)
        mock.reset()
        assert mock.requests == []


# Campaigns.


def test_a_campaign_is_served_as_it_is_returned(migma_mock):
    stats = migma_mock.campaign("spring", totalDelivered=200, openRate=0.25)
    assert stats["uniqueOpens"] == 50
    assert served(migma_mock, "spring") == stats


def test_last_updated_comes_from_the_clock(migma_mock):
    migma_mock.clock.freeze(datetime(2020, 2, 29, tzinfo=UTC))
    assert migma_mock.campaign("a")["lastUpdated"] == "2020-02-29T00:00:00Z"


@pytest.mark.parametrize("profile", ["realistic", "edge", "schema"])
def test_a_generated_campaign_is_the_same_for_the_same_id_in_any_account(account, profile):
    one, other = account(), account()
    campaign_id = one.add_generated_campaign(profile=profile)
    assert other.add_generated_campaign(campaign_id, profile=profile) == campaign_id
    assert get(one, campaign_id).content == get(other, campaign_id).content
    assert one.add_generated_campaign(profile=profile) != campaign_id


def test_a_generated_campaign_may_be_later_than_the_clock(migma_mock):
    migma_mock.clock.freeze(datetime(2001, 1, 1, tzinfo=UTC))
    assert status(migma_mock, migma_mock.add_generated_campaign()) == 200


def test_a_generated_campaign_follows_the_settings():
    with MockServer(reload=False, seed=7, profile="edge") as mock:
        campaign_id = mock.add_generated_campaign()
        expected = mock.mock.generator.envelope(campaign_id)["data"]
        assert served(mock, campaign_id) == expected
        mock.add_generated_campaign(campaign_id, seed=8)
        assert served(mock, campaign_id) != expected


def test_a_campaign_can_be_added_as_a_fixture_file_and_deleted(migma_mock):
    error = {"reply": {"status": 503, "body": {"success": False, "error": "Not now."}}, "times": 2}
    script = {"replies": [error, {"stats": migma_mock.campaign("a")}]}
    migma_mock.add_campaign(
        {"id": "a", "title": "Flaky", "description": "Twice 503.", "script": script, "undocumented": True}
    )
    assert [status(migma_mock, "a") for _ in range(4)] == [503, 503, 200, 200]
    assert migma_mock.delete_campaign("a")
    assert not migma_mock.delete_campaign("a")
    assert status(migma_mock, "a") == 404


def test_the_longest_id_can_be_used(migma_mock):
    migma_mock.campaign("x" * 128)
    assert status(migma_mock, "x" * 128) == 200


# Faults.


def test_fail_affects_so_many_responses(migma_mock):
    migma_mock.fail(503, times=2)
    assert [status(migma_mock) for _ in range(4)] == [503, 503, 200, 200]


def test_fail_may_be_for_one_campaign_with_an_envelope_of_its_own(migma_mock):
    migma_mock.campaign("b")
    migma_mock.fail(429, campaign_id="b", retry_after=7, message="Slow down.")
    assert status(migma_mock) == 200
    answer = get(migma_mock, "b")
    assert (answer.status_code, answer.headers["retry-after"], answer.json()["error"]) == (429, "7", "Slow down.")


def test_faults_are_listed_and_disarmed_one_by_one_or_all(migma_mock):
    first = migma_mock.fail(500)
    with pytest.warns(IneffectiveFaultWarning, match="fault-1"):
        second = migma_mock.fail(502)
    assert status(migma_mock) == 500
    assert [fault.applied for fault in migma_mock.faults] == [1, 0]
    migma_mock.disarm(first)
    assert status(migma_mock) == 502
    assert [fault.id for fault in migma_mock.faults] == [second.id]
    migma_mock.clear_faults()
    assert (status(migma_mock), migma_mock.faults) == (200, [])


def test_null_is_a_value_that_a_new_field_can_have(migma_mock):
    migma_mock.fault("unknown-field", name="extra", value=None)
    assert served(migma_mock, migma_mock.example_id)["extra"] is None


# Clock, growth, rate limit.


@pytest.mark.parametrize("sent_at", ["-1h", "2026-03-01T08:00:00Z", datetime(2026, 3, 1, 8, tzinfo=UTC)], ids=str)
def test_growing_stats_follow_the_clock(migma_mock, sent_at):
    migma_mock.clock.freeze(datetime(2026, 3, 1, 9, tzinfo=UTC))
    migma_mock.add_growing_campaign("g", recipients=20_000, sent_at=sent_at, open_rate=0.5, mpp_share=None)
    before = served(migma_mock, "g")
    assert migma_mock.clock.advance(hours=3) == migma_mock.clock.now
    after = served(migma_mock, "g")
    assert after["uniqueOpens"] > before["uniqueOpens"]
    assert parse_rfc3339(after["lastUpdated"]) - parse_rfc3339(before["lastUpdated"]) == timedelta(hours=3)
    migma_mock.clock.advance(days=31)
    last = served(migma_mock, "g")
    assert (last["openRate"], "mppOpens" in last) == (0.5, False)


def test_growing_stats_stay_while_the_refresh_is_paused(migma_mock):
    migma_mock.clock.freeze()
    migma_mock.add_growing_campaign("g", recipients=20_000, sent_at="-1h")
    before = served(migma_mock, "g")
    assert migma_mock.pause_refresh(hours=3) == migma_mock.clock.now + timedelta(hours=3)
    migma_mock.clock.advance(hours=2)
    assert served(migma_mock, "g") == before
    migma_mock.clock.advance(hours=1)
    assert served(migma_mock, "g") != before


def test_the_clock_is_set_frozen_and_resumed(migma_mock):
    clock, instant = migma_mock.clock, datetime(2027, 5, 1, tzinfo=UTC)
    assert clock.freeze(instant) == clock.now == instant
    assert clock.set(instant + timedelta(days=1)) == clock.now == instant + timedelta(days=1)
    assert clock.resume() >= instant + timedelta(days=1)
    assert clock.now > instant + timedelta(days=1)


def test_a_rate_limit_refills_when_the_clock_advances(migma_mock):
    migma_mock.clock.freeze()
    migma_mock.rate_limit("2/min")
    assert [status(migma_mock) for _ in range(3)] == [200, 200, 429]
    assert get(migma_mock).headers["retry-after"] == "60"
    migma_mock.clock.advance(minutes=1)
    assert status(migma_mock) == 200


def test_reset_returns_to_the_start(migma_mock):
    migma_mock.campaign("a")
    migma_mock.fail(500)
    migma_mock.clock.freeze(datetime(2001, 1, 1, tzinfo=UTC))
    status(migma_mock)
    clock = migma_mock.clock
    migma_mock.reset()
    assert (migma_mock.requests, migma_mock.faults) == ([], [])
    assert (status(migma_mock), status(migma_mock, "a")) == (200, 404)
    assert clock.now.year > 2001, "a clock that a test has kept still belongs to the account"


def test_what_exceeds_a_bound_raises_its_error(migma_mock, migma_mock_server, monkeypatch):
    monkeypatch.setattr(armed, "MAX_ARMED", 0)
    with pytest.raises(TooManyFaultsError, match="Disarm one first"):
        migma_mock.fail(503)
    monkeypatch.setattr(memory_state, "MAX_CAMPAIGNS", 0)
    for add in (lambda: migma_mock.campaign("a"), migma_mock.add_generated_campaign):
        with pytest.raises(TooManyCampaignsError, match="Delete some"):
            add()
    monkeypatch.undo()
    monkeypatch.setattr(migma_mock_server.mock.accounts.memory, "_most_shares", 0)
    for add in (lambda: migma_mock.campaign("a"), lambda: migma_mock.fail(503), migma_mock.new_account):
        with pytest.raises(MemoryLimitError, match="--max-memory"):
            add()


@pytest.mark.parametrize("copied", [pickle.dumps, copy.deepcopy])
def test_a_handle_that_is_sent_to_another_process_says_what_to_send(migma_mock, copied):
    """As multiprocessing with spawn does; errors were about internals."""
    with pytest.raises(ServerError, match=r"Give that process stats_url.* or let it call MigmaMock\.connect"):
        copied(migma_mock)
