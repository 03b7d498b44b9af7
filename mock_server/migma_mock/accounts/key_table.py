"""KeyTable: the known API keys, and the account that each opens."""

import itertools
from typing import NamedTuple

from migma_mock.accounts.account import Account, AccountKeys, derived_keys
from migma_mock.api_keys import Key, secret_of


class Credential(NamedTuple):
    """A known API key and the account that it opens."""

    account: Account
    key: Key


class KeyTable:
    """The known API keys, and the account that each opens."""

    def __init__(self) -> None:
        self._by_secret: dict[bytes, Credential] = {}
        self._by_bearer: dict[bytes, Credential] = {}

    def add(self, account: Account, key: Key) -> bytes:
        """Let a key open an account, and return the key as it comes in requests."""
        secret = key.key.reveal().encode()
        credential = Credential(account, key)
        self._by_secret[secret] = credential
        self._by_bearer[b"Bearer " + secret] = credential
        return secret

    def remove(self, secret: bytes) -> None:
        """Make a key unknown, if it is known."""
        self._by_secret.pop(secret, None)
        self._by_bearer.pop(b"Bearer " + secret, None)

    def find(self, secret: bytes) -> Credential | None:
        """Return the credential of a key, or None if it is unknown."""
        return self._by_secret.get(secret)

    def in_header(self, name: bytes, value: bytes) -> Credential | None:
        """Return the credential in a header, or None if it has no known key.

        Args:
            name: The name of the header, in lower case.
            value: Its value, as received.
        """
        # One look-up finds the usual form; any other form is parsed.
        credential = self._by_bearer.get(value) if name == b"authorization" else None
        if credential is None:
            secret = secret_of(name, value)
            credential = self._by_secret.get(secret) if secret else None
        return credential

    def free_keys(self, seed: str) -> AccountKeys:
        """Return the first keys of a seed that no account has."""
        candidates = (derived_keys(seed, number) for number in itertools.count(1))
        return next(keys for keys in candidates if keys.working.reveal().encode() not in self._by_secret)
