"""The report as one self-contained page: no script, no network, light and dark, printable."""

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from migma_contract.safe_text import block, one_line
from migma_contract_tests.reports.body_view import body_view
from migma_contract_tests.reports.chart import HEIGHT, WIDTH, chart
from migma_contract_tests.reports.groups import Group, groups
from migma_contract_tests.reports.history_phrases import history_lines, since
from migma_contract_tests.reports.phrases import (
    LEVELS,
    at_level,
    capitalize,
    documented_at,
    extent,
    heading,
    number_at_level,
    outcome,
    same_outcome,
    seen_in,
    skipped_title,
    status,
    verdict,
)
from migma_contract_tests.reports.three_way_phrases import COLUMNS, TITLE, cells, corner_lines, shown_rows
from migma_contract_tests.results.records import ExchangeRecord
from migma_contract_tests.results.report import Report

_LIMIT = 2000


def render(report: Report) -> str:
    """Return the report as an HTML document; the template engine escapes every text in it."""
    environment = Environment(
        loader=PackageLoader("migma_contract_tests.reports", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals["size"] = f"{WIDTH} {HEIGHT}"
    environment.filters["line"] = lambda text: one_line(str(text), _LIMIT)
    return environment.get_template("page.html").render(_view(report))


def _view(report: Report) -> dict[str, Any]:
    return {
        "report": report,
        "heading": heading(report),
        "sentence": verdict(report),
        "extent": extent(report),
        "same_outcome": capitalize(same_outcome(report)),
        "started": report.started.strftime("%Y-%m-%d %H:%M:%S UTC"),
        "groups": [
            {
                "level": level,
                "number": number_at_level(report, level),
                "findings": [_finding(group, report) for group in groups(at_level(report.findings, level), report)],
            }
            for level in LEVELS
            if at_level(report.findings, level)
        ],
        "lists": {
            capitalize(skipped_title(report)): report.skipped,
            "Baseline": report.baseline_notes,
            "Cautions": report.cautions,
            "How the contract was read": report.notices,
        },
        "three_way": _three_way(report) if report.three_way else None,
        "history": history_lines(report),
        "levels": LEVELS,
        "chart": chart(report.history.runs) if report.history and len(report.history.runs) > 1 else None,
        "exchanges": [_exchange(exchange) for exchange in report.exchanges],
    }


def _finding(group: Group, report: Report) -> dict[str, Any]:
    finding = group.first
    return {
        "group": group,
        "finding": finding,
        "rule": report.rules[finding.rule],
        "documented_at": documented_at(finding, report),
        "request": seen_in(finding, report),
        "since": since(group.findings, report),
    }


def _three_way(report: Report) -> dict[str, Any]:
    rows = [{"level": row.level, "cells": cells(row)} for row in shown_rows(report)]
    return {"title": capitalize(TITLE), "lines": corner_lines(report), "columns": COLUMNS, "rows": rows}


def _exchange(exchange: ExchangeRecord) -> dict[str, Any]:
    body = body_view(exchange.body)
    return {
        "status": status(exchange),
        "request": exchange.summary,
        "outcome": outcome(exchange),
        "request_headers": exchange.request_headers,
        "headers": exchange.headers,
        "body": block(body.text),
        "note": body.note,
    }
