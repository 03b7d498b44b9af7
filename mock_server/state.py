"""State: everything of an account that changes from one request to the next, behind one small interface.

The engine knows :class:`AccountState` only, so that another implementation can keep the same in a place that
several processes share. :class:`MemoryState` is the one there is.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from mock_server.campaign import Campaign, Turn
from mock_server.clock import Clock
from mock_server.contract import Contract
from mock_server.errors import MigmaError
from mock_server.faults import ArmedFaults, Hit, Script
from mock_server.growth import Growth, resolve, stats_at, step_at
from mock_server.journal import Journal, Request
from mock_server.quota import Quota
from mock_server.reply import Reply

MAX_CAMPAIGNS = 10_000
"""Campaigns that one account can be given at run time."""


class TooManyCampaignsError(MigmaError):
    """An account has as many campaigns of its own as it may."""


class AccountState(Protocol):
    """What the engine asks of an account's state."""

    @property
    def has_faults(self) -> bool:
        """Whether a fault may strike."""

    def campaign(self, campaign_id: bytes) -> Campaign | None:
        """What is known under an id."""

    def first_replies(self) -> list[Reply]:
        """What the campaigns answer, scripts and growing ones at their beginning."""

    def next_turn(self, campaign: Campaign) -> Turn:
        """The next answer of a campaign that has a script."""

    def grown_reply(self, campaign: Campaign, make: Callable[[Mapping[str, Any]], Reply]) -> Reply:
        """The reply of a growing campaign at this moment; made anew where its stats were refreshed."""

    def strike(self, campaign_id: str, reply: Reply) -> Hit | None:
        """The armed fault that befalls a reply, with what it makes of it."""

    def over_quota(self, key: str) -> int | None:
        """Seconds until a key may ask again; None where it may now, which counts."""

    def record(self, request: Request, campaign_id: str, reply: Reply, seconds: float) -> None:
        """Keep a request and its answer in the journal."""


