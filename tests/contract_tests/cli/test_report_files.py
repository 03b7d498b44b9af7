"""The outputs of ``migma-contract check``: their places, encodings and words."""

import io
import json
import re
import sys
import time

import pytest

from migma_contract_tests.cli.report_files import Progress, wants_color
from migma_contract_tests.reports import FORMATS


def text(done):
    return (done.stdout + done.stderr).decode()


def test_the_verdict_says_how_many_requests_were_skipped(check):
    verdict = check("--max-requests", 7).stdout.decode().split("CONFORMS")[1]
    assert verdict.startswith("  no findings, 1 request skipped\n")
    assert "CONFORMS  no findings\n" in check("--max-requests", 8).stdout.decode()


def test_how_the_contract_was_read_is_one_line_for_people_and_has_its_places_in_json(check):
    shown = check().stdout.decode()
    assert re.search(r"how the contract was read\n  'nullable' .*--strict-nullable.*\n\n", shown)
    assert "/components/schemas" not in shown
    (notice,) = json.loads(check("--format", "json").stdout)["notices"]
    assert "/components/schemas/ApiResponse/properties/error" in notice


def test_formats_go_to_files_and_the_terminal_keeps_its_report(check, tmp_path):
    done = check(*(flag for name in FORMATS for flag in ("--format", f"{name}=report.{name}")))
    assert done.returncode == 0, text(done)
    assert b"CONFORMS" in done.stdout
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["verdict"] == "conforms"
    assert all((tmp_path / f"report.{name}").stat().st_size for name in FORMATS if name != "github")


def test_quiet_alone_prints_the_verdict(check, stage):
    done = check("--quiet")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode() == "The API conforms to the contract (no findings).\n"
    with stage.serve(lambda request: stage.api(request).replace(b"0.25", b"25.0")) as server:
        done = check("-q", url=server.url)
    assert done.returncode == 1
    assert done.stdout.startswith(b"The API has drifted from the contract (")
    assert done.stdout.count(b"\n") == 1


def test_quiet_prints_nothing_beside_other_formats(check):
    done = check("--quiet", "--format", "json=report.json")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_a_report_that_is_not_for_a_terminal_has_no_colours(check):
    assert b"\x1b" not in check().stdout


def test_a_terminal_without_unicode_gets_its_report(check_process):
    assert check_process(PYTHONIOENCODING="ascii").returncode == 0


@pytest.mark.parametrize("name", sorted(set(FORMATS) - {"terminal"}))
def test_reports_for_programs_are_utf8_whatever_the_encoding_of_the_output(check_process, stage, name):
    def behave(request):
        body = '{"success": false, "error": "", "grü\u26a0": 1}'.encode()
        refusal = stage.answer(404, body, "Content-Type: application/json")
        return refusal if stage.campaign not in request.path else stage.api(request)

    with stage.serve(behave) as server:
        done = check_process("--format", name, url=server.url, PYTHONIOENCODING="cp1252")
    shown = done.stdout.decode("utf-8")
    assert "\\u26a0" not in shown or name in {"json", "sarif"}
    assert "grü" in shown or name in {"json", "sarif"}


@pytest.mark.parametrize(
    ("is_terminal", "quiet", "shown"), [(True, False, True), (False, False, False), (True, True, False)]
)
def test_progress_is_for_terminals(monkeypatch, is_terminal, quiet, shown):
    screen = io.StringIO()
    screen.isatty = lambda: is_terminal
    monkeypatch.setattr(sys, "stderr", screen)
    Progress(quiet=quiet)("request 1 of at most 10")
    assert ("request 1 of at most 10" in screen.getvalue()) is shown


@pytest.mark.parametrize(
    ("is_terminal", "environment", "no_color", "colored"),
    [
        (True, {"TERM": "xterm"}, False, True),
        (True, {"TERM": "xterm"}, True, False),
        (True, {"TERM": "xterm", "NO_COLOR": "1"}, False, False),
        (True, {"TERM": "dumb"}, False, False),
        (False, {"TERM": "xterm"}, False, False),
    ],
)
def test_colours_are_for_terminals_unless_the_user_refuses_them(
    monkeypatch, is_terminal, environment, no_color, colored
):
    screen = io.StringIO()
    screen.isatty = lambda: is_terminal
    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert wants_color(no_color=no_color) is colored


@pytest.mark.parametrize(
    ("behave", "since"),
    [
        (lambda stage: lambda _: None, "since every request failed"),
        (lambda stage: lambda _: iter(lambda: time.sleep(0.05) or b"", None), "since no complete response came within"),
        (lambda stage: stage.failing(429, "Retry-After: 3600"), "since the server asked for a longer wait"),
    ],
    ids=["closed", "silent", "told to wait"],
)
def test_more_requests_are_not_suggested_if_the_cap_was_not_the_reason(check, stage, behave, since):
    with stage.serve(behave(stage)) as server:
        shown = check("--timeout", "0.5", url=server.url).stdout.decode()
    assert f"skipped, {since}" in shown
    assert "requests skipped" in shown
    assert "--max-requests" not in shown


def test_if_nothing_listens_the_next_step_says_so(check, stage):
    with stage.serve(stage.api) as server:
        pass
    shown = " ".join(check(url=server.url).stdout.decode().split())
    where = f"nothing listens on 127.0.0.1:{server.port}"
    assert f"next --base-url URL {where}: start the server there" in shown
    assert f"The server could not be reached ({where})." in shown
    assert "--max-requests" not in shown


def test_more_requests_are_suggested_if_the_cap_skipped_some(check):
    assert "--max-requests N  send the skipped requests too" in check("--max-requests", 7).stdout.decode()


def test_many_informational_findings_of_one_rule_are_folded_for_people_only(check, stage):
    headers = [f"X-Migma-New-{number}: 1" for number in range(60)]
    with stage.serve(stage.reading(lambda _: None, 200, *headers)) as server:
        shown = check(url=server.url).stdout.decode()
        report = json.loads(check("--format", "json", url=server.url).stdout)
    assert "and 54 more; the JSON report has them all" in shown
    assert shown.count("header x-migma-new") < 10
    assert len(shown.splitlines()) < 60
    assert len(report["findings"]) == 60
