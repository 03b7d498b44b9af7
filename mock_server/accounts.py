"""Account: what an API key opens, with its own campaigns and journal; and the registry of accounts."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from mock_server.auth import Key, secret_of
from mock_server.campaign import Campaign
from mock_server.journal import Journal


class Account:
    """One tenant of the mock.

    Attributes:
        name: For people.
        campaigns: By id, as ASCII bytes. The mapping is replaced as a whole, never changed, so that a
            request sees one state.
        journal: Of the requests that came with this account's keys.
    """

    def __init__(self, name: str, campaigns: Mapping[bytes, Campaign], journal_bound: int) -> None:
        self.name = name
        self.campaigns = campaigns
        self.journal = Journal(journal_bound)


class Credential(NamedTuple):
    """A known key, and the account that it opens."""

    account: Account
    key: Key


class Accounts:
    """Every account, found by API key.

    Attributes:
        built_in: The account of the fixtures.
        unclaimed: The journal of requests that came with no known key.
    """

    def __init__(self, journal_bound: int) -> None:
        self.built_in = Account("built-in", {}, journal_bound)
        self.unclaimed = Journal(journal_bound)
        self._by_secret: dict[bytes, Credential] = {}
        self._by_bearer: dict[bytes, Credential] = {}

    def set_built_in(self, campaigns: Mapping[str, Campaign], keys: Iterable[Key]) -> None:
        """Put another set of fixtures in place, in one step; the journal stays."""
        by_secret = {key.key.encode(): Credential(self.built_in, key) for key in keys}
        self.built_in.campaigns = {id_.encode(): campaign for id_, campaign in campaigns.items()}
        self._by_secret = by_secret
        self._by_bearer = {b"Bearer " + secret: credential for secret, credential in by_secret.items()}

    @property
    def working_key(self) -> str:
        """A key of the built-in account that may read stats; "" where there is none."""
        keys = (credential.key for credential in self._by_secret.values())
        return next((key.key for key in keys if key.may_read and not key.revoked), "")

    def by_header(self, name: bytes, value: bytes) -> Credential | None:
        """The credential that a header names: one look-up for the usual form, reading it for others.

        Args:
            name: The header's name, in lower case.
            value: As received.
        """
        known = self._by_bearer.get(value) if name == b"authorization" else None
        if known is not None:
            return known
        secret = secret_of(name, value)
        return self._by_secret.get(secret) if secret else None
