"""An account in the hands of a test: everything that the handle offers, over a real socket."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from migma_contract.errors import IneffectiveFaultWarning
from migma_contract.timestamps import parse_rfc3339
from migma_mock import Handle, MockServer


def status(handle, campaign_id=None, key=None):
    return get(handle, campaign_id, key).status_code


def get(handle, campaign_id=None, key=None):
    headers = {"Authorization": f"Bearer {key}"} if key else handle.headers
    return httpx.get(handle.stats_url(campaign_id or handle.example_id), headers=headers)


def served(handle, campaign_id):
    return get(handle, campaign_id).json()["data"]


# Where it is, and what opens it.


def test_both_base_urls_lead_to_the_same(migma_mock):
    path = f"/campaigns/{migma_mock.example_id}/stats"
    for url in (f"{migma_mock.base_url}/v1{path}", f"{migma_mock.sdk_base_url}{path}"):
        assert httpx.get(url, headers=migma_mock.headers).status_code == 200


def test_each_key_gets_what_its_name_says_in_the_same_journal(migma_mock):
    keys = (migma_mock.api_key, migma_mock.revoked_key, migma_mock.key_without_permission)
    assert [status(migma_mock, key=key) for key in keys] == [200, 401, 403]
    assert [entry.status for entry in migma_mock.requests] == [200, 401, 403]


def test_the_server_is_the_handle_of_the_built_in_account():
    with MockServer(reload=False) as mock:
        keys = (mock.api_key, mock.revoked_key, mock.key_without_permission)
        assert [status(mock, key=key) for key in keys] == [200, 401, 403]
        assert isinstance(mock, Handle)
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
def test_generated_is_the_same_for_the_same_id_in_any_account(account, profile):
    one, other = account(), account()
    campaign_id = one.generated(profile=profile)
    assert other.generated(campaign_id, profile=profile) == campaign_id
    assert get(one, campaign_id).content == get(other, campaign_id).content
    assert one.generated(profile=profile) != campaign_id


def test_generated_does_not_mind_a_clock_in_the_past(migma_mock):
    migma_mock.clock.freeze(datetime(2001, 1, 1, tzinfo=UTC))
    assert status(migma_mock, migma_mock.generated()) == 200


def test_generated_follows_the_settings_of_the_server():
    with MockServer(reload=False, seed=7, profile="edge") as mock:
        ours = mock.generated()
        assert served(mock, ours) == mock.app.generator.envelope(ours)["data"]
        mock.generated(ours, seed=8)
        assert served(mock, ours) != mock.app.generator.envelope(ours)["data"]


def test_a_campaign_can_be_put_as_files_write_it_and_deleted(migma_mock):
    error = {"reply": {"status": 503, "body": {"success": False, "error": "Not now."}}, "times": 2}
    script = {"replies": [error, {"stats": migma_mock.campaign("a")}]}
    migma_mock.put({"id": "a", "title": "Flaky", "description": "Twice 503.", "script": script, "undocumented": True})
    assert [status(migma_mock, "a") for _ in range(4)] == [503, 503, 200, 200]
    assert migma_mock.delete("a")
    assert not migma_mock.delete("a")
    assert status(migma_mock, "a") == 404


# Faults.


def test_fail_is_for_so_many_answers_and_then_as_before(migma_mock):
    migma_mock.fail(503, times=2)
    assert [status(migma_mock) for _ in range(4)] == [503, 503, 200, 200]


def test_fail_may_be_for_one_campaign_and_say_more(migma_mock):
    migma_mock.campaign("b")
    migma_mock.fail(429, campaign="b", retryAfter=7, message="Slow down.")
    assert status(migma_mock) == 200
    answer = get(migma_mock, "b")
    assert (answer.status_code, answer.headers["retry-after"], answer.json()["error"]) == (429, "7", "Slow down.")


def test_faults_are_seen_and_disarmed_one_by_one_or_all(migma_mock):
    first = migma_mock.fail(500)
    with pytest.warns(IneffectiveFaultWarning, match="fault-1"):
        second = migma_mock.fail(502)
    assert status(migma_mock) == 500
    assert [fault.applied for fault in migma_mock.faults] == [1, 0]
    migma_mock.disarm(first)
    assert status(migma_mock) == 502
    assert [fault.id for fault in migma_mock.faults] == [second.id]
    migma_mock.disarm()
    assert (status(migma_mock), migma_mock.faults) == (200, [])


def test_null_is_a_value_that_a_new_member_can_have(migma_mock):
    migma_mock.fault("unknown-field", name="extra", value=None)
    assert served(migma_mock, migma_mock.example_id)["extra"] is None


# Clock, growth, quota.


def test_growing_stats_follow_the_clock(migma_mock):
    migma_mock.clock.freeze()
    migma_mock.growing("g", recipients=20_000, sentAt="-1h")
    before = served(migma_mock, "g")
    assert migma_mock.clock.advance(hours=3) == migma_mock.clock.now
    after = served(migma_mock, "g")
    assert after["uniqueOpens"] > before["uniqueOpens"]
    assert parse_rfc3339(after["lastUpdated"]) - parse_rfc3339(before["lastUpdated"]) == timedelta(hours=3)


def test_stale_stats_stay_until_they_are_refreshed(migma_mock):
    migma_mock.clock.freeze()
    migma_mock.growing("g", recipients=20_000, sentAt="-1h")
    before = served(migma_mock, "g")
    assert migma_mock.stale(hours=3) == migma_mock.clock.now + timedelta(hours=3)
    migma_mock.clock.advance(hours=2)
    assert served(migma_mock, "g") == before
    migma_mock.clock.advance(hours=1)
    assert served(migma_mock, "g") != before


def test_the_clock_is_set_frozen_and_run(migma_mock):
    clock, instant = migma_mock.clock, datetime(2027, 5, 1, tzinfo=UTC)
    assert clock.freeze(instant) == clock.now == instant
    assert clock.set(instant + timedelta(days=1)) == clock.now == instant + timedelta(days=1)
    clock.run()
    assert clock.now > instant + timedelta(days=1)


def test_a_quota_refills_when_the_clock_is_advanced(migma_mock):
    migma_mock.clock.freeze()
    migma_mock.quota("2/min")
    assert [status(migma_mock) for _ in range(3)] == [200, 200, 429]
    assert get(migma_mock).headers["retry-after"] == "60"
    migma_mock.clock.advance(minutes=1)
    assert status(migma_mock) == 200


def test_reset_begins_anew(migma_mock):
    migma_mock.campaign("a")
    migma_mock.fail(500)
    migma_mock.clock.freeze(datetime(2001, 1, 1, tzinfo=UTC))
    status(migma_mock)
    clock = migma_mock.clock
    migma_mock.reset()
    assert (migma_mock.requests, migma_mock.faults) == ([], [])
    assert (status(migma_mock), status(migma_mock, "a")) == (200, 404)
    assert clock.now.year > 2001, "a clock that a test has kept is the account's still"
