"""``…/clock`` and ``…/pause-refresh``, and growing campaigns, which follow the account's clock."""

from datetime import UTC, datetime, timedelta

import pytest

from migma_contract.stats import COUNTS, relation_violations

GROWING, SCHEDULED = "66b2f0a1c4e5d60012a40201", "66b2f0a1c4e5d60012a40202"
SENT = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)


def clock(account, **change):
    shown = account("PATCH", "/clock", json=change) if change else account("GET", "/clock")
    return datetime.fromisoformat(shown.json()["now"])


def data(account, campaign_id="g"):
    return account.get(campaign_id).json()["data"]


def updated(account, campaign_id="g"):
    return datetime.fromisoformat(data(account, campaign_id)["lastUpdated"])


@pytest.fixture
def growing(account):
    """An account with a campaign that was sent at the time its clock is frozen at."""
    clock(account, set=SENT.isoformat(), frozen=True)
    account.put("g", growth={"recipients": 20_000, "sentAt": SENT.isoformat(), "refreshSeconds": 300})
    return account


def test_a_clock_runs_until_it_is_frozen(account):
    assert account("GET", "/clock").json()["frozen"] is False
    assert abs(clock(account) - datetime.now(UTC)) < timedelta(minutes=1)
    stopped = clock(account, frozen=True)
    assert [clock(account), clock(account)] == [stopped, stopped]
    assert account("GET", "/clock").json()["frozen"] is True
    assert clock(account, advanceSeconds=3600.5) == stopped + timedelta(seconds=3600.5)
    assert clock(account, frozen=False) <= clock(account)
    assert clock(account) > stopped + timedelta(hours=1)


def test_one_call_sets_advances_and_freezes_in_this_order(account):
    now = clock(account, set="2026-01-31T09:30:00+02:00", advanceSeconds=60, frozen=True)
    assert now == clock(account) == datetime(2026, 1, 31, 7, 31, tzinfo=UTC)


def test_a_frozen_clock_can_go_back(account):
    clock(account, frozen=True)
    assert clock(account, set="1999-12-31T23:59:59Z") == datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({}, {""}),
        ({"frozen": None}, {""}),
        ({"frozen": "yes", "advanceSeconds": -1, "hours": 3}, {"/frozen", "/advanceSeconds", "/hours"}),
        ({"set": "tomorrow"}, {"/set"}),
        ({"set": "2026-01-31T09:30:00"}, {"/set"}),
        ({"set": "1969-12-31T23:59:59Z"}, {"/set"}),
        ({"set": "0001-01-01T00:00:00+10:00"}, {"/set"}),
        ({"set": "9999-12-31T23:59:59-10:00"}, {"/set"}),
        ({"set": 0}, {"/set"}),
        ({"advanceSeconds": 366 * 86_400 * 10_000}, {"/advanceSeconds"}),
        ({"set": "9999-12-31T00:00:00Z", "advanceSeconds": 86_400, "frozen": False}, {"/advanceSeconds"}),
        ({"set": "9999-12-31T00:00:00Z", "advanceSeconds": 3e9, "frozen": False}, {"/advanceSeconds"}),
    ],
)
def test_an_invalid_change_changes_nothing(account, change, wrong):
    before = clock(account, frozen=True)
    assert account.problems("PATCH", "/clock", json=change).keys() == wrong
    assert account("GET", "/clock").json() == {"now": before.isoformat().replace("+00:00", "Z"), "frozen": True}


def test_counts_never_decrease_as_the_clock_advances(growing):
    last = dict.fromkeys(COUNTS, 0)
    for seconds in (0, 1, 59, 240, 600, 900, 3_600, 3_600, 86_400, 86_400 * 7, 86_400 * 60):
        now = clock(growing, advanceSeconds=seconds)
        stats = data(growing)
        assert list(relation_violations(stats, now)) == []
        assert datetime.fromisoformat(stats["lastUpdated"]) <= now
        assert all(stats[name] >= last[name] for name in COUNTS)
        last = stats
    assert (last["totalSent"], last["totalDelivered"] + last["bounces"]) == (20_000, 20_000)
    assert last["uniqueOpens"] > 1_000


