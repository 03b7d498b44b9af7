"""What file formats share: strict models, campaign ids, a reply as files write it, pydantic's findings in our words."""

import re
from collections.abc import Iterable, Iterator
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError
from pydantic_core import ErrorDetails

from migma_contract.errors import Problem
from migma_contract.json_pointer import pointer
from migma_contract.strict_json import describe_json
from migma_contract.suggestions import did_you_mean

_SHOULD = re.compile(r"^\w+ should (be |have )?")

_ID = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._~-]{0,127}$")

CampaignId = Annotated[str, StringConstraints(pattern=_ID.pattern)]
"""An id that a campaign can have: one path segment that no client rewrites."""


class Strict(BaseModel):
    """Base of what users write: nothing unknown, nothing converted, nothing changed afterwards."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=True)


def is_campaign_id(text: str) -> bool:
    """Whether a campaign can have this id: one path segment that no client rewrites, of at most 128 characters."""
    return _ID.fullmatch(text) is not None


def model_problems(error: ValidationError, source: str, model: type[BaseModel] | None = None) -> Iterator[Problem]:
    """Return the problems that pydantic found in a file, in plain words.

    Args:
        error: From pydantic.
        source: The file, as the user named it.
        model: The model of the whole file, for suggestions in place of unknown fields.
    """
    return error_problems(error.errors(include_url=False), source, model.model_fields if model else ())


def error_problems(errors: Iterable[ErrorDetails], source: str, known: Iterable[str] = ()) -> Iterator[Problem]:
    """Return the same from pydantic's list of errors; ``known`` are the names of the fields at the top."""
    for item in errors:
        where, got = pointer(*item["loc"]), describe_json(item["input"])
        match item["type"]:
            case "missing":
                yield Problem(source, pointer(*item["loc"][:-1]), f"member {item['loc'][-1]!r}", "no such member")
            case "extra_forbidden":
                name = str(item["loc"][-1])
                meant = did_you_mean(name, known) if len(item["loc"]) == 1 else ""
                yield Problem(source, where, "a known field", repr(name), f"unknown field {name!r}{meant}")
            case "answer":
                expected, _, found = item["msg"].partition(", got ")
                yield Problem(source, where, expected, found or got)
            case "value_error":
                yield Problem(source, where, item["msg"].removeprefix("Value error, "), got)
            case "model_type" | "model_attributes_type":
                yield Problem(source, where, "an object", got)
            case "string_pattern_mismatch":
                yield Problem(source, where, f"a string of the form {item['ctx']['pattern']}", got)
            case _:
                yield Problem(source, where, _SHOULD.sub("", item["msg"]), got)
