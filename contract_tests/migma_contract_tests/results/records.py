"""The parts of a report as plain data: findings, exchanges and what belongs to them."""

import codecs
import re
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from migma_contract.exchange import FailureKind, Purpose
from migma_contract.finding import Level
from migma_contract.version import __version__
from migma_contract_tests.results.purposes import PURPOSES

Verdict = Literal["conforms", "drift", "inconclusive"]

BODY_LIMIT = 64 * 1024
"""Bytes of a body that a report keeps; the longest documented response has about 500."""


def _whole_characters(value: Any) -> Any:
    """Replace halves of surrogate pairs by U+FFFD, so that the text can be encoded."""
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if isinstance(value, str) else value


Text = Annotated[str, BeforeValidator(_whole_characters)]
Pair = tuple[Text, Text]


class Record(BaseModel):
    """Base of the parts: read-only, made by keyword or from an object with attributes of the same names."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, from_attributes=True, json_schema_serialization_defaults_required=True
    )


class ToolRecord(Record):
    """The program that made the report."""

    name: Literal["migma-contract"] = "migma-contract"
    version: Text = __version__


class ContractRecord(Record):
    """The contract that the API was checked against, or the old one of two documents that were compared."""

    source: Annotated[Text, Field(description="Path of the OpenAPI document in the working directory, or its name.")]
    version: Annotated[Text, Field(description="The document's info.version.")]


class RequestCounts(Record):
    """Number of requests sent, retries included, and the most that were allowed."""

    sent: Annotated[int, Field(ge=0)]
    max: Annotated[int, Field(ge=0)]


class FindingRecord(Record):
    """A rule broken at a place."""

    rule: Annotated[Text, Field(description="Rule id; `migma-contract rules ID` explains it.")]
    level: Level
    where: Annotated[
        Text,
        Field(description="Status and JSON pointer (`200 /data/openRate`), status alone, `header NAME`, or `-`."),
    ]
    message: Annotated[Text, Field(description="One sentence on what happened. Wording may change.")]
    expected: Text
    got: Text
    fingerprint: Annotated[
        str, Field(pattern="^[0-9a-f]{16}$", description="Of rule and place: the same from run to run.")
    ]
    exchange: Annotated[int | None, Field(ge=0, description="Index into exchanges; null in a comparison.")] = None
    pointer: Annotated[Text, Field(description="JSON pointer into the contract; empty if the rule has another source.")]
    line: Annotated[
        int | None, Field(ge=1, description="Line of the pointer in the contract's file; null without a pointer.")
    ] = None
    new_pointer: Annotated[Text, Field(description="Of a comparison: JSON pointer into the new document.")] = ""
    new_line: Annotated[int | None, Field(ge=1, description="Line of new_pointer in the new document.")] = None
    operations: Annotated[
        tuple[Text, ...], Field(description="Of a comparison: the operations that the change affects.")
    ] = ()
    since: Annotated[
        datetime | None,
        Field(
            description="With a history: start of the first of the successive runs that have it, UTC. "
            "Equal to started of the report if it is new."
        ),
    ] = None
    appearances: Annotated[
        int | None, Field(ge=1, description="With a history: how often it came. 2 or more: it is flaky.")
    ] = None


class AcceptedRecord(Record):
    """A finding that the baseline accepts."""

    finding: FindingRecord
    reason: Text
    owner: Text


class GoneRecord(Record):
    """A finding of earlier runs that this one shows to be gone."""

    rule: Text
    level: Level
    where: Text
    fingerprint: str
    since: Annotated[datetime, Field(description="Start of the first of the successive runs that had it, UTC.")]
    last_seen: Annotated[datetime, Field(description="Start of the last run that had it, UTC.")]
    appearances: Annotated[int, Field(ge=1, description="How often it came. 2 or more: it is flaky.")]


class RunPoint(Record):
    """A run in the history: its verdict and the number of its findings."""

    started: Annotated[datetime, Field(description="UTC.")]
    verdict: Verdict
    breaking: Annotated[int, Field(ge=0)]
    warning: Annotated[int, Field(ge=0)]
    info: Annotated[int, Field(ge=0)]


class HistoryRecord(Record):
    """A run together with the earlier ones of the same server and campaigns."""

    run: Annotated[int, Field(ge=1, description="Number of this run in the history.")]
    earlier: Annotated[int, Field(ge=0, description="Number of earlier runs.")]
    previous_verdict: Annotated[Verdict | None, Field(description="The verdict of the run before.")] = None
    gone: tuple[GoneRecord, ...] = ()
    fields_added: Annotated[
        tuple[Text, ...], Field(description="Fields that no read of the last run with reads had: JSON pointers.")
    ] = ()
    fields_removed: Annotated[tuple[Text, ...], Field(description="Fields that no read has any more.")] = ()
    runs: Annotated[tuple[RunPoint, ...], Field(description="The last runs, this one included, the oldest first.")] = ()
    only_new: Annotated[
        bool, Field(description="True in a report of watch: findings has only those that the run before did not have.")
    ] = False
    known: Annotated[int, Field(ge=0, description="Of watch: number of findings that are not new.")] = 0


class RuleRecord(Record):
    """A rule, for people; wording may change."""

    summary: Annotated[Text, Field(description="The requirement in one sentence.")]
    why: Annotated[Text, Field(description="What goes wrong in a client otherwise.")]
    source: Annotated[Text, Field(description="Where the vendor says so.")]


class StepRecord(Record):
    """A command, option or variable that helps next, and what it is for."""

    use: Text
    why: Text


class FailureRecord(Record):
    """The reason why no complete response came."""

    kind: FailureKind
    detail: Text


class BodyRecord(Record):
    """A response body as text, after content decoding."""

    text: Annotated[Text, Field(description="The body, or its beginning if truncated.")]
    encoding: Annotated[
        Literal["utf-8", "replaced"],
        Field(description="replaced: the body is not UTF-8; U+FFFD stands for the invalid bytes."),
    ] = "utf-8"
    size: Annotated[int, Field(ge=0, description="Bytes of the body that was received.")]
    truncated: Annotated[bool, Field(description="True if text holds less than size bytes.")] = False

    def shortened(self, limit: int) -> "BodyRecord":
        """Return the body with at most ``limit`` bytes of text."""
        data = self.text.encode()
        if len(data) <= limit:
            return self
        return self.model_copy(update={"text": data[:limit].decode("utf-8", "ignore"), "truncated": True})


def _body_record(value: Any) -> Any:
    """Turn the bytes of a body into its record."""
    if not isinstance(value, bytes):
        return value
    truncated = len(value) > BODY_LIMIT
    try:
        # Not final if cut: half a character at the cut is dropped and not reported as invalid.
        text = codecs.getincrementaldecoder("utf-8")().decode(value[:BODY_LIMIT], final=not truncated)
    except UnicodeDecodeError:
        text = value[:BODY_LIMIT].decode("utf-8", "replace")
        return BodyRecord(text=text, encoding="replaced", size=len(value), truncated=truncated)
    return BodyRecord(text=text, size=len(value), truncated=truncated)


def _summary(members: dict[str, Any]) -> str:
    """Return one request in words: ``GET PATH (without a key)``, with its read and retry unless it is the first."""
    path = re.sub(r"^\w+://[^/]*", "", members["url"])
    notes = [PURPOSES[members["purpose"]]]
    if members["sample"] > 1:
        notes.append(f"read {members['sample']}")
    if members["attempt"] > 1:
        notes.append("retry")
    return f"{members['method']} {path} ({', '.join(notes)})"


class ExchangeRecord(Record):
    """One request and its response; keys and cookies are redacted."""

    purpose: Annotated[Purpose, Field(description="Purpose of the request.")]
    method: Text
    url: Text
    campaign_id: Text
    request_headers: tuple[Pair, ...]
    started: Annotated[datetime, Field(description="UTC.")]
    elapsed: Annotated[float, Field(ge=0, description="Seconds.")]
    status: Annotated[int | None, Field(description="null if no response came.")]
    headers: Annotated[tuple[Pair, ...], Field(description="Of the response, in order, names in lower case.")]
    body: Annotated[BodyRecord, BeforeValidator(_body_record)]
    failure: FailureRecord | None
    attempt: Annotated[int, Field(ge=1, description="2 for a retry.")]
    sample: Annotated[int, Field(ge=1, description="Number of this read of the same campaign.")]
    message: Annotated[
        Text, Field(description="The server's own message in a response that refuses or fails, cleaned; else empty.")
    ] = ""
    summary: Text = Field(default_factory=_summary, description="The request in words. Wording may change.")