def test_stats_are_refreshed_in_steps(growing):
    seen = {}
    for _ in range(11):
        stats = data(growing)
        seen.setdefault(stats["lastUpdated"], stats)
        assert seen[stats["lastUpdated"]] == stats
        clock(growing, advanceSeconds=60)
    assert [*seen] == ["2026-01-31T09:30:00Z", "2026-01-31T09:35:00Z", "2026-01-31T09:40:00Z"]


def test_a_refresh_pause_keeps_the_stats_until_it_ends(growing):
    clock(growing, advanceSeconds=3_600)
    paused = growing("POST", "/pause-refresh", json={"seconds": 3 * 3_600}).json()
    until = datetime.fromisoformat(paused["pausedUntil"])
    assert until == SENT + timedelta(hours=4)
    before = data(growing)
    clock(growing, advanceSeconds=3 * 3_600 - 1)
    assert data(growing) == before
    assert updated(growing) == SENT + timedelta(hours=1)
    clock(growing, advanceSeconds=1)
    assert updated(growing) == until
    assert data(growing)["uniqueOpens"] > before["uniqueOpens"]


def test_a_second_pause_keeps_the_stats_of_the_first(growing):
    clock(growing, advanceSeconds=3_600)
    growing("POST", "/pause-refresh", json={"seconds": 3_600})
    clock(growing, advanceSeconds=1_800)
    growing("POST", "/pause-refresh", json={"seconds": 3_600})
    assert updated(growing) == SENT + timedelta(hours=1)
    clock(growing, advanceSeconds=3_600)
    assert updated(growing) == SENT + timedelta(hours=2.5)


def test_a_pause_of_zero_seconds_ends_the_pause(growing):
    growing("POST", "/pause-refresh", json={"seconds": 86_400})
    clock(growing, advanceSeconds=3_600)
    assert updated(growing) == SENT
    growing("POST", "/pause-refresh", json={"seconds": 0})
    assert updated(growing) == SENT + timedelta(hours=1)


@pytest.mark.parametrize(
    ("body", "wrong"),
    [({}, {"/seconds", ""}), ({"seconds": -1}, {"/seconds"}), ({"seconds": "3h"}, {"/seconds"}), ({"hours": 3}, None)],
)
def test_a_pause_is_a_number_of_seconds(account, body, wrong):
    found = account.problems("POST", "/pause-refresh", json=body).keys()
    assert found <= wrong if wrong else {"", "/hours"} == found


def test_a_pause_beyond_the_year_9999_is_refused(account):
    clock(account, set="9999-12-31T00:00:00Z")
    assert account.problems("POST", "/pause-refresh", json={"seconds": 86_400 * 2}).keys() == {"/seconds"}


def test_the_built_in_campaign_grows(account):
    clock(account, frozen=True)
    before = data(account, GROWING)
    clock(account, advanceSeconds=3_600)
    after = data(account, GROWING)
    assert before["uniqueOpens"] < after["uniqueOpens"]
    assert before["lastUpdated"] < after["lastUpdated"]


def test_the_scheduled_campaign_is_unknown_before_it_is_sent(account):
    clock(account, frozen=True)
    refused = account.get(SCHEDULED)
    assert (refused.status_code, refused.json()["code"]) == (404, "NOT_SENT")
    clock(account, advanceSeconds=601)
    assert account.get(SCHEDULED).status_code == 200
    account("POST", "/reset")
    assert account.get(SCHEDULED).status_code == 404


def test_a_campaign_without_a_reply_for_before_gets_404_not_found(account):
    account.put("later", growth={"recipients": 10, "sentAt": "+10m"})
    answer = account.get("later")
    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")


def test_relative_times_count_from_the_put_by_the_account_s_clock(account):
    """Independent of the real time: with a frozen clock, the same calls give the same replies on any day."""
    clock(account, set=SENT.isoformat(), frozen=True)
    account.put("g", growth={"recipients": 1_000, "sentAt": "-2h"})
    assert updated(account) == SENT
    account.put("later", growth={"recipients": 1_000, "sentAt": "+10m"})
    assert account.get("later").status_code == 404
    clock(account, advanceSeconds=600)
    assert updated(account, "later") == SENT + timedelta(minutes=10)


def test_every_account_has_its_own_clock(api):
    one, two = api.account(), api.account()
    clock(one, set="2030-01-01T00:00:00Z", frozen=True)
    assert abs(clock(two) - datetime.now(UTC)) < timedelta(minutes=1)
