"""All ask of an account's state what :class:`migma_mock.accounts.state.AccountState` has, and nothing else."""

import pytest

from migma_mock.accounts.memory_state import MemoryState
from migma_mock.accounts.state import AccountState
from migma_mock.campaigns.fixtures import Fixtures
from migma_mock.control.event_feed import EventFeed

GROWING, TWICE_503 = "66b2f0a1c4e5d60012a40201", "66b2f0a1c4e5d60012a40504"
MEMBERS = {name for name in vars(AccountState) if not name.startswith("_")}


class OnlyTheProtocol:
    """A state that has no more than the protocol, in front of one that has."""

    def __init__(self, state, used):
        self.behind = state
        self.used = used

    def __getattr__(self, name):
        if name not in MEMBERS:
            raise AttributeError(name)
        self.used.add(name)
        return getattr(self.behind, name)


@pytest.fixture
def on_the_protocol(control, monkeypatch):
    """The control API of a mock whose accounts have no more than the protocol, and the members that were used."""
    used = set()

    def make(*args, **options):
        return OnlyTheProtocol(MemoryState(*args, **options), used)

    monkeypatch.setattr("migma_mock.accounts.registry.MemoryState", make)
    with control() as api:
        yield api, used


def test_the_mock_works_on_the_protocol_alone_and_uses_all_of_it(on_the_protocol, newsletter, stats):
    api, used = on_the_protocol
    account = api.account(plan="9/min")
    follower = EventFeed(lambda: api.mock.app.accounts.all, None, api.mock.app)
    account("PATCH", "/clock", json={"frozen": True})
    statuses = [account.get(campaign_id).status_code for campaign_id in (newsletter, "nobody", GROWING, TWICE_503)]
    statuses.append(account.get(newsletter, Prefer="code=503").status_code)
    statuses.append(account.get(newsletter, key=account.keys["revoked"]).status_code)
    account("POST", "/faults", json={"kind": "status", "status": 418})
    statuses += account.statuses(newsletter, 5)
    assert statuses == [200, 404, 200, 503, 503, 401, 418, 418, 418, 418, 429]
    account.put("x", stats=stats)
    assert {event.name for event in follower.news()} == {"entries", "changed"}
    for path in ("", "/clock", "/faults", "/campaigns", "/campaigns/x", "/previews", f"/campaigns/{GROWING}/curve"):
        account("GET", path)
    account("PUT", "/quota", json={"plan": "free"})
    account("POST", "/stale", json={"seconds": 10})
    account("DELETE", "/campaigns/x")
    account("DELETE", "/journal")
    account("POST", "/reset")
    api.mock.app._serve_fixtures(Fixtures({}, []))
    assert used == MEMBERS


@pytest.fixture
def kept():
    """How much an account's state keeps of campaigns and how far they have come."""
    return lambda state: sum(len(part) for part in vars(state).values() if isinstance(part, dict))


def test_of_a_campaign_that_is_deleted_or_edited_nothing_is_kept(control, stats, kept):
    with control() as api:
        account = api.account(empty=True)
        state = api.mock.app.accounts.get(account.id).state
        before = kept(state)
        for number in range(3):
            growing, stepping = f"growing-{number}", f"stepping-{number}"
            account.put(growing, growth={"recipients": 100, "sentAt": "-2h"})
            account.put(stepping, script={"replies": [{"stats": stats}]})
            assert account.get(growing).status_code == account.get(stepping).status_code == 200
            for campaign_id in (growing, stepping):
                account("DELETE", f"/campaigns/{campaign_id}")
        assert kept(state) == before
        built_in, fixtures = api.mock.account.state, dict(api.mock.account.state.campaigns)
        before = kept(built_in)
        for campaign_id in fixtures:
            api.client.get(api.mock.stats_url(campaign_id.decode()), headers=api.mock.headers)
        built_in.replace_fixtures(fixtures)
        assert kept(built_in) == before


def test_a_growing_campaign_that_is_put_again_is_answered_anew(control):
    with control() as api:
        account = api.account(start="2026-01-31T09:30:00Z")
        account.put("g", growth={"recipients": 100, "sentAt": "-2h"})
        sent = account.get("g").json()["data"]["totalSent"]
        account.put("g", growth={"recipients": 700, "sentAt": "-2h"})
        assert (sent, account.get("g").json()["data"]["totalSent"]) == (100, 700)


def test_a_campaign_that_the_account_does_not_have_grows_as_if_it_were_put_now(control):
    with control() as api:
        state = api.mock.account.state
        frozen = state.clock.now().replace(microsecond=0)
        state.clock.freeze(frozen)
        built_in = state.campaign(GROWING.encode())
        before = state.growth(built_in)
        state.clock.advance(hours=1)
        assert state.growth(built_in) is before
        api.mock.growing("draft", recipients=10, sentAt="-2h")
        draft = state.campaign(b"draft")
        state.delete("draft")
        state.clock.advance(hours=1)
        assert state.growth(draft).sent_at == frozen  # two hours ago, as the clock stands now
        fixed = next(each for each in state.campaigns.values() if each.is_fixed and each.stats)
        assert state.growth(fixed) is None
        assert state.current_stats(fixed) == fixed.stats
