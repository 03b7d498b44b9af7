"""The shape of the JSON report, which docs/report.schema.json documents: generated from here.

Members are only ever added; a change that breaks a reader raises ``schema``.
"""

import json
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from migma_contract.exchange import FailureKind, Purpose
from migma_contract.finding import Level
from migma_contract_tests.results.report import Verdict


class _Shape(BaseModel):
    # Writers know every member; an unknown one here is a slip.
    model_config = ConfigDict(extra="forbid", frozen=True)


Pair = tuple[str, str]


class ToolShape(_Shape):
    """The program that made the report."""

    name: Literal["migma-contract"]
    version: str


class ContractShape(_Shape):
    """The contract that the API was held to."""

    source: Annotated[str, Field(description="File name of the OpenAPI document.")]
    version: Annotated[str, Field(description="The document's info.version.")]


class RequestsShape(_Shape):
    """How many requests left, retries included, and how many were allowed to."""

    sent: Annotated[int, Field(ge=0)]
    max: Annotated[int, Field(ge=0)]


class FindingShape(_Shape):
    """A rule broken at a place."""

    rule: Annotated[str, Field(description="Rule id; `migma-contract rules ID` explains it.")]
    level: Level
    where: Annotated[
        str,
        Field(description="Status and JSON pointer (`200 /data/openRate`), status alone, `header NAME`, or `-`."),
    ]
    message: Annotated[str, Field(description="What happened, one sentence. Wording may change.")]
    expected: str
    got: str
    fingerprint: Annotated[
        str, Field(pattern="^[0-9a-f]{16}$", description="Of rule and place: the same from run to run.")
    ]
    exchange: Annotated[int, Field(ge=0, description="Index into exchanges.")]
    pointer: Annotated[str, Field(description="JSON pointer into the contract; empty where it has another source.")]
    asked_at: Annotated[str, Field(description="File and line of the pointer; empty where there is none.")]


class RuleShape(_Shape):
    """A rule, for people; wording may change."""

    meaning: Annotated[str, Field(description="What must hold.")]
    why: Annotated[str, Field(description="What goes wrong in a client when it does not.")]
    source: Annotated[str, Field(description="Where the vendor says so.")]


class StepShape(_Shape):
    """A command, option or variable that helps from here, and what it is for."""

    use: str
    why: str


class AcceptedShape(_Shape):
    """A finding that the baseline accepts."""

    finding: FindingShape
    reason: str
    owner: str


class FailureShape(_Shape):
    """Why no complete response came."""

    kind: FailureKind
    detail: str


class ExchangeShape(_Shape):
    """One request and its response; keys and cookies are redacted."""

    purpose: Annotated[Purpose, Field(description="What the request was to show.")]
    summary: Annotated[str, Field(description="The request in words. Wording may change.")]
    method: str
    url: str
    campaign_id: str
    request_headers: list[Pair]
    started: Annotated[datetime, Field(description="UTC.")]
    elapsed: Annotated[float, Field(ge=0, description="Seconds.")]
    status: Annotated[int | None, Field(description="null where no response came.")]
    headers: Annotated[list[Pair], Field(description="Of the response, in order, names in lower case.")]
    body: Annotated[str, Field(description="Of the response, after content decoding; its beginning if truncated.")]
    body_encoding: Annotated[
        Literal["utf-8", "replaced"],
        Field(description="replaced: the body is not UTF-8; wrong bytes became U+FFFD."),
    ]
    body_size: Annotated[int, Field(ge=0, description="Bytes of the body that was received.")]
    truncated: Annotated[bool, Field(description="Whether body holds less than body_size bytes.")]
    failure: FailureShape | None
    attempt: Annotated[int, Field(ge=1, description="2 for a retry.")]
    sample: Annotated[int, Field(ge=1, description="Which read of the same campaign.")]


class ReportShape(_Shape):
    """What `migma-contract check --format json` writes."""

    schema_: Annotated[Literal[1], Field(alias="schema", description="Version of this shape.")]
    tool: ToolShape
    contract: ContractShape
    target: Annotated[str, Field(description="Base URL that was checked.")]
    started: Annotated[datetime, Field(description="UTC.")]
    elapsed: Annotated[float, Field(ge=0, description="Seconds.")]
    verdict: Verdict
    reason: Annotated[str, Field(description="Why the verdict is inconclusive; else empty.")]
    exit_code: Annotated[Literal[0, 1, 3], Field(description="0 conforms, 1 drift, 3 inconclusive.")]
    fail_on: Annotated[Level, Field(description="The level from which findings count as drift.")]
    requests: RequestsShape
    skipped: Annotated[list[str], Field(description="What was not sent: the cap left no room, or sending ended.")]
    notices: Annotated[list[str], Field(description="How the contract had to be read.")]
    findings: Annotated[list[FindingShape], Field(description="By level, rule and place; accepted ones not included.")]
    rules: Annotated[dict[str, RuleShape], Field(description="The rules of the findings, by id.")]
    accepted: list[AcceptedShape]
    baseline_notes: Annotated[list[str], Field(description="Baseline entries that expired or matched nothing.")]
    next: Annotated[list[StepShape], Field(description="What to do, the most useful first.")]
    exchanges: Annotated[list[ExchangeShape], Field(description="In the order in which they were sent.")]


def schema_text() -> str:
    """The JSON Schema (2020-12) of the report, as docs/report.schema.json has it."""
    schema = ReportShape.model_json_schema(mode="serialization")
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "migma-contract report"}
    return json.dumps(schema, indent=2) + "\n"
