"""Read the JSON report of a check."""

import codecs
from pathlib import Path

from pydantic import ValidationError

from migma_contract.bounded_file import read_file
from migma_contract.errors import InputError, Problem
from migma_contract.file_errors import FILE_ERRORS, why_unusable
from migma_contract.json_pointer import pointer
from migma_contract.strict_json import describe_json, parse
from migma_contract_tests.results.report import Report

_MAX_BYTES = 64 * 1024 * 1024
"""A report keeps at most 64 KiB of each response, of which a check sends ten by default."""

_STDIN = Path("/dev/stdin")
_HINT = "Write one with migma-contract check --format json=REPORT."


class ReportError(InputError):
    """A report cannot be used."""

    headline = "the report cannot be used"


def read_report(path: Path) -> Report:
    """Return the report of a check in a file; ``-`` is standard input.

    Raises:
        ReportError: It cannot be read, or is no such report.
    """
    name = "standard input" if str(path) == "-" else str(path)
    try:
        raw = read_file(_STDIN if str(path) == "-" else path, _MAX_BYTES)
    except FILE_ERRORS as error:
        raise ReportError([Problem(name, "", "a readable report", why_unusable(error))], _HINT) from error
    parsed = parse(raw.removeprefix(codecs.BOM_UTF8))
    problems = parsed.problems(name)
    if problems:
        raise ReportError(problems, _HINT)
    value = parsed.value
    if not isinstance(value, dict) or "findings" not in value or "exchanges" not in value:
        raise ReportError([Problem(name, "", "a report with findings and exchanges", describe_json(value))], _HINT)
    if value.get("kind", "check") != "check":
        raise ReportError([Problem(name, "/kind", "the report of a check", describe_json(value["kind"]))], _HINT)
    try:
        report = Report.model_validate(value)
    except ValidationError as error:
        problems = [_problem(name, value, each["loc"]) for each in error.errors(include_url=False)[:20]]
        raise ReportError(problems, _HINT) from error
    _require_exchanges(report, name)
    return report


def _problem(name: str, value: object, loc: tuple[int | str, ...]) -> Problem:
    node = value
    for key in loc:
        if isinstance(node, dict):
            node = node.get(str(key))
        elif isinstance(node, list) and isinstance(key, int) and key < len(node):
            node = node[key]
    return Problem(name, pointer(*loc), "what docs/report.schema.json describes", describe_json(node))


def _require_exchanges(report: Report, name: str) -> None:
    """Refuse a finding that refers to no exchange of the report.

    Raises:
        ReportError: There is one.
    """
    for index, finding in enumerate(report.findings):
        if finding.exchange is None or finding.exchange >= len(report.exchanges):
            expected, got = "the index of an exchange of the report", describe_json(finding.exchange)
            raise ReportError([Problem(name, f"/findings/{index}/exchange", expected, got)], _HINT)
