"""Shared by the input formats: the strict base model, campaign ids, and pydantic's errors in plain words."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, get_args
from urllib.parse import quote

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    WithJsonSchema,
)
from pydantic_core import ErrorDetails, PydanticCustomError
from pydantic_core.core_schema import CoreSchema, no_info_plain_validator_function, to_string_ser_schema

from migma_contract.errors import Problem
from migma_contract.exchange import STATUSES_WITHOUT_BODY
from migma_contract.json_pointer import pointer
from migma_contract.redaction import Secret
from migma_contract.strict_json import describe_json
from migma_contract.suggestions import did_you_mean

MAX_ID_BYTES = 8000
"""The longest id in a URL, percent-encoded: with the rest of the contract's path it fits into a request target."""


def is_campaign_id(text: str) -> bool:
    """True if a campaign can have this id: any text that a client can send as one segment of a path.

    That is any text but the empty one, and ``.`` and ``..``, which clients remove from paths, also percent-encoded.
    """
    if text in ("", ".", "..") or len(text) > MAX_ID_BYTES:
        return False
    try:
        return len(quote(text, safe="")) <= MAX_ID_BYTES
    except UnicodeEncodeError:  # lone surrogates are not in UTF-8
        return False


def _require_id(text: str) -> str:
    if not is_campaign_id(text):
        raise PydanticCustomError("id", "an id that a URL can carry: 1 to 8000 bytes when encoded, not '.' or '..'")
    return text


CampaignId = Annotated[
    str, AfterValidator(_require_id), WithJsonSchema({"type": "string", "minLength": 1, "not": {"enum": [".", ".."]}})
]
"""An id that a campaign can have."""


def _require_body(status: int) -> int:
    if status in STATUSES_WITHOUT_BODY:
        raise PydanticCustomError(
            "body", "a status whose responses have a body; the fault empty-body omits the body of another"
        )
    return status


StatusWithBody = Annotated[int, Field(ge=200, le=599), AfterValidator(_require_body)]
"""A final HTTP status whose responses have a body."""

_TYPES = {
    "bool": "true or false",
    "dict": "an object",
    "finite_number": "a finite number",
    "float": "a number",
    "int": "a whole number",
    "int_from_float": "a whole number",
    "list": "an array",
    "model": "an object",
    "model_attributes": "an object",
    "path": "a path",
    "string": "a string",
    "string_unicode": "Unicode text without lone surrogates",
}
"""Expected values by pydantic's error type, without the endings that say why a value is not of that type."""

_BOUNDS = {
    "greater_than": "a number greater than {gt}",
    "greater_than_equal": "at least {ge}",
    "less_than": "a number less than {lt}",
    "less_than_equal": "at most {le}",
    "literal_error": "{expected}",
    "string_pattern_mismatch": "a string of the form {pattern}",
    "string_too_long": "at most {max_length} characters",
    "string_too_short": "at least {min_length} characters",
    "too_long": "at most {max_length} items",
    "too_short": "at least {min_length} items",
}
"""Expected values by pydantic's error type, with names from the context of the error."""


@dataclass(frozen=True)
class SecretForm:
    """Metadata of a field that holds a :class:`migma_contract.redaction.Secret`, which no error shows.

    Attributes:
        pattern: The regular expression of its text.
        explain: Returns what is wrong with a text, or "", in place of a check against the pattern; None for that check.
    """

    pattern: str
    explain: Callable[[str], str] | None = None

    def __get_pydantic_core_schema__(self, _source: object, _handler: object) -> CoreSchema:
        """Return the schema that pydantic checks the field with."""
        return no_info_plain_validator_function(self._read, serialization=to_string_ser_schema())

    def __get_pydantic_json_schema__(self, _schema: object, _handler: object) -> dict[str, Any]:
        """Return the JSON schema of the field."""
        return {"type": "string", "pattern": self.pattern}

    def _read(self, value: object) -> Secret:
        text = value.get_secret_value() if isinstance(value, SecretStr) else value
        if isinstance(text, str):
            text = Secret(text)
        secret = text if isinstance(text, Secret) else Secret("")
        given = secret.reveal()
        if self.explain:
            problem = self.explain(given)
        else:
            problem = "" if re.fullmatch(self.pattern, given) else f"a string of the form {self.pattern}"
        if problem:
            raise PydanticCustomError(_SECRET, "{expected}", {"expected": problem})
        return secret


_SECRET = "secret"  # noqa: S105  # the type of an error
_NOT_SHOWN = "something else"


def secret_fields(model: type[BaseModel]) -> frozenset[str]:
    """Return the names of the fields that hold secrets, alone or in a collection."""
    return frozenset(name for name, field in model.model_fields.items() if _holds_secret(field.annotation))


def _holds_secret(annotation: object) -> bool:
    return annotation is Secret or any(map(_holds_secret, get_args(annotation)))


class Strict(BaseModel):
    """Base of the input formats: no unknown fields, no conversions, no NaN, read-only; errors do not show the input."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        frozen=True,
        populate_by_name=True,
        allow_inf_nan=False,
        hide_input_in_errors=True,
    )


def model_problems(error: ValidationError, source: str, model: type[BaseModel] | None = None) -> Iterator[Problem]:
    """Return the problems that pydantic found in a document, in plain words.

    Args:
        error: The error that pydantic raised.
        source: The name of the document, as the user knows it.
        model: The model of the whole document, to suggest a field in place of an unknown one.
    """
    return error_problems(error.errors(include_url=False), source, model.model_fields if model else ())


def error_problems(errors: Iterable[ErrorDetails], source: str, known: Iterable[str] = ()) -> Iterator[Problem]:
    """Return the same for pydantic's list of errors; ``known`` are the names of the fields at the top."""
    for item in errors:
        place = item["loc"]
        if item["type"] == "missing":
            name = str(place[-1])
            yield Problem(source, pointer(*place[:-1]), f"the field {name!r}", "none", f"missing field {name!r}")
        elif item["type"] == "extra_forbidden":
            name = str(place[-1])
            hint = did_you_mean(name, known) if len(place) == 1 else ""
            yield Problem(source, pointer(*place), "a known field", repr(name), f"unknown field {name!r}{hint}")
        else:
            expected, _, got = expected_value(item).partition(", got ")
            shown = _NOT_SHOWN if item["type"] == _SECRET else got or describe_json(item["input"])
            yield Problem(source, pointer(*place), expected, shown)


def unknown_name(source: str, what: str, name: str, known: Collection[str]) -> Problem:
    """Return the problem of a misspelt name, with the nearest and the list of all.

    ``fail: unknown argument 'retry'; did you mean 'retry_after'? Known are campaign_id, times, …``
    """
    names = ", ".join(known)
    hint = did_you_mean(name, known) or "."
    return Problem(source, "", f"one of {names}", repr(name), f"unknown {what} {name!r}{hint} Known are {names}.")


def expected_value(item: ErrorDetails) -> str:
    """Return what was expected, as the words that follow "expected"; our own errors may add ", got …"."""
    kind = item["type"]
    if kind in _BOUNDS:
        expected = _BOUNDS[kind].format_map({name: _whole(value) for name, value in item["ctx"].items()})
        return re.sub(r"(at \w+ 1 \w+)s$", r"\1", expected)
    base = re.sub(r"_(type|parsing(_size)?)$", "", kind)
    if base in _TYPES:
        return _TYPES[base]
    return re.sub(r"^(Value error, |Input should be )", "", item["msg"])


def _whole(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


WholeNumber = Annotated[int, BeforeValidator(_whole)]
"""A whole number, which JSON may write as ``424.0``."""
