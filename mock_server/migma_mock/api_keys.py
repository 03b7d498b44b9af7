"""API keys: the file that lists them, what each may do, and how a client sends one."""

from itertools import takewhile
from typing import Annotated

from pydantic import Field, ValidationError

from migma_contract.errors import Problem
from migma_contract.json_pointer import pointer, tokens
from migma_contract.redaction import Secret
from migma_contract.strict_json import parse
from migma_mock.input_models import SecretForm, Strict, model_problems

PERMISSION = "email:read"
"""The permission that the endpoint requires (the contract's description: "Requires API key with email:read.")."""

SCHEMES = (b"bearer", b"apikey")
"""Accepted schemes of ``Authorization``, in lower case: the contract has Bearer, another vendor page ApiKey too."""

KEY_PATTERN = r"^[A-Za-z0-9_.~+/=-]{8,200}$"

ApiKey = Annotated[Secret, SecretForm(KEY_PATTERN)]
"""An API key, as a field of a model."""


class Key(Strict):
    """One API key in ``keys.json``."""

    key: ApiKey = Field(description="The key itself, in the vendor's form mgma_sk_test_…")
    title: str = Field(default="", max_length=120, description="What this key is for.")
    permissions: list[str] = Field(default=[PERMISSION], description="Such as email:read and audience:read.")
    revoked: bool = Field(default=False, description="The key was revoked: it gets 401.")

    @property
    def may_read(self) -> bool:
        """True if the key has the permission that the endpoint requires."""
        return PERMISSION in self.permissions


class KeyFile(Strict):
    """The file ``keys.json``: the keys of the built-in account."""

    schema_: str | None = Field(default=None, alias="$schema", description="JSON schema for editors; not used.")
    keys: list[Key]


def parse_keys(data: bytes, source: str) -> list[Key] | list[Problem]:
    """Return the keys of a file, or every problem with it; the problems never contain a key."""
    parsed = parse(data)
    if parsed.defects:
        defects = (d._replace(got="a repeated name") if d.kind == "duplicate-key" else d for d in parsed.defects)
        return [Problem(source, _place(place), expected, got, why) for _, place, expected, got, why in defects]
    try:
        keys = KeyFile.model_validate(parsed.value).keys
    except ValidationError as error:
        # The name of an unknown field may be a key, so the messages that name fields are left out.
        return [
            Problem(source, _place(problem.pointer), problem.expected, "something else")
            for problem in model_problems(error, source)
        ]
    first = {key.key: index for index, key in reversed([*enumerate(keys)])}
    return [
        Problem(source, f"/keys/{index}/key", "each key once", "a repeated key")
        for index, key in enumerate(keys)
        if first[key.key] < index
    ] or keys


_NAMES = frozenset((*KeyFile.model_fields, *Key.model_fields))


def _place(where: str) -> str:
    # In a file with the wrong structure a key may be anywhere, even the name of a field.
    return pointer(*takewhile(lambda token: token in _NAMES or len(token) < 8, tokens(where)))


def secret_of(header: bytes, value: bytes) -> bytes | None:
    """Return the key in a header, or None if the vendor does not accept its form.

    Args:
        header: The name of the header, in lower case; ``authorization`` needs a scheme, any other has only the key.
        value: Its value, as received.
    """
    if header != b"authorization":
        return value.strip() or None
    scheme, _, secret = value.strip().partition(b" ")
    return (secret.strip() or None) if scheme.lower() in SCHEMES else None
