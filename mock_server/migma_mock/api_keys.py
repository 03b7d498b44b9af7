"""API keys: the forms in which a client may send one, and what each key may do."""

from itertools import takewhile

from pydantic import Field, ValidationError

from migma_contract.errors import Problem
from migma_contract.json_pointer import pointer, tokens
from migma_contract.strict_json import parse
from migma_mock.input_models import Strict, model_problems

PERMISSION = "email:read"
"""What this endpoint asks of a key (the contract's description: "Requires API key with email:read.")."""

SCHEMES = (b"bearer", b"apikey")
"""Schemes of ``Authorization``, in any case: the contract has Bearer, another vendor page ApiKey too."""

KEY_PATTERN = r"^[A-Za-z0-9_.~+/=-]{8,200}$"


class Key(Strict):
    """One API key as ``keys.json`` writes it."""

    key: str = Field(pattern=KEY_PATTERN, description="The secret, in the vendor's form mgma_sk_test_…")
    title: str = Field(default="", max_length=120, description="What this key is good for.")
    permissions: list[str] = Field(default=[PERMISSION], description="Such as email:read, audience:read.")
    revoked: bool = Field(default=False, description="The key was good once: it gets 401.")

    @property
    def may_read(self) -> bool:
        """Whether it carries the permission that the endpoint needs."""
        return PERMISSION in self.permissions


class KeyFile(Strict):
    """``keys.json``: every key that the built-in account knows."""

    keys: list[Key]


def parse_keys(data: bytes, source: str) -> list[Key] | list[Problem]:
    """The keys of a file, or everything that is wrong with it. Keys never appear in a Problem."""
    parsed = parse(data)
    if parsed.defects:
        defects = (d._replace(got="a name again") if d.kind == "duplicate-key" else d for d in parsed.defects)
        return [Problem(source, _place(place), *description) for _, place, *description in defects]
    try:
        keys = KeyFile.model_validate(parsed.value).keys
    except ValidationError as error:
        # The name of an unknown field may be a key, so the messages that name fields are left out.
        return [
            Problem(source, _place(problem.pointer), problem.expected, "something else")
            for problem in model_problems(error, source)
        ]
    secrets = [key.key for key in keys]
    return [
        Problem(source, f"/keys/{index}/key", "each key once", "a key that is above already")
        for index, secret in enumerate(secrets)
        if secret in secrets[:index]
    ] or keys


_NAMES = frozenset((*KeyFile.model_fields, *Key.model_fields))


def _place(where: str) -> str:
    # In a file of the wrong shape a key may stand anywhere, also as the name of a member.
    return pointer(*takewhile(lambda token: token in _NAMES or len(token) < 8, tokens(where)))


def secret_of(header: bytes, value: bytes) -> bytes | None:
    """The key that a header carries, or None if it is not in a form that the vendor takes.

    Args:
        header: Its name, in lower case. ``authorization`` needs a scheme, any other carries the bare key.
        value: As received.
    """
    if header != b"authorization":
        return value.strip() or None
    scheme, _, secret = value.strip().partition(b" ")
    return (secret.strip() or None) if scheme.lower() in SCHEMES else None
