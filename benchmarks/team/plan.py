"""The accounts of a proof and the requests to them: all of it follows from a seed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count, cycle, islice
from random import Random
from typing import Any, NamedTuple

START = "2026-09-20T10:00:00Z"
"""The time at which the clocks of the accounts are frozen."""

ADVANCED_SECONDS = 61
"""The step of a clock in the middle of a proof: no request before counts for the limit of a minute after it."""


class Step(NamedTuple):
    """A reply that a campaign gives some times in a row: stats with a number of its own, or an error.

    Attributes:
        sent: ``totalSent`` of the stats, which no other step of any account has; 0 for an error.
        status: The status of the reply.
        times: How many requests in a row get it.
    """

    sent: int
    status: int = 200
    times: int = 1

    def document(self) -> dict[str, Any]:
        """Return it as a step of a script."""
        if self.sent:
            return {"stats": fixed_stats(self.sent), "times": self.times}
        body = {"success": False, "error": "As the script says.", "code": "SCRIPTED"}
        return {"reply": {"status": self.status, "body": body}, "times": self.times}


@dataclass(frozen=True)
class CampaignPlan:
    """A campaign of an account.

    Attributes:
        id: Its id, which no other account has.
        steps: What it gives in order; one step for fixed stats. For a growing one, ``sent`` is its recipients.
        loops: True if it begins again after the last step, False if it repeats that.
        grows: True if its stats grow with the account's clock.
    """

    id: str
    steps: Sequence[Step]
    loops: bool = False
    grows: bool = False

    def document(self) -> dict[str, Any]:
        """Return it in the format of a fixture file."""
        if self.grows:
            return {"id": self.id, "growth": {"recipients": self.steps[0].sent, "sentAt": "-2h", "refreshSeconds": 1}}
        if len(self.steps) == 1:
            return {"id": self.id, "stats": fixed_stats(self.steps[0].sent)}
        script = {"replies": [step.document() for step in self.steps], "then": "loop" if self.loops else "last"}
        return {"id": self.id, "script": script, "undocumented": True}


@dataclass(frozen=True)
class AccountPlan:
    """An account, and what its clients meet.

    Attributes:
        number: Its place in the proof, from 0.
        kind: A name of :data:`KINDS`.
        campaigns: At least one.
        faults: As the control API takes them, in the order of arming.
        a_minute: How many requests its key may send in a minute; 0 for no limit.
        moves: True if its clock is advanced in the middle of the proof.
    """

    number: int
    kind: str
    campaigns: Sequence[CampaignPlan]
    faults: Sequence[dict[str, Any]] = ()
    a_minute: int = 0
    moves: bool = False

    @property
    def claims(self) -> bool:
        """True if its requests count for a fault, a limit or a script, so that they need the store."""
        return bool(self.faults or self.a_minute) or any(len(campaign.steps) > 1 for campaign in self.campaigns)

    def document(self) -> dict[str, Any]:
        """Return it as the control API takes a new account."""
        plan = f"{self.a_minute}/min" if self.a_minute else "unlimited"
        return {"name": f"{self.kind} {self.number}", "empty": True, "plan": plan, "start": START}


class Planned(NamedTuple):
    """One request: its number is sent along and names it in responses and journals."""

    number: int
    account: int
    campaign: str


def fixed_stats(sent: int) -> dict[str, Any]:
    """Return stats that differ from all others by their ``totalSent``."""
    counts = ("uniqueOpens", "totalOpens", "uniqueClicks", "totalClicks", "unsubscribes", "bounces")
    rates = {"openRate": 0, "clickRate": 0, "lastUpdated": "2026-09-14T08:45:12Z"}
    return {"totalSent": sent, "totalDelivered": sent, **dict.fromkeys(counts, 0), **rates}


def plan_accounts(size: int, requests: int, seed: int = 0) -> list[AccountPlan]:
    """Return accounts of each kind in turn.

    Args:
        size: How many accounts.
        requests: How many requests all of them get, which decides how large their faults, limits and scripts are.
        seed: The seed of random numbers.
    """
    share = max(4, requests // size)
    return [KINDS[kind](number, share, Random(seed + number)) for number, kind in islice(enumerate(cycle(KINDS)), size)]


def plan_requests(accounts: Sequence[AccountPlan], seed: int = 0) -> Iterator[Planned]:
    """Yield requests without end to all accounts in random order, each account about as often as another."""
    random = Random(seed)
    for number in count():
        account = random.choice(accounts)
        yield Planned(number, account.number, random.choice(account.campaigns).id)


def _campaigns(number: int, *kinds: str) -> list[CampaignPlan]:
    """Return campaigns of an account; each step has a number of its own, from 1,000 times the account's on."""
    base = (number + 1) * 1000
    found = []
    for place, kind in enumerate(kinds):
        first = base + place * 100
        steps = {
            "fixed": [Step(first)],
            "growing": [Step(first)],
            "script": [Step(first, times=2), Step(0, 503), Step(first + 1), Step(0, 500, times=3), Step(first + 2)],
            "loop": [Step(first, times=3), Step(first + 1, times=2), Step(0, 502), Step(first + 2)],
        }[kind]
        found.append(CampaignPlan(f"{first:024x}", steps, loops=kind == "loop", grows=kind == "growing"))
    return found


