"""MemoryState: the state of one account, in this process."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from migma_contract.openapi import Contract
from migma_contract.redaction import Secret
from migma_mock.accounts.clock import Clock
from migma_mock.accounts.journal import Journal
from migma_mock.accounts.rate_limit import LimitState, RateLimiter
from migma_mock.accounts.state import TooManyCampaignsError
from migma_mock.campaigns.campaign import Campaign, Script, ScriptStep
from migma_mock.campaigns.growth import Growth, GrowthFile, refreshes_at, resolve, stats_at
from migma_mock.faults.armed import ArmedFaults, InitialFault
from migma_mock.memory import Memory, Share
from migma_mock.messages.body_forms import forms_of
from migma_mock.messages.hold import Hold
from migma_mock.messages.reply import Reply
from migma_mock.messages.request import Request
from migma_mock.plans import Limits
from migma_mock.size_of import size_of

MAX_CAMPAIGNS = 10_000
"""The limit of campaigns that can be put into one account."""

STATE_BYTES = 8192
"""Bytes of an account before anything is put into it: its objects, keys and places in tables."""
_PROGRESS_BYTES = 2048
"""Bytes of a campaign's progress, beside the body of the latest reply of a growing one."""
NAME_BYTES = 512
"""Bytes of an id in a table of campaigns."""


@dataclass(slots=True)
class _Progress:
    """The progress of a campaign; removed when the campaign is replaced or deleted.

    Attributes:
        requests: How many requests its script has counted.
        growth: How it grows, or None.
        refreshes: How many refreshes of the stats ``reply`` includes.
        reply: The latest reply of a growing campaign.
    """

    requests: int = 0
    growth: Growth | None = None
    refreshes: int = 0
    reply: Reply | None = None

    @property
    def bytes(self) -> int:
        """Bytes that it needs in memory."""
        return _PROGRESS_BYTES + (len(self.reply.body) if self.reply else 0)


