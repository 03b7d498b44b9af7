"""KeyPlace: where a request carries the API key, from the security schemes of the document."""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote

from migma_contract.json_pointer import pointer
from migma_contract.openapi.document import Document
from migma_contract.strict_json import describe_json

_TOKENS = {"oauth2": "OAuth 2", "openIdConnect": "OpenID Connect"}


@dataclass(frozen=True, slots=True)
class KeyPlace:
    """One place where the API key may be.

    Attributes:
        where: A header, the query or a cookie.
        name: The name of the header, parameter or cookie.
        form: ``bearer`` is ``Bearer KEY``, ``basic`` has the key as the user and no password, ``plain`` is the key.
    """

    where: Literal["header", "query", "cookie"]
    name: str
    form: Literal["bearer", "basic", "plain"]

    @property
    def header(self) -> str:
        """The name of the header that carries the key; "" if the query does."""
        return {"header": self.name, "cookie": "Cookie", "query": ""}[self.where]

    def value(self, key: str) -> str:
        """Return the value of that header for a key, or of the parameter, not yet percent-encoded."""
        if self.form == "bearer":
            return f"Bearer {key}"
        if self.form == "basic":
            return f"Basic {base64.b64encode(f'{key}:'.encode()).decode()}"
        return f"{self.name}={key}" if self.where == "cookie" else key

    def form_of_value(self, key: str) -> str:
        """Return that value as people build it: ``Basic BASE64(KEY:)`` where :meth:`value` has it encoded."""
        return f"Basic BASE64({key}:)" if self.form == "basic" else self.value(key)

    def headers(self, key: str) -> dict[str, str]:
        """Return the header that carries a key; empty if the query does."""
        return {self.header: self.value(key)} if self.header else {}

    def query(self, key: str) -> str:
        """Return the part of the query that carries a key, as ``api_key=KEY``; "" if a header does."""
        return f"{quote(self.name, safe='')}={quote(key, safe='')}" if self.where == "query" else ""

    def how_to(self, key: str) -> str:
        """Return a phrase that says how to send a key: ``the header 'Authorization: Bearer KEY'``."""
        if self.where == "query":
            return f"the query parameter '{self.name}={key}'"
        return f"the header '{self.header}: {self.form_of_value(key)}'"


@dataclass(frozen=True, slots=True)
class Keys:
    """The ways in which requests prove who they are.

    Attributes:
        places: The places of the API key, of which one is enough; the first is that of examples and of the check.
        needed: False if the document also allows requests without a key.
        notices: Sentences for the user about what the document asks for and is not honoured.
    """

    places: tuple[KeyPlace, ...]
    needed: bool
    notices: tuple[str, ...]


def read_keys(document: Document, operation: Mapping[str, Any], at: str) -> Keys:
    """Return the places of the API key from the security requirements of an operation, or of the document.

    Each requirement is one alternative. If one has several schemes, the first is the place of the key.

    Raises:
        ContractError: A requirement or a scheme has a wrong form, or there is no such scheme.
    """
    where = f"{at}/security" if "security" in operation else "/security"
    given = operation.get("security", document.root.get("security", []))
    requirements = document.expect(given, where, list, "an array of security requirements")
    places: dict[KeyPlace, None] = {}
    notices: list[str] = []
    for index, each in enumerate(requirements):
        names = list(document.expect(each, f"{where}/{index}", dict, "an object"))
        schemes = [_read_scheme(document, name, f"{where}/{index}{pointer(name)}", notices) for name in names]
        if schemes:
            places[schemes[0]] = None
        notices += [
            f"Besides {places_in_words(schemes[:1])}, the document requires {places_in_words([other])} "
            f"(security scheme {name!r}). The mock does not ask for it, and the check does not send it."
            for name, other in zip(names[1:], schemes[1:], strict=True)
        ]
    is_needed = bool(requirements) and all(requirements)
    if not is_needed:
        notices.append("The document allows requests without an API key: the mock answers them with its fixtures.")
    # Accounts of the mock are told apart by their keys, so that some place for one is needed.
    return Keys(tuple(places) or (KeyPlace("header", "Authorization", "bearer"),), is_needed, tuple(notices))


def places_in_words(places: "Mapping[KeyPlace, None] | list[KeyPlace]") -> str:
    """Return places in words: ``the header X-Key or the cookie session``."""
    return " or ".join(f"the {_NOUN[each.where]} {each.name}" for each in places)


_NOUN = {"header": "header", "query": "query parameter", "cookie": "cookie"}


def _read_scheme(document: Document, name: str, at: str, notices: list[str]) -> KeyPlace:
    place = f"/components/securitySchemes{pointer(name)}"
    try:
        node = document.at(place)
    except (LookupError, TypeError, ValueError):
        document.refuse(at, "the name of a scheme in components/securitySchemes", describe_json(name))
    scheme, place = document.resolve(node, place)
    kind = scheme.get("type")
    if kind == "apiKey":
        return _api_key(document, scheme, place)
    form = str(scheme.get("scheme", "")).lower() if kind == "http" else str(kind)
    if form == "basic":
        notices.append(
            f"The security scheme {name!r} is HTTP Basic: the API key is the user name, and the password is empty."
        )
        return KeyPlace("header", "Authorization", "basic")
    if form != "bearer":
        what = _TOKENS.get(form, f"HTTP {form}" if kind == "http" else form)
        notices.append(
            f"The security scheme {name!r} ({what}) is read as “Authorization: Bearer KEY”; "
            "tokens, scopes and certificates are not checked."
        )
    return KeyPlace("header", "Authorization", "bearer")


def _api_key(document: Document, scheme: Mapping[str, Any], place: str) -> KeyPlace:
    where = scheme.get("in")
    if where not in ("header", "query", "cookie"):
        got = "nothing" if where is None else describe_json(where)
        document.refuse(f"{place}/in", "header, query or cookie, the place of the API key", got)
    name = document.expect(scheme.get("name"), f"{place}/name", str, "the name of the header, parameter or cookie")
    is_bearer = where == "header" and name.lower() == "authorization"
    return KeyPlace(where, name, "bearer" if is_bearer else "plain")


def parse_cookies(header: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the names and values in a header Cookie."""
    for part in header.split(b";"):
        name, found, value = part.strip().partition(b"=")
        if found:
            yield name, value.strip(b'"')
