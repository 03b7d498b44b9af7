"""The command ``migma-contract``, as a process: options, exit codes, and no key anywhere."""

import io
import json
import re
import sys

import pytest

from contract_tests.outputs import Progress, wants_color
from contract_tests.reports import FORMATS
from contract_tests.rules import RULES


def text(done):
    return (done.stdout + done.stderr).decode()


def drifted(stage):
    def behave(request):
        whole = stage.api(request)
        return whole.replace(b'"openRate": 0.25', b'"openRate": 25.0') if b"openRate" in whole else whole

    return behave


def test_a_conforming_server_exits_0(check):
    done = check()
    assert done.returncode == 0, text(done)
    assert b"CONFORMS" in done.stdout
    assert done.stderr == b""


def test_the_verdict_says_how_much_was_left_out(check):
    verdict = check("--max-requests", 7).stdout.decode().split("CONFORMS")[1]
    assert verdict.startswith("  no findings, 1 request left out\n")
    assert "CONFORMS  no findings\n" in check("--max-requests", 8).stdout.decode()


def test_how_the_contract_was_read_is_one_line_and_its_places_are_in_the_report_for_programs(check):
    shown = check().stdout.decode()
    assert re.search(r"how the contract was read\n  'nullable' .*--strict-nullable.*\n\n", shown)
    assert "/components/schemas" not in shown
    (notice,) = json.loads(check("--format", "json").stdout)["notices"]
    assert "/components/schemas/ApiResponse/properties/error" in notice


def test_drift_exits_1_unless_only_worse_counts(check, stage):
    with stage.serve(drifted(stage)) as server:
        done = check(url=server.url)
        report = check("--format", "json", url=server.url)
    assert done.returncode == report.returncode == 1, text(done)
    assert json.loads(report.stdout)["findings"]


def test_a_server_that_is_not_there_exits_3(check, stage):
    with stage.serve(stage.api) as server:
        pass
    done = check(url=server.url)
    assert done.returncode == 3
    assert "could not be reached" in text(done)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--base-url", "api.migma.ai"], "--base-url: expected an http or https URL"),
        (["--rate", "fast"], "--rate: expected requests per time such as 10/m"),
        (["--rate", "off", "--base-url", "https://api.migma.ai"], "Only servers on this machine"),
        (["--timeout", "0"], "--timeout: expected seconds, more than 0"),
        (["--timeout", "nan"], "--timeout: expected seconds, more than 0"),
        (["--samples", "0"], "--samples"),
        (["--max-requests", "0"], "--max-requests"),
        (["--fail-on", "never"], "--fail-on"),
        (["--format", "jnuit=x.xml"], "Did you mean junit?"),
        (["--format", "json=no/such/x.json"], "a file in a folder that exists"),
        (["--format", "json="], "a file to write"),
        (["--format", "json", "--format", "html"], "two for standard output"),
        (["--format", "json=a", "--format", "html=./a"], "two for the file a"),
        (["--baseline", "none.json"], "none.json: expected a readable baseline"),
        (["--update-baseline"], "--update-baseline: expected --baseline FILE with it"),
        (["--contract", "none.json"], "a readable OpenAPI document"),
        (["--ca-bundle", "none.pem", "--base-url", "https://localhost:1"], "a PEM file with certificates"),
        (["--insecure", "--ca-bundle", "x"], "one of --insecure and --ca-bundle"),
        (["--insecure"], "--insecure: expected an https base URL"),
        (["--ca-bundle", __file__], "--ca-bundle: expected an https base URL"),
        (["--insecure", "--proxy", "http://127.0.0.1:9"], "--insecure: expected an https base URL"),
        (["--proxy", "socks5://h:1"], "--proxy: expected an http or https URL"),
        (["--allow-method", "GET"], "--allow-method: expected a method besides GET and HEAD"),
        (["--allow-method", "P T"], "--allow-method"),
        (["--campaign-id", ".."], "--campaign-id: expected campaign ids such as"),
        (["--api-key", "a", "--api-key-file", "b"], "one of --api-key and --api-key-file"),
        (["--api-key-file", "none.txt"], "--api-key-file none.txt: expected a readable file with the key"),
        (["--api-key", " "], "--api-key: expected an API key, got nothing"),
        (["--no-such-flag"], "--no-such-flag"),
    ],
)
def test_a_mistake_exits_2_with_what_was_expected_and_sends_nothing(check, conforming, arguments, says):
    done = check(*arguments)
    assert done.returncode == 2
    assert says in done.stderr.decode()
    assert b"Traceback" not in done.stderr
    assert done.stdout == b""
    assert conforming.requests == []


