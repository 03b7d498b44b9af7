"""The report of a check: the one model that every format renders, and that JSON is written from and read as.

Members are only ever added; a change that breaks a reader raises ``schema``.
"""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from migma_contract.finding import Level
from migma_contract_tests.results.next_steps import next_steps
from migma_contract_tests.results.records import (
    AcceptedRecord,
    ContractRecord,
    ExchangeRecord,
    FindingRecord,
    HistoryRecord,
    Record,
    RequestCounts,
    RuleRecord,
    StepRecord,
    Text,
    ToolRecord,
    Verdict,
)
from migma_contract_tests.results.three_way import ThreeWayRecord

EXIT_CODES: dict[Verdict, Literal[0, 1, 3]] = {"conforms": 0, "drift": 1, "inconclusive": 3}
"""Exit code of ``migma-contract check`` for each verdict; 2 is a usage or configuration error."""


def _exit_code(members: dict[str, Any]) -> Literal[0, 1, 3]:
    return EXIT_CODES[members["verdict"]]


def _rules(members: dict[str, Any]) -> dict[str, RuleRecord]:
    # Loaded by a check or a comparison already, but not by who only reads a report.
    if members["kind"] == "check":
        from migma_contract.rules import rule as find
    else:
        from migma_contract.openapi.diff import change_rule as find  # type: ignore[assignment]

    return {finding.rule: RuleRecord.model_validate(find(finding.rule)) for finding in members["findings"]}


def _next(members: dict[str, Any]) -> tuple[StepRecord, ...]:
    if members["kind"] == "diff":
        return ()
    return next_steps(
        members["verdict"],
        members["findings"],
        members["exchanges"],
        base_url=members["target"],
        skipped=members["skipped"],
        stop_reason=members["stop_reason"],
    )


class Report(Record):
    """The output of `migma-contract check --format json`, and of `migma-contract diff --format json`."""

    schema_: Annotated[Literal[1], Field(alias="schema", description="Version of this format.")] = 1
    kind: Annotated[
        Literal["check", "diff"],
        Field(description="check: of a server. diff: of two documents, whose changes are the findings."),
    ] = "check"
    tool: ToolRecord = ToolRecord()
    contract: ContractRecord
    target: Annotated[Text, Field(description="Base URL that was checked, or the new document of a comparison.")]
    started: Annotated[datetime, Field(description="UTC.")]
    elapsed: Annotated[float, Field(ge=0, description="Seconds.")]
    verdict: Verdict
    reason: Annotated[Text, Field(description="Why the verdict is inconclusive; else empty.")] = ""
    exit_code: Literal[0, 1, 3] = Field(default_factory=_exit_code, description="0 conforms, 1 drift, 3 inconclusive.")
    fail_on: Annotated[Level, Field(description="The lowest level of a finding that counts as drift.")]
    requests: RequestCounts
    operations: Annotated[int, Field(ge=0, description="Number of operations that were compared; 0 in a check.")] = 0
    skipped: Annotated[tuple[Text, ...], Field(description="Requests that were not sent.")] = ()
    stop_reason: Annotated[
        Text, Field(description="Why sending stopped early; empty if requests were skipped for the cap alone.")
    ] = ""
    notices: Annotated[tuple[Text, ...], Field(description="How the contract was read.")] = ()
    cautions: Annotated[
        tuple[Text, ...], Field(description="What was not safe in this run, such as a key that was not encrypted.")
    ] = ()
    findings: Annotated[
        tuple[FindingRecord, ...], Field(description="By level, rule and place; without the accepted ones.")
    ] = ()
    omitted: dict[str, int] = Field(
        default_factory=dict,
        description="Number of findings that are left out, by rule: findings has at most 100 of each.",
    )
    judged: dict[str, int] = Field(
        default_factory=dict,
        description="Number of responses that each rule could judge, or of comparisons that it made. "
        "0: this run says nothing about the rule.",
    )
    not_judged: Annotated[
        Text,
        Field(
            description="What was not judged: values of a response that has too many; and of a conforming run, "
            "requests that failed at its end, or numbers of which another campaign would show more. Empty for nothing."
        ),
    ] = ""
    rules: dict[str, RuleRecord] = Field(default_factory=_rules, description="The rules of the findings, by id.")
    accepted: tuple[AcceptedRecord, ...] = ()
    three_way: Annotated[
        ThreeWayRecord | None, Field(description="With --published: which of the three differs; else null.")
    ] = None
    history: Annotated[HistoryRecord | None, Field(description="With --history, and of watch; else null.")] = None
    baseline_notes: Annotated[
        tuple[Text, ...], Field(description="Baseline entries that expired or matched nothing.")
    ] = ()
    exchanges: Annotated[tuple[ExchangeRecord, ...], Field(description="In the order in which they were sent.")] = ()
    next: tuple[StepRecord, ...] = Field(default_factory=_next, description="What to do next, the most useful first.")
