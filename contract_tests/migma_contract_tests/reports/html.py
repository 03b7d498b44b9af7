"""The report as one self-contained page: no script, no network, light and dark, printable."""

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from migma_contract.exchange import Exchange
from migma_contract.finding import Finding
from migma_contract.rules import rule
from migma_contract_tests.reports.body_excerpt import readable
from migma_contract_tests.reports.contract_lines import ContractPlaces
from migma_contract_tests.reports.next_steps import next_steps
from migma_contract_tests.reports.phrases import (
    LEVELS,
    at_level,
    capital,
    counts,
    extent,
    left_out_title,
    outcome,
    request,
    verdict,
)
from migma_contract_tests.reports.safe_text import block, one_line
from migma_contract_tests.results.report import Report

_LIMIT = 2000
_HEADINGS = {"conforms": "Conforms", "drift": "Drift", "inconclusive": "Inconclusive"}


def render(report: Report) -> str:
    """The report as an HTML document; every text in it is escaped by the template engine."""
    environment = Environment(
        loader=PackageLoader("migma_contract_tests.reports", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["line"] = lambda text: one_line(str(text), _LIMIT)
    return environment.get_template("page.html").render(_view(report))


def _view(report: Report) -> dict[str, Any]:
    places = ContractPlaces(report)
    return {
        "report": report,
        "heading": _HEADINGS[report.verdict],
        "sentence": verdict(report),
        "counts": counts(report),
        "extent": extent(report),
        "contract": f"{places.file} {report.contract_version}",
        "started": report.started.strftime("%Y-%m-%d %H:%M:%S UTC"),
        "steps": next_steps(report),
        "groups": [
            {"level": level, "findings": [_finding(f, report, places) for f in at_level(report.findings, level)]}
            for level in LEVELS
            if at_level(report.findings, level)
        ],
        "lists": {
            capital(left_out_title(report)): report.skipped,
            "Baseline": report.baseline_notes,
            "How the contract was read": report.notices,
        },
        "exchanges": [_exchange(exchange) for exchange in report.exchanges],
    }


def _finding(finding: Finding, report: Report, places: ContractPlaces) -> dict[str, Any]:
    return {
        "finding": finding,
        "rule": rule(finding.rule),
        "asked_at": f"{places.file}:{places.line(finding.pointer)}" if finding.pointer else "",
        "request": request(report.exchanges[finding.exchange]),
    }


def _exchange(exchange: Exchange) -> dict[str, Any]:
    body = readable(exchange)
    return {
        "status": "no response" if exchange.status is None else exchange.status,
        "request": request(exchange),
        "outcome": outcome(exchange),
        "request_headers": exchange.request_headers,
        "headers": exchange.headers,
        "body": block(body.text),
        "note": body.note,
    }
