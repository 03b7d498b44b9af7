"""AccountState: everything of an account that changes from one request to the next, behind one interface.

The engine, the control API and the handles use only this interface, so that another implementation can keep the state
where several processes share it. What a request needs is one operation each, which claims and counts in one step:
:meth:`~AccountState.apply_fault`, :meth:`~AccountState.retry_after`, :meth:`~AccountState.next_script_step`,
:meth:`~AccountState.record`. :mod:`migma_mock.accounts.memory_state` keeps the state in this process.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from migma_contract.errors import MigmaError
from migma_contract.openapi import Contract
from migma_contract.redaction import Secret
from migma_mock.accounts.clock import Clock
from migma_mock.accounts.journal import Journal
from migma_mock.accounts.rate_limit import LimitState
from migma_mock.campaigns.campaign import Campaign, Script, ScriptStep
from migma_mock.campaigns.growth import Growth
from migma_mock.faults.armed import ArmedFaults
from migma_mock.messages.hold import Hold
from migma_mock.messages.reply import Reply
from migma_mock.messages.request import Request
from migma_mock.plans import Limits


class TooManyCampaignsError(MigmaError):
    """An account has as many campaigns of its own as it may have."""


class AccountState(Protocol):
    """The state of one account: its campaigns and their progress, clock, faults, rate limit and journal."""

    clock: Clock
    """The account's clock."""

    faults: ArmedFaults
    """The armed faults; true in a boolean context if there are any."""

    hold: Hold
    """Holds the requests that wait for another reason than an armed fault."""

    journal: Journal
    """The recorded requests; another object after they were cleared."""

    limits: Limits
    """The number of requests that each key may send; empty for no limit. :meth:`set_rate_limit` changes it."""

    revision: int
    """A number that changes with every change of the campaigns."""

    @property
    def campaigns(self) -> Mapping[bytes, Campaign]:
        """All campaigns by id: the initial ones, and those that were put or deleted since."""

    def campaign(self, campaign_id: bytes) -> Campaign | None:
        """Return the campaign of an id, or None; much faster than :attr:`campaigns`."""

    def replace_fixtures(self, fixtures: Mapping[bytes, Campaign]) -> list[str]:
        """Replace the initial campaigns.

        A campaign that was put or deleted since stays so, unless its initial one is new or another: then this one is
        served. The scripts of the others stay where they are unless they changed.

        Returns:
            The ids of the campaigns that were put or deleted and are now served as the new initial ones.
        """

    def follow(self, contract: Contract) -> None:
        """Satisfy another contract from now on; faults stay armed, and campaigns stay as they are."""

    def put(self, campaign: Campaign) -> None:
        """Add or replace a campaign; its script starts again and its growth counts from now.

        Raises:
            TooManyCampaignsError: The account has as many campaigns of its own as it may have.
            MemoryLimitError: The accounts of the mock keep as much as they may.
        """

    def delete(self, campaign_id: str) -> bool:
        """Delete the campaign of an id; False if there is none."""

    def next_script_step(self, campaign_id: str, script: Script) -> ScriptStep:
        """Count a request for a scripted campaign, and return the step that it gets."""

    def script_requests(self, campaign: Campaign) -> int:
        """Return how many requests the script of a campaign has counted; 0 if the campaign is not the account's."""

    def growth(self, campaign: Campaign) -> Growth | None:
        """Return how a campaign grows; a campaign that is not the account's grows as if it were put now."""

    def current_stats(self, campaign: Campaign) -> Mapping[str, Any] | None:
        """Return the stats of a campaign now; None for a growing campaign before it is sent."""

    def current_reply(self, campaign: Campaign, make: Callable[[Mapping[str, Any]], Reply]) -> Reply:
        """Return the reply of a growing campaign now; ``make`` is called only after a refresh of its stats."""

    def pause_refresh(self, duration: timedelta) -> datetime:
        """Refresh no stats until a duration from now, and return that moment.

        If the refreshes are paused already, the stats stay as they are.
        """

    def apply_fault(self, campaign_id: str, reply: Reply) -> Reply | None:
        """Return a reply changed by the first matching armed fault, which is counted; None if none applies."""

    def retry_after(self, key: Secret) -> int | None:
        """Count a request of a key; return the seconds to wait instead if the key has reached its rate limit."""

    def limit_states(self, key: Secret) -> tuple[LimitState, ...]:
        """Return how much is left of each limit of a key; counts nothing."""

    def set_rate_limit(self, limits: Limits) -> None:
        """Allow each key so many requests, counted from now; empty for no limit.

        Raises:
            MemoryLimitError: There is no room to count so many.
        """

    def record(self, request: Request, campaign_id: str, reply: Reply, seconds: float) -> float:
        """Record a request and its reply in the journal, and return the account's time, in seconds since 1970."""

    def clear_journal(self) -> None:
        """Remove all recorded requests."""

    def release(self) -> None:
        """Count nothing of this state in the memory of the mock any more, and let go all requests that it holds.

        It can still be read.
        """
