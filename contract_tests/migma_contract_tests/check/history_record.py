"""Make the record of a run that a history keeps, from what the run sent and found, without the key."""

from collections.abc import Iterator, Mapping
from typing import Any

from migma_contract.exchange import Exchange
from migma_contract.json_pointer import escape
from migma_contract.rules.analysis.locations import all_objects, stable_pointer
from migma_contract.rules.analysis.other_campaigns import own_reads
from migma_contract.rules.analysis.parsed_response import ParsedResponse
from migma_contract.rules.analysis.reads import Read, judgeable_responses
from migma_contract.version import __version__
from migma_contract_tests.check.run_result import RunResult
from migma_contract_tests.results.history.run_record import (
    MAX_FIELDS,
    MAX_FINDINGS,
    CampaignRecord,
    RunRecord,
    Stat,
    known_findings,
)
from migma_contract_tests.results.report import Report

_MAX_TEXT = 100


def run_record(result: RunResult, report: Report) -> RunRecord:
    """Return the record of a run, with its report."""
    findings = known_findings(report.findings, (entry.finding for entry in report.accepted))
    cut = {finding.rule for finding in findings[MAX_FINDINGS:]}
    return RunRecord(
        started=report.started,
        elapsed=report.elapsed,
        target=report.target,
        contract=report.contract.version,
        tool=__version__,
        verdict=report.verdict,
        complete=result.complete,
        judged=tuple(rule for rule, number in report.judged.items() if number),
        cut=tuple(sorted({*report.omitted, *cut})),
        findings=tuple(findings[:MAX_FINDINGS]),
        campaigns=_campaigns(result),
    )


def _campaigns(result: RunResult) -> dict[str, CampaignRecord]:
    run = [ParsedResponse(exchange, result.contract, index) for index, exchange in enumerate(result.exchanges)]
    newest = {read.campaign: read for read in own_reads(run)}
    fields: dict[str, set[str]] = {}
    for response in judgeable_responses(run):
        if response.exchange.purpose == "campaign":
            fields.setdefault(response.exchange.campaign_id.lower(), set()).update(_fields(response.exchange))
    return {
        one: _campaign(newest.get(one.lower()), fields.get(one.lower(), set())) for one in result.options.campaign_ids
    }


def _campaign(read: Read | None, fields: set[str]) -> CampaignRecord:
    kept = tuple(sorted(fields)) if len(fields) <= MAX_FIELDS else ()
    if read is None:
        return CampaignRecord(fields=kept)
    return CampaignRecord(stats=dict(_stats(read.response.valid_stats)), read_at=read.sent_at, fields=kept)


def _stats(stats: Mapping[str, Any]) -> Iterator[tuple[str, Stat]]:
    """Yield the numbers and the short texts."""
    for name, value in stats.items():
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if is_number or (isinstance(value, str) and len(value) <= _MAX_TEXT):
            yield name, value


def _fields(exchange: Exchange) -> Iterator[str]:
    """Yield the JSON pointer of each field in a body, without the numbers of items."""
    for at, value in all_objects(exchange.json.value):
        for name in value:
            yield stable_pointer(f"{at}/{escape(name)}")
