"""State: everything of an account that changes from one request to the next, behind one small interface.

Engine, control API and handles know :class:`AccountState` only, so that another implementation can keep the same in a
place that several processes share. The one there is keeps it in this process: :mod:`migma_mock.accounts.memory_state`.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from migma_contract.errors import MigmaError
from migma_mock.accounts.clock import Clock
from migma_mock.accounts.journal import Journal
from migma_mock.campaigns.campaign import Campaign, ScriptStep
from migma_mock.campaigns.growth import Growth
from migma_mock.faults import AppliedFault, ArmedFaults
from migma_mock.messages.reply import Reply
from migma_mock.messages.request import Request


class TooManyCampaignsError(MigmaError):
    """An account has as many campaigns of its own as it may."""


class AccountState(Protocol):
    """The state of one account: its campaigns and how far each has come, clock, faults, quota and journal."""

    @property
    def clock(self) -> Clock:
        """What time it is for the account."""

    @property
    def faults(self) -> ArmedFaults:
        """The faults that are armed."""

    @property
    def journal(self) -> Journal:
        """What was asked and answered; another one once it was cleared."""

    @property
    def revision(self) -> int:
        """Counts the changes of the campaigns."""

    @property
    def has_faults(self) -> bool:
        """Whether a fault may strike."""

    @property
    def campaigns(self) -> Mapping[bytes, Campaign]:
        """All campaigns by id, as they are now: those it began with, and those put or deleted since."""

    def campaign(self, campaign_id: bytes) -> Campaign | None:
        """What is known under an id; for one, much quicker than :attr:`campaigns`."""

    def replace_fixtures(self, base: Mapping[bytes, Campaign]) -> None:
        """Have other campaigns to begin with; those put or deleted since stay so, the others start anew."""

    def put(self, campaign: Campaign) -> None:
        """Add a campaign, or replace the one of its id; its script begins anew, its growth counts from now.

        Raises:
            TooManyCampaignsError: The account has as many of its own as it may.
        """

    def delete(self, campaign_id: str) -> bool:
        """Have no campaign under an id; whether there was one."""

    def next_script_step(self, campaign: Campaign) -> ScriptStep:
        """The next answer of a campaign that has a script."""

    def growth(self, campaign: Campaign) -> Growth | None:
        """How a campaign grows, from when on; of one that the account does not have, as if it were put now."""

    def current_stats(self, campaign: Campaign) -> Mapping[str, Any] | None:
        """The stats of a growing campaign at this moment; None until it is sent."""

    def current_reply(self, campaign: Campaign, make: Callable[[Mapping[str, Any]], Reply]) -> Reply:
        """The reply of a growing campaign of the account at this moment; made anew where its stats were refreshed."""

    def pause_refresh(self, duration: timedelta) -> datetime:
        """Refresh no stats from now until so much later; the moment when they are refreshed again.

        Where they are stale already, they stay as old as they are.
        """

    def apply_fault(self, campaign_id: str, reply: Reply) -> AppliedFault | None:
        """The armed fault that applies_to a reply, with what it makes of it."""

    def retry_after(self, key: str) -> int | None:
        """Seconds until a key may ask again; None where it may now, which counts."""

    def set_quota(self, per_minute: int | None) -> None:
        """Let through so many requests of each key in a minute, counted anew; None: all."""

    def record(self, request: Request, campaign_id: str, reply: Reply, seconds: float) -> None:
        """Keep a request and its answer in the journal."""

    def clear_journal(self) -> None:
        """Forget what was asked and answered."""
