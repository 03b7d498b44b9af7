"""SharedState: the state of one account in this worker, which can be exported part by part and set to others' parts."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from migma_contract.errors import MigmaError
from migma_contract.redaction import Secret
from migma_mock.accounts.memory_state import NAME_BYTES, MemoryState
from migma_mock.accounts.rate_limit import KeyWindows, LimitState, RateLimiter
from migma_mock.campaigns.campaign import Campaign, Script, ScriptStep
from migma_mock.messages.reply import Reply
from migma_mock.plans import Limits
from migma_mock.sharing.store.parts import CLAIMS, PROGRESS, WINDOW
from migma_mock.size_of import size_of

_SKEW_SECONDS = 2.0
"""The clocks of machines differ: a running clock that goes back by less was not set."""


class PutCampaign(NamedTuple):
    """A campaign that was put.

    Attributes:
        campaign: The campaign; None for one of the fixtures that was deleted.
        sent_at: When it is sent, if it grows.
    """

    campaign: Campaign | None
    sent_at: datetime | None = None


class CountedRequests(NamedTuple):
    """The requests of a key that a rate limiter has counted.

    Attributes:
        counted: How many it has counted so far.
        sizes: How many of them count in each window.
        times: When those in the longest window came.
    """

    counted: int
    sizes: Sequence[int]
    times: Sequence[float]


class LostScriptError(MigmaError):
    """Nobody knows at which step the script of a campaign is, since the store lost its data."""


class SharedState(MemoryState):
    """The state of one account in this worker: an :class:`migma_mock.accounts.state.AccountState` like any other.

    Attributes:
        touched: The names of the parts that requests may have changed. A window stands for all chunks of its times.
        lost_scripts: The ids of the campaigns of which nobody knows how many requests their script has counted.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        self.touched: set[str] = set()
        self.lost_scripts: set[str] = set()
        super().__init__(*args, **options)

    @property
    def started(self) -> datetime:
        """The moment from which the initial campaigns count a relative ``sentAt``."""
        return self._started

    def restore_start(self, moment: datetime) -> None:
        """Count a relative ``sentAt`` of the initial campaigns from another moment."""
        if moment == self._started:
            return
        self._started = moment
        growing = [id_ for id_, progress in self._progress.items() if progress.growth is not None]
        for campaign_id in growing:
            if campaign_id.encode() not in self._changes:
                self._remove_progress(campaign_id)

    @property
    def pause(self) -> tuple[datetime, datetime] | None:
        """The start and the end of the pause of refreshes; None before the first."""
        return self._pause

    @pause.setter
    def pause(self, pause: tuple[datetime, datetime] | None) -> None:
        self._pause = pause

    # Requests: what they claim is noted.

    def next_script_step(self, campaign_id: str, script: Script) -> ScriptStep:
        if campaign_id in self.lost_scripts:
            raise LostScriptError(campaign_id)
        self.touched.add(PROGRESS + campaign_id)
        return super().next_script_step(campaign_id, script)

    def apply_fault(self, campaign_id: str, reply: Reply) -> Reply | None:
        self.touched.add(CLAIMS)
        return super().apply_fault(campaign_id, reply)

    def retry_after(self, key: Secret) -> int | None:
        if not self.limits:
            return None
        name = key_name(key)
        self.touched.add(WINDOW + name)
        return self.rate_limiter.acquire(name, self._time_of(name))

    def limit_states(self, key: Secret) -> tuple[LimitState, ...]:
        name = key_name(key)
        before = windows.sizes if (windows := self.windows(name)) else None
        states = self.rate_limiter.states(name, self._time_of(name))
        if windows and windows.sizes != before:  # some count no more, even if the clock is set back
            self.touched.add(WINDOW + name)
        return states

    def _time_of(self, name: str) -> float:
        """Return the time of a request of a key, which is not before the latest one only since clocks differ."""
        now = self.clock.timestamp()
        latest = None if self.clock.is_frozen else self.rate_limiter.latest(name)
        return latest if latest is not None and latest - _SKEW_SECONDS < now < latest else now

    def set_rate_limit(self, limits: Limits) -> None:
        counted = self.counted_keys
        super().set_rate_limit(limits)
        self.touched |= {WINDOW + name for name in counted}

    # Other copies: what they have takes the place of what this one has.

    def restore_limits(self, limits: Limits) -> None:
        """Have these limits, and no request counted."""
        limiter = RateLimiter(limits)
        self._share.take(limiter.most_bytes - self.rate_limiter.most_bytes)
        self.limits, self.rate_limiter = limits, limiter

    def windows(self, name: str) -> KeyWindows | None:
        """Return the counted requests of a key, by its :func:`key_name`; None if it has none."""
        return self.rate_limiter.windows(name)

    @property
    def counted_keys(self) -> Sequence[str]:
        """The :func:`key_name` of each key whose requests are counted."""
        return [str(name) for name in self.rate_limiter]

    def restore_windows(self, name: str, requests: CountedRequests | None) -> None:
        """Have these counted requests of a key, by its :func:`key_name`; None for none."""
        if requests is None:
            self.rate_limiter.forget(name)
        else:
            self.rate_limiter.restore(name, *requests)

    @property
    def own_campaigns(self) -> Mapping[bytes, Campaign | None]:
        """The campaigns that were put since the start; None for those of the fixtures that were deleted."""
        return self._changes

    def put_campaign(self, campaign_id: str) -> PutCampaign | None:
        """Return what was put in the place of an id; None if the initial campaign is there, or nothing."""
        key = campaign_id.encode()
        if key not in self._changes:
            return None
        campaign = self._changes[key]
        growth = self.growth(campaign) if campaign else None
        return PutCampaign(campaign, growth.sent_at if growth else None)

    def restore_campaign(self, campaign_id: str, put: PutCampaign | None) -> None:
        """Have what was put in another copy in the place of an id, whatever the limits; None for nothing."""
        key = campaign_id.encode()
        self._share.take(-self._sizes.pop(key, 0))
        self._changes.pop(key, None)
        self._remove_progress(campaign_id)
        if put is None:
            return
        campaign, sent_at = put
        size = NAME_BYTES + (size_of(campaign) if campaign else 0)
        self._share.take(size)
        self._changes[key], self._sizes[key] = campaign, size
        if campaign is not None and campaign.growth is not None and sent_at is not None:
            growth = self._resolve(campaign, campaign.growth, sent_at)
            self._add_progress(campaign_id, replace(growth, sent_at=sent_at))

    def script_count(self, campaign_id: str) -> int | None:
        """Return how many requests the script of a campaign has counted; None if that is lost."""
        if campaign_id in self.lost_scripts:
            return None
        progress = self._progress.get(campaign_id)
        return progress.requests if progress else 0

    def restore_script_count(self, campaign_id: str, requests: int | None) -> None:
        """Set how many requests the script of a campaign has counted; None if that is lost."""
        if requests is None:
            self.lost_scripts.add(campaign_id)
            return
        self.lost_scripts.discard(campaign_id)
        progress = self._progress.get(campaign_id)
        if progress is None and requests:
            progress = self._add_progress(campaign_id)
        if progress is not None:
            progress.requests = requests

    @property
    def script_counts(self) -> Sequence[str]:
        """The ids of the campaigns whose script has counted requests, or whose count is lost."""
        counted = {campaign_id for campaign_id, progress in self._progress.items() if progress.requests}
        return sorted(counted | self.lost_scripts)

    def _remove_progress(self, campaign_id: str) -> None:
        self.touched.add(PROGRESS + campaign_id)
        self.lost_scripts.discard(campaign_id)
        super()._remove_progress(campaign_id)


@lru_cache(4096)
def key_name(key: Secret) -> str:
    """Return the name of a key in the store, which does not tell the key."""
    return hashlib.sha256(key.reveal().encode()).hexdigest()[:32]