def test_without_a_key_or_a_campaign_the_message_says_what_to_set(run):
    no_key, no_campaign = run("check"), run("check", MIGMA_API_KEY="abcdefgh")
    assert (no_key.returncode, no_campaign.returncode) == (2, 2)
    assert b"MIGMA_API_KEY" in no_key.stderr
    assert b"MIGMA_CAMPAIGN_IDS" in no_campaign.stderr


def test_a_key_that_cannot_be_sent_is_refused_without_being_shown(check):
    done = check("--api-key", "sk_live_\u00e9cole-secret")
    assert done.returncode == 2
    assert "cole-secret" not in text(done)


def test_a_key_comes_from_a_file_or_from_standard_input(check, run, tmp_path, stage, conforming):
    file = tmp_path / "key.txt"
    file.write_text(f"{stage.key}\r\n", encoding="utf-8")
    assert check("--api-key-file", file, MIGMA_API_KEY="").returncode == 0
    flags = ("--base-url", conforming.url, "--campaign-id", stage.campaign, "--api-key-file", "-")
    assert run("check", *flags, stdin=f"{stage.key}\n".encode()).returncode == 0


def test_base_url_and_campaigns_come_from_the_environment(run, stage, conforming):
    environment = {"MIGMA_BASE_URL": f"{conforming.url}/v1", "MIGMA_CAMPAIGN_IDS": f" {stage.campaign} , "}
    done = run("check", MIGMA_API_KEY=stage.key, **environment)
    assert done.returncode == 0, text(done)
    assert conforming.requests[0].path == f"/v1/campaigns/{stage.campaign}/stats"


def test_a_plan_shows_exactly_what_a_check_sends_and_sends_nothing(run, check, stage, conforming):
    planned = run("check", "--plan", "--base-url", conforming.url, "--campaign-id", stage.campaign)
    assert (planned.returncode, conforming.requests) == (0, [])
    lines = re.findall(r"^\d+\. (\S+) (\S+)$", planned.stdout.decode(), re.MULTILINE)
    assert check().returncode == 0
    assert lines == [(request.method, f"{conforming.url}{request.path}") for request in conforming.requests]


def test_a_plan_needs_nothing_and_is_of_the_contracts_server(run):
    done = run("check", "--plan")
    assert done.returncode == 0
    assert b"GET https://api.migma.ai/v1/campaigns/CAMPAIGN_ID/stats" in done.stdout
    assert b"at most 10 in any 60 s" in done.stdout


def test_formats_go_to_files_and_the_terminal_keeps_its_report(check, tmp_path):
    done = check(*(flag for name in FORMATS for flag in ("--format", f"{name}=report.{name}")))
    assert done.returncode == 0, text(done)
    assert b"CONFORMS" in done.stdout
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["verdict"] == "conforms"
    assert all((tmp_path / f"report.{name}").stat().st_size for name in FORMATS if name != "github")


def test_quiet_leaves_standard_output_to_nobody(check):
    done = check("--quiet", "--format", "json=report.json")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_a_report_that_is_not_for_a_terminal_has_no_colours(check):
    assert b"\x1b" not in check().stdout


def test_a_terminal_without_unicode_gets_its_report(check):
    assert check(PYTHONIOENCODING="ascii").returncode == 0


