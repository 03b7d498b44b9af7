"""Everything uses an account's state only through :class:`migma_mock.accounts.state.AccountState`."""

from datetime import timedelta

import pytest

from migma_mock.accounts.memory_state import MemoryState
from migma_mock.accounts.state import AccountState
from migma_mock.campaigns.fixtures import Fixtures
from migma_mock.control.event_feed import EventFeed

GROWING, TWICE_503 = "66b2f0a1c4e5d60012a40201", "66b2f0a1c4e5d60012a40504"
OPERATIONS = {name for name in [*vars(AccountState), *AccountState.__annotations__] if not name.startswith("_")}


class OnlyTheProtocol:
    """Wraps a state and gives access to the operations of the protocol only."""

    def __init__(self, state, used):
        self.wrapped = state
        self.used = used

    def __getattr__(self, name):
        if name not in OPERATIONS:
            raise AttributeError(name)
        self.used.add(name)
        return getattr(self.wrapped, name)


@pytest.fixture
def protocol_only(control, monkeypatch):
    """The control API of a mock whose states have the protocol only, and the operations that were used."""
    used = set()

    def create_state(*args, **options):
        return OnlyTheProtocol(MemoryState(*args, **options), used)

    monkeypatch.setattr("migma_mock.accounts.registry.MemoryState", create_state)
    with control() as api:
        yield api, used


def test_the_mock_uses_exactly_the_operations_of_the_protocol(protocol_only, newsletter, stats):
    api, used = protocol_only
    account = api.account(plan="9/min")
    feed = EventFeed(lambda: api.mock.mock.accounts.all, None, api.mock.mock)
    account("PATCH", "/clock", json={"frozen": True})
    statuses = [account.get(campaign_id).status_code for campaign_id in (newsletter, "nobody", GROWING, TWICE_503)]
    statuses.append(account.get(newsletter, Prefer="code=503, wait=0.001").status_code)
    statuses.append(account.get(newsletter, key=account.keys["revoked"]).status_code)
    account("POST", "/faults", json={"kind": "status", "status": 418})
    statuses += account.statuses(newsletter, 5)
    assert statuses == [200, 404, 200, 503, 503, 401, 418, 418, 418, 418, 429]
    account.put("x", stats=stats)
    assert {event.name for event in feed.news()} == {"entries", "changed"}
    for path in ("", "/clock", "/faults", "/campaigns", "/campaigns/x", "/previews", f"/campaigns/{GROWING}/curve"):
        account("GET", path)
    account("PUT", "/rate-limit", json={"plan": "free"})
    account("POST", "/pause-refresh", json={"seconds": 10})
    account("DELETE", "/campaigns/x")
    account("DELETE", "/journal")
    account("POST", "/reset")
    api.mock.mock.accounts.follow(api.mock.mock.contract)
    api.mock.mock._serve_fixtures(Fixtures({}, []))
    assert used == OPERATIONS


@pytest.fixture
def kept():
    """Counts what a state keeps about campaigns and their progress."""
    return lambda state: sum(len(part) for part in vars(state).values() if isinstance(part, dict))


def test_nothing_is_kept_of_a_deleted_or_edited_campaign(control, stats, kept):
    with control() as api:
        account = api.account(empty=True)
        state = api.mock.mock.accounts.get(account.id).state
        before = kept(state)
        for number in range(3):
            growing, stepping = f"growing-{number}", f"stepping-{number}"
            account.put(growing, growth={"recipients": 100, "sentAt": "-2h"})
            account.put(stepping, script={"replies": [{"stats": stats}]})
            assert account.get(growing).status_code == account.get(stepping).status_code == 200
            for campaign_id in (growing, stepping):
                account("DELETE", f"/campaigns/{campaign_id}")
        assert kept(state) == before
        built_in, fixtures = (
            api.mock.mock.accounts.built_in.state,
            dict(api.mock.mock.accounts.built_in.state.campaigns),
        )
        before = kept(built_in)
        for campaign_id in fixtures:
            api.client.get(api.mock.stats_url(campaign_id.decode()), headers=api.mock.auth_headers)
        built_in.replace_fixtures({})
        built_in.replace_fixtures(fixtures)
        assert kept(built_in) == before


def test_a_growing_campaign_that_is_put_again_has_new_stats(control):
    with control() as api:
        account = api.account(start="2026-01-31T09:30:00Z")
        account.put("g", growth={"recipients": 100, "sentAt": "-2h"})
        sent = account.get("g").json()["data"]["totalSent"]
        account.put("g", growth={"recipients": 700, "sentAt": "-2h"})
        assert (sent, account.get("g").json()["data"]["totalSent"]) == (100, 700)


def test_a_campaign_that_is_not_in_the_account_grows_as_if_it_were_put_now(control):
    with control() as api:
        state = api.mock.mock.accounts.built_in.state
        frozen = state.clock.now().replace(microsecond=0)
        state.clock.freeze(frozen)
        built_in = state.campaign(GROWING.encode())
        before = state.growth(built_in)
        state.clock.advance(timedelta(hours=1))
        assert state.growth(built_in) is before
        api.mock.add_growing_campaign("draft", recipients=10, sent_at="-2h")
        draft = state.campaign(b"draft")
        state.delete("draft")
        state.clock.advance(timedelta(hours=1))
        assert state.growth(draft).sent_at == frozen  # two hours before the current time of the clock
        fixed = next(each for each in state.campaigns.values() if each.is_fixed and each.stats)
        assert state.growth(fixed) is None
        assert state.current_stats(fixed) == fixed.stats
