"""JUnit XML: one test case for each rule, grouped by level, so that a CI system shows the broken rules."""

import io
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from migma_contract.code_points import with_code_points
from migma_contract.rules.rule import Rule
from migma_contract.safe_text import one_line
from migma_contract_tests.reports.groups import LABELS
from migma_contract_tests.reports.history_phrases import history_lines, since
from migma_contract_tests.reports.phrases import extent, failing, rules_of, seen_in, skipped_title
from migma_contract_tests.reports.three_way_phrases import changes, corner_lines, describe, standing
from migma_contract_tests.results.records import FindingRecord
from migma_contract_tests.results.report import Report
from migma_contract_tests.results.three_way import ThreeWayRecord

if TYPE_CHECKING:
    from migma_contract.openapi.diff import ChangeRule  # not needed by a check

_LIMIT = 2000


def render(report: Report) -> str:
    """Return the report as one suite; findings that count as drift fail the case of their rule."""
    suite = TestSuite("migma-contract")
    suite.timestamp = report.started.isoformat(timespec="seconds")
    for name, value in _facts(report):
        suite.add_property(name, one_line(value))
    suite.add_testcase(_enough_seen(report))
    for rule in rules_of(report):
        suite.add_testcase(_case(rule, report))
    if report.three_way:
        suite.add_testcase(_published(report, report.three_way))
    suite.time = report.elapsed
    document = JUnitXml("migma-contract")
    document.add_testsuite(suite)
    document.time = report.elapsed
    out = io.BytesIO()
    document.write(out)
    return f"{out.getvalue().decode('utf-8').rstrip()}\n"


def _facts(report: Report) -> Iterator[tuple[str, str]]:
    yield "target", report.target
    yield "contract", report.contract.version
    yield "tool", report.tool.version
    yield "requests", extent(report)
    if report.not_judged:
        yield "not judged", report.not_judged
    yield from (("published", line) for line in corner_lines(report))
    yield from (("history", line) for line in history_lines(report))
    yield from ((skipped_title(report), text) for text in report.skipped)
    yield from (("caution", text) for text in report.cautions)
    yield from (("notice", text) for text in (*report.notices, *report.baseline_notes))


def _enough_seen(report: Report) -> TestCase:
    case = TestCase("enough was seen to judge", "migma-contract.verdict", report.elapsed)
    if report.verdict == "inconclusive":
        case.result = [_result(Error, "inconclusive", report.reason, ())]
    return case


def _published(report: Report, three_way: ThreeWayRecord) -> TestCase:
    """Return the case of the changes of the published document that are not among the findings."""
    case = TestCase("the published document agrees with the contract", "migma-contract.published", 0)
    failing = three_way.failing(report.fail_on)
    if failing:
        lines = [one_line(f"{row.level}, {row.rule}: {describe(row)}", _LIMIT) for row in failing]
        case.result = [_result(Failure, str(failing[0].level), failing[0].message, lines)]
    milder = [
        one_line(f"{row.level}, {row.rule}: {describe(row)}", _LIMIT) for row in changes(report) if row not in failing
    ]
    if milder:
        case.system_out = "\n".join(milder)
    return case


def _case(rule: "Rule | ChangeRule", report: Report) -> TestCase:
    case = TestCase(rule.id, f"migma-contract.{rule.level}", 0)
    broken = [finding for finding in failing(report) if finding.rule == rule.id]
    milder = [finding for finding in report.findings if finding.rule == rule.id and finding not in broken]
    accepted = [entry for entry in report.accepted if entry.finding.rule == rule.id]
    omitted = report.omitted.get(rule.id, 0)
    if broken:
        others = len(broken) - 1 + omitted
        more = f" (and {others:,} more)" if others else ""
        # One failure for each case: most viewers show only the first.
        lines = [line for finding in broken for line in _lines(finding, report)]
        case.result = [_result(Failure, str(broken[0].level), f"{broken[0].message}{more}", lines)]
    elif accepted:
        case.result = [_result(Skipped, "accepted", f"accepted by the baseline: {accepted[0].reason}", ())]
    elif report.verdict == "inconclusive":
        case.result = [_result(Skipped, "inconclusive", "not judged with certainty: too little was seen", ())]
    if milder or accepted:
        findings = [*milder, *(entry.finding for entry in accepted)]
        lines = [line for finding in findings for line in _lines(finding, report)]
        case.system_out = "\n".join([*lines, *([f"and {omitted:,} more"] if omitted else [])])
    return case


def _lines(finding: FindingRecord, report: Report) -> list[str]:
    labels = LABELS[report.kind]
    lines = [
        f"{finding.level}: {finding.message}",
        f"  where:    {with_code_points(finding.where)}",
        f"  {f'{labels.expected}:':9} {finding.expected}",
        f"  {f'{labels.got}:':9} {finding.got}",
        f"  {f'{labels.seen_in}:':9} {seen_in(finding, report)}",
    ]
    when = since([finding], report)
    lines += [f"  since:    {when}"] if when else []
    alone = standing(finding, report)
    lines += [f"  verdict:  {alone}"] if alone else []
    return [one_line(line, _LIMIT) for line in lines]


def _result(kind: type[Any], category: str, message: str, lines: Iterable[str]) -> Any:
    result = kind(one_line(message, _LIMIT), category)
    result.text = "\n".join(lines) or None
    return result
