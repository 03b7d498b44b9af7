"""KeyReader: finds the credential of a request where the contract has the API key."""

import base64
import binascii
from collections.abc import Iterator, Mapping
from urllib.parse import unquote_to_bytes

from migma_contract.openapi import KeyPlace, Operation, parse_cookies
from migma_contract.redaction import Secret
from migma_mock.accounts.key_table import Credential
from migma_mock.accounts.registry import Accounts
from migma_mock.api_keys import Key


class KeyReader:
    """Finds credentials.

    A contract that has the key in ``Authorization``, as the vendor's, also gets the other forms that pages of the
    vendor name: ``ApiKey KEY``, and the header ``X-API-Key``.

    Args:
        operation: Where the contract has the key.
        accounts: The accounts and their keys.
        strict: True to accept no other forms than the contract's.
        any_key: True if an unknown key opens the account of the fixtures.

    Attributes:
        headers: The names, in lower case, of the headers that may carry a key.
    """

    def __init__(
        self, operation: Operation, accounts: Accounts, *, strict: bool = False, any_key: bool = False
    ) -> None:
        self._accounts = accounts
        places = operation.key_places
        plain = [each for each in places if each.where == "header" and each.form != "basic"]
        names = [each.name.lower().encode() for each in plain]
        if b"authorization" in names and not strict:
            names.append(b"x-api-key")
        self._takes_bearer_only = strict and any(each.form == "bearer" for each in plain)
        self._names = tuple(dict.fromkeys(names))
        # Rarer places, which are looked at last.
        self._others = tuple(each for each in places if each not in plain)
        self.headers = frozenset(
            (*self._names, *(each.header.lower().encode() for each in self._others if each.header))
        )
        # Those of a request without a key, and with an unknown one.
        self._anonymous = None if operation.needs_key else Credential(accounts.built_in, _NO_KEY)
        self._unknown = Credential(accounts.built_in, _NO_KEY) if any_key else self._anonymous

    def credential(self, headers: Mapping[bytes, bytes], query: bytes) -> Credential | None:
        """Return the credential of a request; None if it needs a key and has none that opens an account."""
        for name in self._names:
            if name in headers:
                value = headers[name]
                if self._takes_bearer_only and name == b"authorization" and not _is_bearer(value):
                    return self._anonymous
                return self._accounts.authenticate(name, value) or self._unknown
        for place in self._others:
            secret = _secret_at(place, headers, query)
            if secret is not None:
                return self._accounts.find(secret) or self._unknown
        return self._anonymous

    def has_key(self, headers: Mapping[bytes, bytes], query: bytes) -> bool:
        """True if a request has something in the place of a key."""
        for name in self._names:
            if name in headers:
                return True
        return any(_secret_at(place, headers, query) is not None for place in self._others) if self._others else False

    def has_former_key(self, headers: Mapping[bytes, bytes], query: bytes) -> bool:
        """True if a request has a key of an account that was deleted."""
        return any(self._accounts.is_former(each.reveal().encode()) for each in self.secrets(headers, query))

    def secrets(self, headers: Mapping[bytes, bytes], query: bytes) -> Iterator[Secret]:
        """Yield the keys of a request, known or not."""
        found = [headers[name].strip().rpartition(b" ")[2] for name in self._names if name in headers]
        found += [secret for place in self._others if (secret := _secret_at(place, headers, query))]
        yield from (Secret(each.decode("latin-1")) for each in dict.fromkeys(found) if each)


_NO_KEY = Key.model_construct(key=Secret(""))


def _is_bearer(value: bytes) -> bool:
    return value.strip().partition(b" ")[0].lower() == b"bearer"


def _secret_at(place: KeyPlace, headers: Mapping[bytes, bytes], query: bytes) -> bytes | None:
    """Return what a request has in one place; None if there is nothing."""
    if place.where == "query":
        return parameter_of(query, place.name)
    value = headers.get(place.header.lower().encode())
    if value is None:
        return None
    if place.where == "cookie":
        return dict(parse_cookies(value)).get(place.name.encode())
    scheme, _, encoded = value.strip().partition(b" ")
    try:
        return base64.b64decode(encoded.strip()).partition(b":")[0] if scheme.lower() == b"basic" else b""
    except (ValueError, binascii.Error):
        return b""


def parameter_of(query: bytes, name: str) -> bytes | None:
    """Return the value of a parameter of a query, percent-decoded; None if it is not there."""
    wanted = name.encode()
    for part in query.split(b"&"):
        found, _, value = part.partition(b"=")
        if unquote_to_bytes(found.replace(b"+", b" ")) == wanted:
            return unquote_to_bytes(value.replace(b"+", b" "))
    return None
