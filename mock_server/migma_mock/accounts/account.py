"""Account: what an API key opens, with its own campaigns, clock, faults, quota and journal."""

import hashlib
import secrets
from collections.abc import Callable
from typing import NamedTuple

from migma_mock.accounts.journal import Journal
from migma_mock.accounts.state import AccountState

BUILT_IN = "built-in"
"""The id of the account of the fixtures."""

_KEY_START = "mgma_sk_test_"


class AccountKeys(NamedTuple):
    """A key of each kind; of the fixtures, the first of the kind, "" where there is none."""

    working: str
    revoked: str
    withoutPermission: str  # as the control API's JSON has it


class Account:
    """One tenant of the mock.

    Args:
        journal: To begin with.
        make_state: The state that it begins with, which records in a journal.

    Attributes:
        id: In the control API.
        name: For people.
        keys: What opens it.
        state: All that changes; replaced as a whole by :meth:`reset`.
    """

    def __init__(
        self, id_: str, name: str, keys: AccountKeys, journal: Journal, make_state: Callable[[Journal], AccountState]
    ) -> None:
        self.id = id_
        self.name = name
        self.keys = keys
        self._make_state = make_state
        self.state = make_state(journal)

    @property
    def is_built_in(self) -> bool:
        """Whether it is the account of the fixtures."""
        return self.id == BUILT_IN

    @property
    def example_id(self) -> str:
        """The id of a campaign that answers with stats; one of nothing, where there is none."""
        campaigns = self.state.campaigns.values()
        return next((campaign.id for campaign in campaigns if campaign.stats), "CAMPAIGN_ID")

    def reset(self) -> None:
        """Begin anew: the campaigns and clock it was made with, no faults, an empty journal."""
        self.state = self._make_state(self.state.journal.cleared())


def random_keys() -> AccountKeys:
    """Keys that nobody has."""
    return AccountKeys(*(f"{_KEY_START}{secrets.token_hex(16)}" for _ in AccountKeys._fields))


def derived_keys(seed: str, number: int) -> AccountKeys:
    """The keys of a seed and a number, the same at any time."""
    digests = (hashlib.sha256(f"{seed}:{number}:{kind}".encode()) for kind in AccountKeys._fields)
    return AccountKeys(*(f"{_KEY_START}{digest.hexdigest()[:32]}" for digest in digests))