class MemoryState:
    """The state of one account, in this process.

    Attributes:
        clock: The account's.
        faults: Those that are armed.
        quota: How much each key may ask.
        journal: What was asked and answered.
        started: When, by its clock: what growing campaigns that it began with count a relative moment from.
        revision: Counts the changes of its campaigns.
    """

    def __init__(
        self,
        base: Mapping[bytes, Campaign],
        contract: Contract,
        *,
        journal_bound: int,
        per_minute: int | None = None,
        start: datetime | None = None,
    ) -> None:
        self.clock = Clock()
        if start is not None:
            self.clock.freeze(start)
        self.faults = ArmedFaults(contract)
        self.quota = Quota(per_minute)
        self.journal = Journal(journal_bound)
        self._base = base
        self._own: dict[bytes, Campaign | None] = {}
        self._scripts: dict[str, Script[Turn]] = {}
        self._growths: dict[str, Growth] = {}
        self._grown_replies: dict[str, tuple[Growth, int, Reply]] = {}
        self.started = self.clock.now()
        self.revision = 0
        self._stale: tuple[datetime, datetime] | None = None

    @property
    def has_faults(self) -> bool:
        """Whether a fault may strike."""
        return bool(self.faults)

    @property
    def campaigns(self) -> dict[bytes, Campaign]:
        """All campaigns by id, as they are now: those it began with, and those put or deleted since."""
        merged = {**self._base, **self._own}
        return {id_: campaign for id_, campaign in merged.items() if campaign is not None}

    def replace_base(self, base: Mapping[bytes, Campaign]) -> None:
        """Have other campaigns to begin with; those put or deleted since stay so, the others start anew."""
        self._base = base
        kept = {campaign.id for campaign in self._own.values() if campaign is not None}
        for progress in (self._scripts, self._growths):
            for id_ in progress.keys() - kept:
                del progress[id_]
        self.revision += 1

    def campaign(self, campaign_id: bytes) -> Campaign | None:
        """What is known under an id."""
        if campaign_id in self._own:
            return self._own[campaign_id]
        return self._base.get(campaign_id)

    def first_replies(self) -> list[Reply]:
        """What the campaigns answer, scripts and growing ones at their beginning."""
        return [campaign.reply for campaign in self.campaigns.values()]

    def put(self, campaign: Campaign) -> None:
        """Add a campaign, or replace the one of its id; its script begins anew, its growth counts from now.

        Raises:
            TooManyCampaignsError: The account has :data:`MAX_CAMPAIGNS` of its own already.
        """
        if len(self._own) >= MAX_CAMPAIGNS and campaign.id.encode() not in self._own:
            raise TooManyCampaignsError(f"An account keeps at most {MAX_CAMPAIGNS} campaigns of its own. Delete some.")
        self._own[campaign.id.encode()] = campaign
        self._forget_progress(campaign.id)
        if campaign.growth is not None:
            self._growths[campaign.id] = resolve(campaign.growth, self.clock.now())

    def delete(self, campaign_id: str) -> bool:
        """Have no campaign under an id; whether there was one."""
        key = campaign_id.encode()
        if self.campaign(key) is None:
            return False
        if key in self._base:
            self._own[key] = None
        else:
            del self._own[key]
        self._forget_progress(campaign_id)
        return True

    def next_turn(self, campaign: Campaign) -> Turn:
        """The next answer of a campaign that has a script."""
        script = self._scripts.get(campaign.id)
        if script is None:
            script = self._scripts[campaign.id] = campaign.start()
        return script.next()

    def grown(self, campaign: Campaign) -> Mapping[str, Any] | None:
        """The stats of a growing campaign at this moment; None until it is sent."""
        growth = self.growth(campaign)
        if growth is None:
            return campaign.stats
        return stats_at(growth, self._seen())

    def grown_reply(self, campaign: Campaign, make: Callable[[Mapping[str, Any]], Reply]) -> Reply:
        """The reply of a growing campaign at this moment; made anew where its stats were refreshed."""
        growth, seen = self.growth(campaign), self._seen()
        if growth is None or seen < growth.sent_at:
            return campaign.reply
        step = step_at(growth, seen)
        kept = self._grown_replies.get(campaign.id)
        if kept is None or kept[0] is not growth or kept[1] != step:
            kept = self._grown_replies[campaign.id] = (growth, step, make(stats_at(growth, seen) or {}))
        return kept[2]

    def _seen(self) -> datetime:
        """The moment whose stats are shown: now, or where refreshes stopped."""
        now = self.clock.now()
        since, until = self._stale or (now, now)
        return since if now < until else now

    def growth(self, campaign: Campaign) -> Growth | None:
        """How a campaign grows, from when on; of one that the account does not have, as if it were put now."""
        if campaign.growth is None:
            return None
        if self.campaign(campaign.id.encode()) is not campaign:
            return resolve(campaign.growth, self.clock.now())
        growth = self._growths.get(campaign.id)
        if growth is None:
            growth = self._growths[campaign.id] = resolve(campaign.growth, self.started)
        return growth

    def go_stale(self, duration: timedelta) -> datetime:
        """Refresh no stats from now until so much later; the moment when they are refreshed again.

        Where they are stale already, they stay as old as they are.
        """
        now = self.clock.now()
        since, until = self._stale or (now, now)
        self._stale = (since if now < until else now, now + duration)
        return now + duration

    def strike(self, campaign_id: str, reply: Reply) -> Hit | None:
        """The armed fault that befalls a reply, with what it makes of it."""
        return self.faults.next_for(campaign_id, reply)

    def over_quota(self, key: str) -> int | None:
        """Seconds until a key may ask again; None where it may now, which counts."""
        return None if self.quota.per_minute is None else self.quota.take(key, self.clock.timestamp())

    def set_quota(self, per_minute: int | None) -> None:
        """Let through so many requests of each key in a minute, counted anew; None: all."""
        self.quota = Quota(per_minute)

    def clear_journal(self) -> None:
        """Forget what was asked and answered."""
        self.journal = self.journal.emptied()

    def record(self, request: Request, campaign_id: str, reply: Reply, seconds: float) -> None:
        """Keep a request and its answer in the journal."""
        self.journal.record(self.clock.timestamp(), request, campaign_id, reply, seconds)

    def _forget_progress(self, campaign_id: str) -> None:
        self.revision += 1
        self._scripts.pop(campaign_id, None)
        self._growths.pop(campaign_id, None)
