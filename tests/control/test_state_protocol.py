"""The engine asks of an account's state what :class:`mock_server.state.AccountState` has, and nothing else."""

from datetime import timedelta

from mock_server.faults import parse_fault
from mock_server.state import AccountState

GROWING, TWICE_503 = "66b2f0a1c4e5d60012a40201", "66b2f0a1c4e5d60012a40504"
MEMBERS = {name for name in vars(AccountState) if not name.startswith("_")}


class OnlyTheProtocol:
    """A state that has no more than the protocol, in front of one that has."""

    def __init__(self, state):
        self.behind = state
        self.used = set()

    def __getattr__(self, name):
        if name not in MEMBERS:
            raise AttributeError(name)
        self.used.add(name)
        return getattr(self.behind, name)


def test_every_request_is_served_on_the_protocol_alone(control, newsletter):
    with control() as api:
        account = api.account(plan="9/min")
        held = api.mock.app.accounts.get(account.id)
        seen = OnlyTheProtocol(held.state)
        seen.behind.clock.freeze()
        held.state = seen
        statuses = [account.get(campaign_id).status_code for campaign_id in (newsletter, "nobody", GROWING, TWICE_503)]
        statuses.append(account.get(newsletter, Prefer="code=503").status_code)
        statuses.append(account.get(newsletter, key=account.keys["revoked"]).status_code)
        fault = parse_fault({"kind": "status", "status": 418}, "fault", api.mock.app.contract)
        seen.behind.faults.arm(fault)
        statuses += account.statuses(newsletter, 5)
        held.state = seen.behind
    assert statuses == [200, 404, 200, 503, 503, 401, 418, 418, 418, 418, 429]
    assert seen.used == MEMBERS


def test_a_campaign_that_the_account_does_not_have_grows_as_if_it_were_put_now(control):
    with control() as api:
        state = api.mock.account.state
        state.clock.freeze()
        built_in = state.campaign(GROWING.encode())
        before = state.growth(built_in)
        state.clock.advance(hours=1)
        assert state.growth(built_in) is before
        api.mock.growing("draft", recipients=10, sentAt="-2h")
        draft = state.campaign(b"draft")
        state.delete("draft")
        state.clock.advance(hours=1)
        assert state.growth(draft).sent_at == before.sent_at + timedelta(hours=2)
        fixed = next(each for each in state.campaigns.values() if each.is_fixed and each.stats)
        assert state.growth(fixed) is None
        assert state.grown(fixed) == fixed.stats
