"""The result of a run: what was sent and what was found, and the report of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from migma_contract.exchange import Exchange
from migma_contract.finding import Finding
from migma_contract.openapi import Contract
from migma_contract.redaction import Secret
from migma_contract.rules import expectations
from migma_contract.rules.analysis.server_message import server_message
from migma_contract.rules.evaluate import Evaluation
from migma_contract_tests.check.contract_lines import ContractLines
from migma_contract_tests.check.interrupted import describe_interruption
from migma_contract_tests.check.left_out import describe_left_out
from migma_contract_tests.check.three_way.comparison import ThreeWayComparison
from migma_contract_tests.check.verdict import decide
from migma_contract_tests.probes.options import CheckOptions
from migma_contract_tests.probes.plan import Probe
from migma_contract_tests.probes.urls import is_sent_in_clear
from migma_contract_tests.results.baseline import Baseline, apply
from migma_contract_tests.results.records import (
    AcceptedRecord,
    ContractRecord,
    ExchangeRecord,
    FindingRecord,
    RequestCounts,
    Verdict,
)
from migma_contract_tests.results.report import Report

if TYPE_CHECKING:
    from migma_contract.openapi.diff import DocumentChange  # not needed without a published document


@dataclass(frozen=True)
class RunResult:
    """Everything that a run sent and found, without the key, before a baseline is applied.

    Attributes:
        started: UTC.
        elapsed: Seconds.
        sent: Number of requests sent, retries included.
        exchanges: In the order in which they were sent.
        skipped: Probes that were not sent.
        stop_reason: Why sending stopped early; "" if probes were skipped for the cap alone.
        evaluation: The findings, and how often each rule could judge.
        by_published: The same by the published document; None without one, or if it does not have the operation.
        cookies: Values of the cookies that responses set, for who keeps bodies: they may be repeated there.
    """

    options: CheckOptions
    contract: Contract
    started: datetime
    elapsed: float
    sent: int
    exchanges: tuple[Exchange, ...]
    skipped: tuple[Probe, ...]
    stop_reason: str
    evaluation: Evaluation
    by_published: Evaluation | None = None
    cookies: tuple[Secret, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """By level, rule and place."""
        return self.evaluation.findings

    @property
    def complete(self) -> bool:
        """True if every probe was sent and answered. Only then is a known finding that is missing really gone."""
        if self.skipped or self.evaluation.lack or self.evaluation.interrupted:
            return False
        return not any(
            expectations.is_transient(last) or (last.failure is not None and last.failure.kind == "not-read")
            for _, last in expectations.final_attempts(self.exchanges)
        )

    def _not_judged(self, verdict: Verdict) -> str:
        """Return what was not judged: for every verdict what was too large, and more if the API conforms."""
        parts = [describe_left_out(self.exchanges)]
        if verdict == "conforms":
            parts = [describe_interruption(self.exchanges, self.evaluation.interrupted), *parts]
            parts.append(self.evaluation.not_judged)
        return " ".join(filter(None, parts))

    @cached_property
    def three_way(self) -> ThreeWayComparison | None:
        """The comparison with the published document; None without one."""
        published = self.options.published
        if published is None:
            return None
        return ThreeWayComparison(published, self.contract, self.evaluation, self.by_published, self.exchanges)

    @property
    def acceptable(self) -> "tuple[Finding | DocumentChange, ...]":
        """All that a baseline accepts: the findings, and the changes of the published document that none includes."""
        return (*self.findings, *(self.three_way.changes if self.three_way else ()))

    def report(self, baseline: Baseline | None) -> Report:
        """Return the report of this run, with the baseline applied."""
        applied = apply(baseline, self.acceptable, self.started.date(), complete=self.complete)
        open_findings = [finding for finding in applied.open if isinstance(finding, Finding)]
        accepted = {one.finding.fingerprint: f"{one.reason} ({one.owner})" for one in applied.accepted}
        three_way = self.three_way.record(accepted) if self.three_way else None
        verdict, reason = decide(
            self.exchanges,
            open_findings,
            self.options.fail_on,
            self.skipped,
            lack=self.evaluation.lack,
            interrupted=self.evaluation.interrupted,
            base_url=self.options.base_url,
        )
        if three_way and three_way.failing(self.options.fail_on) and self.evaluation.lack is None:
            verdict, reason = "drift", ""
        lines = ContractLines(self.contract)
        return Report(
            contract=ContractRecord(source=lines.file, version=self.contract.version),
            target=self.options.base_url,
            started=self.started,
            elapsed=self.elapsed,
            verdict=verdict,
            reason=reason,
            fail_on=self.options.fail_on,
            requests=RequestCounts(sent=self.sent, max=self.options.max_requests),
            skipped=tuple(map(str, self.skipped)),
            stop_reason=self.stop_reason,
            notices=self.contract.notices,
            cautions=tuple(_cautions(self.options, self.exchanges)),
            findings=tuple(_record(finding, lines) for finding in open_findings),
            three_way=three_way,
            accepted=tuple(
                AcceptedRecord(finding=_record(one.finding, lines), reason=one.reason, owner=one.owner)
                for one in applied.accepted
                if isinstance(one.finding, Finding)
            ),
            baseline_notes=applied.notes,
            omitted=self.evaluation.omitted,
            judged=self.evaluation.judged,
            not_judged=self._not_judged(verdict),
            exchanges=tuple(map(_exchange, self.exchanges)),
        )


def _record(finding: Finding, lines: ContractLines) -> FindingRecord:
    return FindingRecord.model_validate(finding).model_copy(update={"line": lines.line(finding.pointer)})


def _exchange(exchange: Exchange) -> ExchangeRecord:
    return ExchangeRecord.model_validate(exchange).model_copy(update={"message": server_message(exchange)})


def _cautions(options: CheckOptions, exchanges: Sequence[Exchange]) -> Iterator[str]:
    with_key = [exchange for exchange in exchanges if expectations.key_kind(exchange) == "valid"]
    if not any(exchange.failure is None or exchange.failure.was_sent for exchange in with_key):
        return
    if is_sent_in_clear(options.base_url, options.proxy):
        yield "The key was sent over http, which is not encrypted."
    if options.insecure:
        yield "The server's certificate was not verified (--insecure): any server may have answered and seen the key."
