"""Annotations of a GitHub Actions run: workflow commands on standard output.

Format and escapes are those of GitHub's own toolkit (``core.issueCommand``).
"""

from migma_contract.ci_commands import without_commands
from migma_contract.finding import Level
from migma_contract.safe_text import one_line
from migma_contract_tests.reports.groups import Group, groups
from migma_contract_tests.reports.history_phrases import history_lines, since
from migma_contract_tests.reports.phrases import extent, location, verdict
from migma_contract_tests.reports.three_way_phrases import changes, corner_lines, describe, standing
from migma_contract_tests.results.report import Report
from migma_contract_tests.results.three_way import ThreeWayRow

_COMMANDS = {Level.BREAKING: "error", Level.WARNING: "warning", Level.INFO: "notice"}
_VERDICT_COMMANDS = {"conforms": "notice", "drift": "error", "inconclusive": "warning"}
_MESSAGE_LIMIT = 1000


def render(report: Report) -> str:
    """Return one command for each finding, the worst first since GitHub shows ten of a level; then the verdict."""
    lines = [_annotation(group, report) for group in groups(report.findings, report)]
    lines += [_change(row, report) for row in changes(report) if row.needs_action]
    lines += [
        _command("warning", {"title": "migma-contract"}, one_line(text, _MESSAGE_LIMIT)) for text in report.cautions
    ]
    lines += [
        _command("notice", {"title": "migma-contract"}, one_line(text, _MESSAGE_LIMIT)) for text in _notes(report)
    ]
    closing = one_line(f"{verdict(report)} {report.target}: {extent(report)}. {report.not_judged}".rstrip())
    lines.append(_command(_VERDICT_COMMANDS[report.verdict], {"title": "migma-contract"}, closing))
    return "\n".join(lines) + "\n"


def _annotation(group: Group, report: Report) -> str:
    finding = group.first
    expected = f"{group.labels.expected} {group.expected}" if group.expected else ""
    got = f"{group.labels.got} {group.got}" if group.got else ""
    facts = ", ".join(filter(None, (expected, got)))
    when = since(group.findings, report)
    alone = dict.fromkeys(standing(each, report) for each in group.findings)
    text = "\n".join(filter(None, (group.message, *group.places, facts, when and f"since {when}", *alone)))
    file, line = location(finding, report)
    properties = {"file": file, "line": str(line or 1), "title": finding.rule}
    lines = [one_line(line, _MESSAGE_LIMIT) for line in text.split("\n")]
    return _command(_COMMANDS[finding.level], properties, "\n".join(lines))


def _change(row: ThreeWayRow, report: Report) -> str:
    properties = {"file": report.contract.source, "line": str(row.line or 1), "title": row.rule}
    return _command(_COMMANDS[row.level], properties, one_line(describe(row), _MESSAGE_LIMIT))


def _notes(report: Report) -> list[str]:
    """Return what a published document and the history show beside the findings.

    The first line on the history only says with what it was compared.
    """
    return [*corner_lines(report), *history_lines(report)[1:]]


def _command(name: str, properties: dict[str, str], message: str) -> str:
    return f"::{name} {','.join(f'{key}={_property(value)}' for key, value in properties.items())}::{_data(message)}"


def _data(text: str) -> str:
    encoded = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return without_commands(encoded)  # "##vso[" and the like are commands anywhere in a line


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