def _status(status: int, **other: Any) -> dict[str, Any]:
    return {"kind": "status", "status": status, **other}


def _plain(number: int, _share: int, _random: Random) -> AccountPlan:
    return AccountPlan(number, "plain", _campaigns(number, "fixed", "fixed"))


def _times(number: int, share: int, random: Random) -> AccountPlan:
    faults = [_status(503, times=random.randint(1, share // 2), skip=random.randint(0, share // 4))]
    return AccountPlan(number, "times", _campaigns(number, "fixed"), faults)


def _chance(number: int, share: int, _random: Random) -> AccountPlan:
    faults = [_status(500, probability=0.3, seed=number), _status(502, probability=0.5, seed=number, times=share // 4)]
    return AccountPlan(number, "chance", _campaigns(number, "fixed"), faults)


def _one_campaign(number: int, share: int, _random: Random) -> AccountPlan:
    campaigns = _campaigns(number, "fixed", "fixed")
    faults = [_status(504, times=share // 4, campaign=campaigns[0].id), {"kind": "delay", "seconds": 0.01, "times": 2}]
    return AccountPlan(number, "one campaign", campaigns, faults)


def _reset(number: int, share: int, _random: Random) -> AccountPlan:
    faults = [{"kind": "reset", "times": 2, "skip": share // 8}]
    return AccountPlan(number, "reset", _campaigns(number, "fixed"), faults)


def _quota(number: int, share: int, random: Random) -> AccountPlan:
    campaigns = _campaigns(number, "fixed")
    return AccountPlan(number, "quota", campaigns, a_minute=random.randint(1, share // 3 + 1), moves=True)


def _script(number: int, _share: int, _random: Random) -> AccountPlan:
    return AccountPlan(number, "script", _campaigns(number, "script", "loop"))


def _growing(number: int, _share: int, _random: Random) -> AccountPlan:
    return AccountPlan(number, "growing", _campaigns(number, "growing"), moves=True)


def _all(number: int, share: int, _random: Random) -> AccountPlan:
    campaigns = _campaigns(number, "fixed", "script", "loop", "growing")
    faults = [_status(503, times=share // 8 + 1, skip=2), _status(500, probability=0.25, seed=number)]
    return AccountPlan(number, "all", campaigns, faults, a_minute=share // 3 + 1, moves=True)


KINDS = {
    "plain": _plain,
    "times": _times,
    "chance": _chance,
    "one campaign": _one_campaign,
    "reset": _reset,
    "quota": _quota,
    "script": _script,
    "growing": _growing,
    "all": _all,
}
"""The kinds of accounts, and how each is made: from its number, its share of the requests, and random numbers."""