class MemoryState:
    """The :class:`migma_mock.accounts.state.AccountState` that keeps everything in memory.

    Args:
        fixtures: The initial campaigns.
        contract: The contract that all replies satisfy.
        journal: Records the requests.
        memory: Counts what it keeps; None to count nothing.
        limits: How many requests each key may send; empty for no limit.
        faults: Faults that are armed at first.
        start: Where the clock is frozen at first; None for a clock that runs from now.
    """

    def __init__(
        self,
        fixtures: Mapping[bytes, Campaign],
        contract: Contract,
        journal: Journal,
        memory: Memory | None = None,
        *,
        limits: Limits = (),
        faults: Iterable[InitialFault] = (),
        start: datetime | None = None,
    ) -> None:
        self.clock = Clock()
        if start is not None:
            self.clock.freeze(start)
        self._rates = contract.rates
        self._stats_form = forms_of(contract).stats
        self._share = Share(memory)
        self.limits = limits
        self.rate_limiter = RateLimiter(limits)
        self._share.take(STATE_BYTES + self.rate_limiter.most_bytes)
        self.hold = Hold()
        self.faults = ArmedFaults(contract, self._share, faults)
        self.journal = journal
        self.revision = 0
        self._fixtures = fixtures
        self._changes: dict[bytes, Campaign | None] = {}
        # How many bytes each change needs.
        self._sizes: dict[bytes, int] = {}
        self._progress: dict[str, _Progress] = {}
        # The moment from which the initial campaigns count a relative ``sentAt``.
        self._started = self.clock.now()
        self._pause: tuple[datetime, datetime] | None = None

    @property
    def campaigns(self) -> dict[bytes, Campaign]:
        merged = {**self._fixtures, **self._changes}
        return {id_: campaign for id_, campaign in merged.items() if campaign is not None}

    def campaign(self, campaign_id: bytes) -> Campaign | None:
        if campaign_id in self._changes:
            return self._changes[campaign_id]
        return self._fixtures.get(campaign_id)

    def replace_fixtures(self, fixtures: Mapping[bytes, Campaign]) -> list[str]:
        before, self._fixtures = self._fixtures, fixtures
        changed = {id_ for id_, campaign in fixtures.items() if not campaign.is_like(before.get(id_))}
        gone = [id_ for id_, campaign in self._changes.items() if campaign is None and id_ not in fixtures]
        given_way = [id_ for id_ in self._changes if id_ in changed]
        for id_ in [*given_way, *gone]:
            self._share.take(-self._sizes.pop(id_))
            del self._changes[id_]
        # How an unchanged campaign grows follows from its file; where its script is does not.
        scripts = {id_ for id_, campaign in fixtures.items() if campaign.script is not None and id_ not in changed}
        kept = {id_.decode() for id_ in scripts | self._changes.keys()}
        for name in self._progress.keys() - kept:
            self._remove_progress(name)
        self.revision += 1
        return [id_.decode() for id_ in given_way]

    def follow(self, contract: Contract) -> None:
        self._stats_form = forms_of(contract).stats
        self.faults.follow(contract)
        for progress in self._progress.values():
            progress.reply = None

    def put(self, campaign: Campaign) -> None:
        if len(self._changes) >= MAX_CAMPAIGNS and campaign.id.encode() not in self._changes:
            raise TooManyCampaignsError(f"An account keeps at most {MAX_CAMPAIGNS} campaigns of its own. Delete some.")
        size = size_of(campaign) + NAME_BYTES
        self._share.reserve(size - self._sizes.get(campaign.id.encode(), 0))
        self._change(campaign.id.encode(), campaign, size)
        if campaign.growth is not None:
            self._add_progress(campaign.id, self._resolve(campaign, campaign.growth, self.clock.now()))

    def delete(self, campaign_id: str) -> bool:
        key = campaign_id.encode()
        if self.campaign(key) is None:
            return False
        self._share.take(-self._sizes.pop(key, 0))
        if key in self._fixtures:
            self._share.take(NAME_BYTES)
            self._change(key, None, NAME_BYTES)
        else:
            del self._changes[key]
            self._remove_progress(campaign_id)
        return True

    def next_script_step(self, campaign_id: str, script: Script) -> ScriptStep:
        progress = self._progress.get(campaign_id) or self._add_progress(campaign_id)
        progress.requests += 1
        return script.step_for(progress.requests - 1)

    def script_requests(self, campaign: Campaign) -> int:
        progress = self._progress.get(campaign.id)
        return progress.requests if progress and self.campaign(campaign.id.encode()) is campaign else 0

    def growth(self, campaign: Campaign) -> Growth | None:
        if campaign.growth is None:
            return None
        if self.campaign(campaign.id.encode()) is not campaign:
            return self._resolve(campaign, campaign.growth, self.clock.now())
        return self._progress_of(campaign).growth

    def current_stats(self, campaign: Campaign) -> Mapping[str, Any] | None:
        growth = self.growth(campaign)
        return campaign.stats if growth is None else stats_at(growth, self._stats_time())

    def current_reply(self, campaign: Campaign, make: Callable[[Mapping[str, Any]], Reply]) -> Reply:
        progress, time = self._progress_of(campaign), self._stats_time()
        growth = progress.growth
        if growth is None or time < growth.sent_at:
            return campaign.reply
        refreshes = refreshes_at(growth, time)
        if progress.reply is None or progress.refreshes != refreshes:
            before = progress.bytes
            progress.refreshes, progress.reply = refreshes, make(stats_at(growth, time) or {})
            self._share.take(progress.bytes - before)
        return progress.reply

    def pause_refresh(self, duration: timedelta) -> datetime:
        now = self.clock.now()
        start, end = self._pause or (now, now)
        self._pause = (start if now < end else now, now + duration)
        return now + duration

    def apply_fault(self, campaign_id: str, reply: Reply) -> Reply | None:
        return self.faults.apply_next(campaign_id, reply)

    def retry_after(self, key: Secret) -> int | None:
        return self.rate_limiter.acquire(key, self.clock.timestamp()) if self.limits else None

    def limit_states(self, key: Secret) -> tuple[LimitState, ...]:
        return self.rate_limiter.states(key, self.clock.timestamp())

    def set_rate_limit(self, limits: Limits) -> None:
        limiter = RateLimiter(limits)
        self._share.reserve(limiter.most_bytes - self.rate_limiter.most_bytes)
        self.limits, self.rate_limiter = limits, limiter

    def record(self, request: Request, campaign_id: str, reply: Reply, seconds: float) -> float:
        now = self.clock.timestamp()
        self.journal.record(now, request, campaign_id, reply, seconds)
        return now

    def clear_journal(self) -> None:
        self.journal = self.journal.cleared()

    def release(self) -> None:
        self.hold.let_go()
        self.faults.let_go()
        self._share.release()
        self.journal.release()

    def _stats_time(self) -> datetime:
        """Return the time of the stats that are shown: now, or the start of a pause of the refreshes."""
        now = self.clock.now()
        start, end = self._pause or (now, now)
        return start if now < end else now

    def _resolve(self, campaign: Campaign, file: GrowthFile, started: datetime) -> Growth:
        return resolve(file, started, self._rates, self._stats_form.fitting(campaign.id))

    def _progress_of(self, campaign: Campaign) -> _Progress:
        progress = self._progress.get(campaign.id)
        if progress is None:
            growth = self._resolve(campaign, campaign.growth, self._started) if campaign.growth else None
            progress = self._add_progress(campaign.id, growth)
        return progress

    def _add_progress(self, campaign_id: str, growth: Growth | None = None) -> _Progress:
        progress = self._progress[campaign_id] = _Progress(growth=growth)
        self._share.take(progress.bytes)
        return progress

    def _change(self, key: bytes, campaign: Campaign | None, size: int) -> None:
        """Put a campaign, or None for one of the fixtures that is deleted, in place of what has its id."""
        self._changes[key], self._sizes[key] = campaign, size
        self._remove_progress(key.decode())

    def _remove_progress(self, campaign_id: str) -> None:
        self.revision += 1
        progress = self._progress.pop(campaign_id, None)
        if progress is not None:
            self._share.take(-progress.bytes)
