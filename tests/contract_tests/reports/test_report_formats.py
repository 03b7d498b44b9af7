"""Every format renders every report, and an independent reader accepts it, whatever the server sent."""

import json
import re
import subprocess
import sys
from pathlib import Path

import junitparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from migma_contract.finding import Level
from migma_contract.rules import RULES
from migma_contract.safe_text import one_line
from migma_contract_tests.reports import FORMATS
from migma_contract_tests.results.records import AcceptedRecord, ContractRecord
from migma_contract_tests.results.report import Report

ROOT = Path(__file__).parents[3]
SCHEMA = ROOT / "docs" / "report.schema.json"
KINDS = ["conforms", "nothing sent", "inconclusive", "drift", "nasty", "long"]
PIECES = [
    "<b>",
    "&amp;",
    "`",
    "```\n",
    "|",
    "\\",
    "@a",
    "#1",
    "http://",
    "::",
    "%0A",
    "]](",
    "*",
    "]]>",
    "\r\n",
    "\x1b[1m",
    "\ud83d",
]
any_text = st.lists(st.characters(exclude_categories=[]) | st.sampled_from(PIECES), max_size=40).map("".join)


def without_escapes(text):
    """The text with the characters that would complete a command of a CI system, in place of their escapes."""
    return re.sub(r"\\x(5b|3a|2d|2b|7e|5e)", lambda found: chr(int(found[1], 16)), text)


every_format = pytest.mark.parametrize("name", FORMATS)


@every_format
@pytest.mark.parametrize("kind", KINDS)
def test_a_reader_accepts_every_report(reports, read, name, kind):
    text = FORMATS[name].render(reports[kind])
    assert text.endswith("\n")
    text.encode("utf-8")
    read[name](text)


@pytest.mark.attack("markup")
@every_format
@settings(max_examples=40, deadline=None)
@given(any_text)
def test_any_text_is_kept_and_does_not_break_the_format(make, read, name, text):
    shown = read[name](FORMATS[name].render(make.hostile(f"a {text} z")))
    whole = f"a {text} z".encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    message = whole if name == "json" else one_line(whole)
    if name == "terminal":
        message = re.sub(r"\s+", "", message)
    if name in {"terminal", "github"}:
        shown, message = without_escapes(shown), without_escapes(message)
    if name == "sarif":
        message = message.replace("](", "] (")
    assert message in shown


@pytest.mark.parametrize("kind", KINDS)
def test_a_json_report_can_be_read_again_and_renders_the_same(reports, kind):
    """The long one is only compared, since all formats take seconds to render it."""
    again = Report.model_validate_json(FORMATS["json"].render(reports[kind]))
    assert again == reports[kind]
    if kind != "long":
        assert all(form.render(again) == form.render(reports[kind]) for form in FORMATS.values())


@every_format
def test_every_format_has_the_verdict_and_every_broken_rule(reports, name):
    text = FORMATS[name].render(reports["drift"])
    assert RULES[0].id in text
    assert "drift" in text.lower() or name in {"junit", "sarif"}  # which have other words for it


def test_importing_the_registry_loads_no_renderer_and_none_of_their_libraries(reports):
    heavy = ("rich", "jinja2", "junitparser", "migma_contract.rules", "migma_contract_tests.reports.terminal")
    code = f"import migma_contract_tests.reports, sys; print([m for m in {heavy} if m in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_a_long_body_is_cut_with_a_note(make):
    long = make.report(exchanges=(make.exchange(body=b"x" * 100_000),))
    (one,) = json.loads(FORMATS["json"].render(long))["exchanges"]
    body = one["body"]
    assert (len(body["text"]), body["size"], body["truncated"]) == (65_536, 100_000, True)
    assert "100,000 bytes" in FORMATS["html"].render(long)


def test_sarif_and_github_point_at_the_line_of_the_contract(reports):
    line = reports["drift"].findings[0].line
    result = json.loads(FORMATS["sarif"].render(reports["drift"]))["runs"][0]["results"][0]
    place = result["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("openapi.json", line)
    assert f"::error file=openapi.json,line={line},title={RULES[0].id}::" in FORMATS["github"].render(reports["drift"])


@pytest.mark.attack("ci-commands")
def test_a_file_name_is_escaped_in_an_annotation(make):
    odd = make.report(
        verdict="drift", findings=(make.finding(),), contract=ContractRecord(source="a,title=b::c%.json", version="1")
    )
    assert FORMATS["github"].render(odd).startswith("::error file=a%2Ctitle=b%3A%3Ac%25.json,line=120,")


@pytest.mark.parametrize(
    ("kind", "failed", "errors"), [("conforms", 0, 0), ("drift", 1, 0), ("inconclusive", 0, 1), ("nasty", 2, 0)]
)
def test_junit_fails_only_the_rules_that_are_drift(reports, kind, failed, errors):
    document = junitparser.JUnitXml.fromstring(FORMATS["junit"].render(reports[kind]).encode())
    (suite,) = document
    assert (suite.failures, suite.errors) == (failed, errors)


@pytest.mark.parametrize(("fail_on", "failures"), [("breaking", 0), ("warning", 1), ("info", 1)])
def test_a_finding_at_or_above_fail_on_fails_its_rule(make, fail_on, failures):
    report = make.report(fail_on=Level(fail_on), findings=(make.finding(level=Level.WARNING),))
    (suite,) = junitparser.JUnitXml.fromstring(FORMATS["junit"].render(report).encode())
    assert suite.failures == failures


def test_an_inconclusive_junit_report_passes_no_rule(reports):
    (suite,) = junitparser.JUnitXml.fromstring(FORMATS["junit"].render(reports["inconclusive"]).encode())
    assert suite.skipped == len(RULES)


def test_an_accepted_finding_is_a_suppressed_result(make):
    known = make.report(accepted=(AcceptedRecord(finding=make.finding(), reason="known", owner="ada"),))
    (result,) = json.loads(FORMATS["sarif"].render(known))["runs"][0]["results"]
    assert result["suppressions"] == [{"kind": "external", "status": "accepted", "justification": "known (ada)"}]


def test_the_terminal_report_has_escape_sequences_only_with_colour(reports):
    assert "\x1b[" in FORMATS["terminal"].render(reports["drift"], color=True)
    assert "\x1b" not in FORMATS["terminal"].render(reports["drift"])


@pytest.mark.parametrize("width", [20, 40, 80, 200])
def test_the_terminal_report_wraps_to_the_width(reports, width):
    text = FORMATS["terminal"].render(reports["nasty"], width=width)
    text = text.replace(r":\x3a", "::")  # the escape of what begins a line only after it was wrapped
    assert max(map(cell_len, text.splitlines())) <= width


def test_many_findings_fit_into_an_issue_and_the_rest_is_counted(make):
    many = tuple(make.finding(f"number {n} " + "x" * 400, where=f"200 /data/f{n}") for n in range(500))
    text = FORMATS["markdown"].render(make.report(verdict="drift", findings=many))
    assert len(text) < 65_536
    assert "450 more" in text
