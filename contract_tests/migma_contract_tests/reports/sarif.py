"""SARIF 2.1.0, for code scanning: findings as results at lines of the contract's file."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from migma_contract.code_points import with_code_points
from migma_contract.finding import Level
from migma_contract.rules.rule import Rule
from migma_contract.safe_text import one_line
from migma_contract.timestamps import format_rfc3339
from migma_contract_tests.reports.groups import LABELS
from migma_contract_tests.reports.history_phrases import history_lines, since
from migma_contract_tests.reports.phrases import capitalize, location, rules_of, skipped_title
from migma_contract_tests.reports.three_way_phrases import changes, corner_lines, describe, standing
from migma_contract_tests.results.records import FindingRecord
from migma_contract_tests.results.report import Report
from migma_contract_tests.results.three_way import ThreeWayRow

if TYPE_CHECKING:
    from migma_contract.openapi.diff import ChangeRule  # not needed by a check

_LEVELS = {Level.BREAKING: "error", Level.WARNING: "warning", Level.INFO: "note"}
_SEVERITIES = {Level.BREAKING: "error", Level.WARNING: "warning", Level.INFO: "recommendation"}
_LIMIT = 2000


def render(report: Report) -> str:
    """Return the report as a SARIF log in ASCII; accepted findings are suppressed results."""
    rules = [*rules_of(report), *_rules_of_changes(report)]
    indexes = {rule.id: index for index, rule in enumerate(rules)}
    results = [_result(finding, report, indexes) for finding in report.findings]
    results += [
        _result(entry.finding, report, indexes) | _suppressed(f"{entry.reason} ({entry.owner})")
        for entry in report.accepted
    ]
    results += [_change(row, report, indexes) for row in changes(report)]
    run = {
        "tool": {
            "driver": {
                "name": "migma-contract",
                "version": one_line(report.tool.version),
                "rules": [_rule(rule) for rule in rules],
            }
        },
        "automationDetails": {"id": "migma-contract/"},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(report)],
        "results": results,
    }
    log = {
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    }
    return json.dumps(log, indent=2) + "\n"


def _rule(rule: "Rule | ChangeRule") -> dict[str, Any]:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": f"{rule.summary} {rule.why}"},
        "help": {"text": f"{rule.why}\n\nSource: {rule.source}\n\nFor example: {rule.example}"},
        "defaultConfiguration": {"level": _LEVELS[rule.level]},
        # GitHub sorts by this; its lists ignore the levels of single results.
        "properties": {"problem.severity": _SEVERITIES[rule.level], "tags": ["contract", rule.level.value]},
    }


def _suppressed(justification: str) -> dict[str, Any]:
    return {"suppressions": [{"kind": "external", "status": "accepted", "justification": _text(justification)}]}


def _rules_of_changes(report: Report) -> "list[ChangeRule]":
    """Return the rules of the changes of the published document."""
    used = {row.rule for row in changes(report)}
    if not used:
        return []
    from migma_contract.openapi.diff import CHANGE_RULES

    return [rule for rule in CHANGE_RULES if rule.id in used]


def _change(row: ThreeWayRow, report: Report, indexes: Mapping[str, int]) -> dict[str, Any]:
    place = report.contract.source, row.line
    result = _located(row, _text(describe(row)), place, indexes)
    return result | _suppressed(row.accepted) if row.accepted else result


def _result(finding: FindingRecord, report: Report, indexes: Mapping[str, int]) -> dict[str, Any]:
    where, labels = with_code_points(finding.where), LABELS[report.kind]
    facts = f"{labels.expected} {finding.expected}, {labels.got} {finding.got}"
    when = since([finding], report)
    facts += f"; since {when}" if when else ""
    alone = standing(finding, report)
    text = f"{finding.message} {where}: {facts}.{f' {capitalize(alone)}' if alone else ''}"
    return _located(finding, _text(text), location(finding, report), indexes)


def _located(
    finding: FindingRecord | ThreeWayRow, text: str, place: tuple[str, int | None], indexes: Mapping[str, int]
) -> dict[str, Any]:
    file, line = place
    return {
        "ruleId": finding.rule,
        "ruleIndex": indexes[finding.rule],
        "level": _LEVELS[finding.level],
        "message": {"text": text},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(file), "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": line or 1},
                },
                "logicalLocations": [{"fullyQualifiedName": one_line(finding.where, _LIMIT)}],
            }
        ],
        "partialFingerprints": {"migmaContract/v1": finding.fingerprint},
    }


def _invocation(report: Report) -> dict[str, Any]:
    notes = [("note", text) for text in (*report.notices, *report.baseline_notes, report.not_judged) if text]
    notes += [("note", line) for line in (*corner_lines(report), *history_lines(report))]
    notes += [("note", f"{number:,} more findings of {rule} were left out.") for rule, number in report.omitted.items()]
    notes += [("warning", text) for text in report.cautions]
    notes += [("warning", f"{capitalize(skipped_title(report))}: {text}") for text in report.skipped]
    if report.verdict == "inconclusive":
        notes.append(("error", f"Inconclusive: {report.reason}"))
    return {
        "executionSuccessful": report.verdict != "inconclusive",
        "exitCode": report.exit_code,
        "startTimeUtc": format_rfc3339(report.started, "milliseconds"),
        "endTimeUtc": format_rfc3339(report.started + timedelta(seconds=report.elapsed), "milliseconds"),
        "toolExecutionNotifications": [{"level": level, "message": {"text": _text(text)}} for level, text in notes],
    }


def _text(text: str) -> str:
    # "[text](target)" would be a link (SARIF 2.1.0, 3.11.6); a server's text must not make one.
    return one_line(text, _LIMIT).replace("](", "] (")
