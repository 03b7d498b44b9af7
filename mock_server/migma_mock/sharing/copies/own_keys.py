"""OwnKeys: what tells that a recorded request had a key of its account, although the record does not show it."""

import hashlib
from collections.abc import Callable, Mapping

from migma_contract.openapi import Contract
from migma_mock.accounts.account import Account
from migma_mock.accounts.own_credentials import own_credentials


def fingerprint(value: str) -> str:
    """Return a text from which nobody gets the value; equal values have the same."""
    return hashlib.blake2b(value.encode("utf-8", "backslashreplace"), digest_size=12).hexdigest()


class OwnKeys:
    """The fingerprints of the keys of an account, by each form that a header or parameter may have.

    Args:
        account: The account.
        contract: Returns the contract, which says in which forms requests carry a key.
    """

    def __init__(self, account: Account, contract: Callable[[], Contract]) -> None:
        self._account, self._contract = account, contract
        self._computed_from: tuple[object, object] = (None, None)
        self._fingerprints: Mapping[str, str] = {}

    def fingerprints(self) -> Mapping[str, str]:
        """Return the fingerprints; they change with the fixtures and with the contract."""
        keys, contract = self._account.keys, self._contract()
        if self._computed_from[0] is not keys or self._computed_from[1] is not contract:
            forms = own_credentials(keys, contract.operation.key_places)
            self._fingerprints = {form: fingerprint(form) for form in forms}
            self._computed_from = keys, contract
        return self._fingerprints