def test_a_baseline_is_written_accepts_and_is_reported_when_it_is_out_of_date(check, stage, tmp_path, conforming):
    file = tmp_path / "known.json"
    flags = ("--baseline", file)
    with stage.serve(drifted(stage)) as server:
        updated = check(*flags, "--update-baseline", url=server.url)
        accepted = check(*flags, url=server.url)
        known = json.loads(file.read_text(encoding="utf-8"))
        file.write_text(
            json.dumps({**known, "accepted": [{**one, "expires": "2020-01-01"} for one in known["accepted"]]}),
            encoding="utf-8",
        )
        expired = check(*flags, url=server.url)
    assert updated.returncode == accepted.returncode == 0, text(updated)
    assert b"added, 0 removed, 0 kept. Say in it why" in updated.stderr
    assert expired.returncode == 1
    assert "Expired on 2020-01-01" in expired.stdout.decode().replace("\n", " ")
    healed = check(*flags)
    assert healed.returncode == 0
    assert b"No longer found" in healed.stdout


def test_a_baseline_is_not_written_from_what_could_not_be_judged(check, stage, tmp_path):
    with stage.serve(lambda _: stage.answer(401, {"success": False, "error": "no"})) as server:
        done = check("--baseline", "known.json", "--update-baseline", url=server.url)
    assert done.returncode == 3
    assert not (tmp_path / "known.json").exists()
    assert b"left as it is" in done.stderr


def echoing(key):
    shown = [key.encode(), b"".join(b"\\u%04x" % byte for byte in key.encode()), key.encode().hex().encode()]

    def behave(request):
        body = b'{"success": true, "data": {"%b": "%b"}, "error": "%b"}' % tuple(shown)
        head = f"HTTP/1.1 200 {key}\r\nX-{key}: {key}\r\nSet-Cookie: k={key}\r\nContent-Length: {len(body)}\r\n\r\n"
        return head.encode() + body

    return behave


@pytest.mark.parametrize("server", ["echo", "broken", "redirect"])
def test_the_key_is_in_no_output(check, stage, tmp_path, server):
    behave = {
        "echo": echoing(stage.key),
        "broken": lambda _: f"{stage.key} {stage.key}\r\n\r\n".encode(),
        "redirect": lambda _: stage.answer(307, b"", f"Location: http://127.0.0.1:9/{stage.key}"),
    }[server]
    files = [flag for name in FORMATS for flag in ("--format", f"{name}=report.{name}")]
    with stage.serve(behave) as hostile:
        done = check(*files, "--baseline", "known.json", "--update-baseline", url=hostile.url)
    assert done.returncode in {0, 1, 3}, text(done)
    everything = [done.stdout, done.stderr, *(file.read_bytes() for file in tmp_path.iterdir())]
    assert len(everything) >= 2 + len(FORMATS)
    forms = [stage.key, stage.key[5:-3], stage.key.encode().hex(), f"\\u{ord(stage.key[0]):04x}"]
    assert not [(form, output) for form in forms for output in everything if form.encode() in output]


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
def test_colours_are_for_terminals_whose_user_wants_them(monkeypatch, is_terminal, environment, no_color, colored):
    screen = io.StringIO()
    screen.isatty = lambda: is_terminal
    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert wants_color(no_color=no_color) is colored


def test_rules_are_listed_and_explained(run):
    listed = run("rules").stdout.decode().splitlines()
    assert {line.split()[0] for line in listed} == {rule.id for rule in RULES}
    explained = run("rules", RULES[0].id).stdout.decode()
    assert all(part in explained for part in (RULES[0].meaning, RULES[0].why, RULES[0].source))


def test_an_unknown_rule_gets_near_matches(run):
    done = run("rules", RULES[0].id[:-1])
    assert done.returncode == 2
    assert f"Did you mean {RULES[0].id}" in done.stderr.decode()


def test_an_unknown_rule_like_no_other_gets_none(run):
    done = run("rules", "nope")
    assert done.returncode == 2
    assert "Did you mean" not in done.stderr.decode()
    assert b"migma-contract rules lists all of them" in done.stderr


def test_help_teaches_with_examples_and_names_the_exit_codes(run):
    done = run("check", "--help")
    assert done.returncode == 0
    shown = " ".join(done.stdout.decode().split())
    for part in ("Examples:", "Exit codes: 0 conforms; 1 drift", "process list", "MIGMA_API_KEY", "10/m"):
        assert part in shown


def test_the_version_is_shown(run):
    assert run("--version").stdout.startswith(b"migma-contract ")
