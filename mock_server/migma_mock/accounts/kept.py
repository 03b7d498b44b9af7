"""Kept: how much all accounts keep, in numbers for a metrics page."""

from typing import NamedTuple

from migma_mock.accounts.registry import Accounts


class Kept(NamedTuple):
    """The amounts that all accounts keep.

    Attributes:
        accounts: How many accounts there are, the built-in one included.
        entries: How many requests their journals have, that of the requests without a known key included.
        lost: Accounts whose state a shared store lost.
    """

    accounts: int
    entries: int
    lost: int = 0


def kept_in_memory(accounts: Accounts) -> Kept:
    """Return how much the accounts of this process keep."""
    journals = [accounts.unknown_key_requests, *(account.state.journal for account in accounts.all)]
    return Kept(len(accounts.all), sum(len(journal.entries) for journal in journals))
