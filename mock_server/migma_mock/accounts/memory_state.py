"""MemoryState: the state of one account, in this process."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from migma_contract.openapi import Contract
from migma_mock.accounts.clock import Clock
from migma_mock.accounts.journal import Journal
from migma_mock.accounts.rate_limit import RateLimiter
from migma_mock.accounts.state import TooManyCampaignsError
from migma_mock.campaigns.campaign import Campaign, ScriptStep
from migma_mock.campaigns.growth import Growth, resolve, stats_at, step_at
from migma_mock.campaigns.script import Script
from migma_mock.faults import AppliedFault, ArmedFaults
from migma_mock.messages.reply import Reply
from migma_mock.messages.request import Request

MAX_CAMPAIGNS = 10_000
"""Campaigns that one account can be given at run time."""


@dataclass(slots=True)
class _Progress:
    """How far a campaign has come; forgotten as a whole when it is replaced or deleted.

    Attributes:
        script: Its answers from the next one on.
        growth: How it grows, from when on.
        step: The refresh of its stats that ``reply`` is made of.
        reply: The latest of a growing campaign.
    """

    script: Script[ScriptStep] | None = None
    growth: Growth | None = None
    step: int = 0
    reply: Reply | None = None


class MemoryState:
    """An :class:`migma_mock.accounts.state.AccountState`, which says what each member means.

    Args:
        base: The campaigns to begin with.
        contract: That replies hold to.
        journal: To record in.
        per_minute: How much each key may ask in a minute; None: anything.
        start: Where the clock stands still at first; None: it begins now, and runs.
    """

    def __init__(
        self,
        base: Mapping[bytes, Campaign],
        contract: Contract,
        journal: Journal,
        *,
        per_minute: int | None = None,
        start: datetime | None = None,
    ) -> None:
        self.clock = Clock()
        if start is not None:
            self.clock.freeze(start)
        self.faults = ArmedFaults(contract)
        self.quota = RateLimiter(per_minute)
        self.journal = journal
        self.revision = 0
        self._base = base
        self._own: dict[bytes, Campaign | None] = {}
        self._progress: dict[str, _Progress] = {}
        # What growing campaigns of the base count a relative moment from.
        self._started = self.clock.now()
        self._stale: tuple[datetime, datetime] | None = None

    @property
    def has_faults(self) -> bool:
        return bool(self.faults)

    @property
    def campaigns(self) -> dict[bytes, Campaign]:
        merged = {**self._base, **self._own}
        return {id_: campaign for id_, campaign in merged.items() if campaign is not None}

    def campaign(self, campaign_id: bytes) -> Campaign | None:
        if campaign_id in self._own:
            return self._own[campaign_id]
        return self._base.get(campaign_id)

    def replace_fixtures(self, base: Mapping[bytes, Campaign]) -> None:
        self._base = base
        kept = {campaign.id for campaign in self._own.values() if campaign is not None}
        for id_ in self._progress.keys() - kept:
            del self._progress[id_]
        self.revision += 1

    def put(self, campaign: Campaign) -> None:
        if len(self._own) >= MAX_CAMPAIGNS and campaign.id.encode() not in self._own:
            raise TooManyCampaignsError(f"An account keeps at most {MAX_CAMPAIGNS} campaigns of its own. Delete some.")
        self._own[campaign.id.encode()] = campaign
        self._forget_progress(campaign.id)
        if campaign.growth is not None:
            self._progress[campaign.id] = _Progress(growth=resolve(campaign.growth, self.clock.now()))

    def delete(self, campaign_id: str) -> bool:
        key = campaign_id.encode()
        if self.campaign(key) is None:
            return False
        if key in self._base:
            self._own[key] = None
        else:
            del self._own[key]
        self._forget_progress(campaign_id)
        return True

    def next_script_step(self, campaign: Campaign) -> ScriptStep:
        progress = self._progress_of(campaign)
        if progress.script is None:
            progress.script = campaign.start()
        return progress.script.next()

    def growth(self, campaign: Campaign) -> Growth | None:
        if campaign.growth is None:
            return None
        if self.campaign(campaign.id.encode()) is not campaign:
            return resolve(campaign.growth, self.clock.now())
        return self._progress_of(campaign).growth

    def current_stats(self, campaign: Campaign) -> Mapping[str, Any] | None:
        growth = self.growth(campaign)
        return campaign.stats if growth is None else stats_at(growth, self._seen())

    def current_reply(self, campaign: Campaign, make: Callable[[Mapping[str, Any]], Reply]) -> Reply:
        progress, seen = self._progress_of(campaign), self._seen()
        growth = progress.growth
        if growth is None or seen < growth.sent_at:
            return campaign.reply
        step = step_at(growth, seen)
        if progress.reply is None or progress.step != step:
            progress.step, progress.reply = step, make(stats_at(growth, seen) or {})
        return progress.reply

    def pause_refresh(self, duration: timedelta) -> datetime:
        now = self.clock.now()
        since, until = self._stale or (now, now)
        self._stale = (since if now < until else now, now + duration)
        return now + duration

    def apply_fault(self, campaign_id: str, reply: Reply) -> AppliedFault | None:
        return self.faults.apply_next(campaign_id, reply)

    def retry_after(self, key: str) -> int | None:
        return None if self.quota.per_minute is None else self.quota.acquire(key, self.clock.timestamp())

    def set_quota(self, per_minute: int | None) -> None:
        self.quota = RateLimiter(per_minute)

    def record(self, request: Request, campaign_id: str, reply: Reply, seconds: float) -> None:
        self.journal.record(self.clock.timestamp(), request, campaign_id, reply, seconds)

    def clear_journal(self) -> None:
        self.journal = self.journal.cleared()

    def _seen(self) -> datetime:
        """The moment whose stats are shown: now, or where refreshes stopped."""
        now = self.clock.now()
        since, until = self._stale or (now, now)
        return since if now < until else now

    def _progress_of(self, campaign: Campaign) -> _Progress:
        progress = self._progress.get(campaign.id)
        if progress is None:
            growth = resolve(campaign.growth, self._started) if campaign.growth else None
            progress = self._progress[campaign.id] = _Progress(growth=growth)
        return progress

    def _forget_progress(self, campaign_id: str) -> None:
        self.revision += 1
        self._progress.pop(campaign_id, None)
