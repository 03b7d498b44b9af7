"""Account: what an API key opens, with its own campaigns, clock, faults, rate limit and journal."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple

from migma_contract.redaction import Secret
from migma_mock.accounts.journal import Journal
from migma_mock.accounts.state import AccountState
from migma_mock.plans import Limits

BUILT_IN = "built-in"
"""The id of the account that has the fixtures and their keys."""

_KEY_PREFIX = "mgma_sk_test_"


class AccountKeys(NamedTuple):
    """One key of each kind; for the built-in account the first of its kind, or an empty one if there is none."""

    working: Secret
    revoked: Secret
    withoutPermission: Secret  # as in the JSON of the control API


class InitialState(NamedTuple):
    """The state that an account has at first, and again after a reset.

    Attributes:
        empty: True if it has no campaigns; else it has those of the fixtures.
        limits: How many requests each key may send; empty for no limit.
        start: Where its clock is frozen; None for a clock that runs from now.
    """

    empty: bool = False
    limits: Limits = ()
    start: datetime | None = None


class Account:
    """One account of the mock.

    Args:
        journal: Its first journal.
        create_state: Creates its initial state, which records requests in the given journal.
        initial: What was chosen for its initial state.

    Attributes:
        id: In the control API.
        name: For people.
        keys: The keys that open it.
        initial: What was chosen for its initial state.
        is_deleted: True once the registry has it no more.
        resets: How often it was reset.
        state: Everything that changes; :meth:`reset` replaces it as a whole.
    """

    def __init__(
        self,
        id_: str,
        name: str,
        keys: AccountKeys,
        journal: Journal,
        create_state: Callable[[Journal], AccountState],
        *,
        initial: InitialState,
    ) -> None:
        self.id = id_
        self.name = name
        self.keys = keys
        self.initial = initial
        self.is_deleted = False
        self.resets = 0
        self._create_state = create_state
        self.state = create_state(journal)

    @property
    def is_built_in(self) -> bool:
        """True for the account that has the fixtures and their keys."""
        return self.id == BUILT_IN

    @property
    def example_id(self) -> str:
        """The id of a campaign with stats; a placeholder if the account has none."""
        campaigns = self.state.campaigns.values()
        return next((campaign.id for campaign in campaigns if campaign.stats), "CAMPAIGN_ID")

    @property
    def latest_now(self) -> datetime:
        """The time that ``lastUpdated`` must not exceed: the real one, or the account's if it is ahead."""
        return max(datetime.now(UTC), self.state.clock.now())

    def reset(self) -> None:
        """Restore the initial campaigns and clock, disarm all faults and clear the journal."""
        journal = self.state.journal.cleared()
        self.state.release()
        self.state = self._create_state(journal)
        self.resets += 1


def derived_keys(seed: str, number: int) -> AccountKeys:
    """Return the keys of a seed and a number, which are always the same."""
    digests = (hashlib.sha256(f"{seed}:{number}:{kind}".encode()) for kind in AccountKeys._fields)
    return AccountKeys(*(Secret(f"{_KEY_PREFIX}{digest.hexdigest()[:32]}") for digest in digests))
