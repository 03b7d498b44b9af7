"""The report as JSON, in the shape of docs/report.schema.json."""

import json
from pathlib import Path
from typing import Any

from migma_contract.exchange import Exchange
from migma_contract.finding import Finding
from migma_contract.rules import rule
from migma_contract_tests.reports.body_excerpt import excerpt
from migma_contract_tests.reports.contract_lines import ContractPlaces
from migma_contract_tests.reports.json_schema import ReportShape
from migma_contract_tests.reports.next_steps import next_steps
from migma_contract_tests.reports.phrases import request
from migma_contract_tests.reports.safe_text import whole_characters
from migma_contract_tests.results.report import Report


def render(report: Report) -> str:
    """The report as JSON in ASCII: no reader, encoding or terminal can mistake it."""
    shape = ReportShape.model_validate(_whole(_report(report)))
    return json.dumps(shape.model_dump(mode="json", by_alias=True), indent=2) + "\n"


def _whole(node: Any) -> Any:
    if isinstance(node, str):
        return whole_characters(node)
    if isinstance(node, dict):
        return {key: _whole(value) for key, value in node.items()}
    return [_whole(value) for value in node] if isinstance(node, list | tuple) else node


def _report(report: Report) -> dict[str, Any]:
    places = ContractPlaces(report)
    return {
        "schema": 1,
        "tool": {"name": "migma-contract", "version": report.tool_version},
        "contract": {"source": Path(report.contract_source).name, "version": report.contract_version},
        "target": report.target,
        "started": report.started,
        "elapsed": report.elapsed,
        "verdict": report.verdict,
        "reason": report.reason,
        "exit_code": report.exit_code,
        "fail_on": report.fail_on.value,
        "requests": {"sent": report.requests_sent, "max": report.max_requests},
        "skipped": report.skipped,
        "notices": report.notices,
        "findings": [_finding(finding, places) for finding in report.findings],
        "rules": {finding.rule: _rule(finding.rule) for finding in report.findings},
        "accepted": [
            {"finding": _finding(one.finding, places), "reason": one.reason, "owner": one.owner}
            for one in report.accepted
        ],
        "baseline_notes": report.baseline_notes,
        "next": [step._asdict() for step in next_steps(report)],
        "exchanges": [_exchange(exchange) for exchange in report.exchanges],
    }


def _rule(rule_id: str) -> dict[str, str]:
    found = rule(rule_id)
    return {"meaning": found.meaning, "why": found.why, "source": found.source}


def _finding(finding: Finding, places: ContractPlaces) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "level": finding.level.value,
        "where": finding.where,
        "message": finding.message,
        "expected": finding.expected,
        "got": finding.got,
        "fingerprint": finding.fingerprint,
        "exchange": finding.exchange,
        "pointer": finding.pointer,
        "asked_at": f"{places.file}:{places.line(finding.pointer)}" if finding.pointer else "",
    }


def _exchange(exchange: Exchange) -> dict[str, Any]:
    body, failure = excerpt(exchange), exchange.failure
    return {
        "purpose": exchange.purpose,
        "summary": request(exchange),
        "method": exchange.method,
        "url": exchange.url,
        "campaign_id": exchange.campaign_id,
        "request_headers": exchange.request_headers,
        "started": exchange.started,
        "elapsed": exchange.elapsed,
        "status": exchange.status,
        "headers": exchange.headers,
        "body": body.text,
        "body_encoding": body.encoding,
        "body_size": body.size,
        "truncated": body.truncated,
        "failure": {"kind": failure.kind, "detail": failure.detail} if failure else None,
        "attempt": exchange.attempt,
        "sample": exchange.sample,
    }
