"""``migma-contract check``: its options, their sources, and the exit codes."""

import json
import re

import pytest


def text(done):
    return (done.stdout + done.stderr).decode()


def percentage(envelope):
    envelope["data"]["openRate"] = 25.0


def test_a_conforming_server_exits_0(check_process):
    done = check_process()
    assert done.returncode == 0, text(done)
    assert b"CONFORMS" in done.stdout
    assert done.stderr == b""


def test_drift_exits_1(check, stage):
    with stage.serve(stage.reading(percentage)) as server:
        done = check(url=server.url)
        report = check("--format", "json", url=server.url)
    assert done.returncode == report.returncode == 1, text(done)
    assert json.loads(report.stdout)["findings"]


def test_rates_are_read_in_the_unit_of_the_flag_or_the_variable(check, stage):
    def percentages(envelope):
        envelope["data"].update({name: 100 * envelope["data"][name] for name in ("openRate", "clickRate")})

    with stage.serve(stage.reading(percentages)) as server:
        drift, flag = check(url=server.url), check("--rates", "percent", url=server.url)
        variable = check(url=server.url, MIGMA_RATES="percent")
    assert (drift.returncode, flag.returncode, variable.returncode) == (1, 0, 0), text(drift) + text(flag)
    assert "--rates percent" in text(drift)
    assert text(drift).count("✗ ") == 2, "one finding, and the verdict"
    assert "read as percentages" in text(flag)


def test_an_unreachable_server_exits_3(check, stage):
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
        (["--rate", "off", "--base-url", "https://api.migma.ai"], "off is for servers on this machine only"),
        (["--timeout", "0"], "--timeout: expected seconds, more than 0"),
        (["--timeout", "nan"], "--timeout: expected seconds, more than 0"),
        (["--samples", "0"], "--samples"),
        (["--max-requests", "0"], "--max-requests"),
        (["--fail-on", "never"], "--fail-on"),
        (["--format", "jnuit=x.xml"], "did you mean 'junit'?"),
        (["--format", "json=no/such/x.json"], "a file that can be written, got no folder"),
        (["--format", "json="], "a file to write"),
        (["--format", "json", "--format", "html"], "two for standard output"),
        (["--format", "json=a", "--format", "html=./a"], "two for the file a"),
        (["--baseline", "none.json"], "none.json: expected a readable baseline"),
        (["--update-baseline"], "--update-baseline: expected --baseline FILE with it"),
        (["--contract", "none.json"], "a readable OpenAPI document"),
        (["--ca-bundle", "none.pem", "--base-url", "https://localhost:1"], "a PEM file with certificates"),
        (["--insecure", "--ca-bundle", "x"], "one of --insecure and --ca-bundle"),
        (["--insecure"], "--insecure: expected an https base URL or proxy"),
        (["--ca-bundle", __file__], "--ca-bundle: expected an https base URL or proxy"),
        (["--insecure", "--proxy", "http://127.0.0.1:9"], "--insecure: expected an https base URL or proxy"),
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
def test_an_unusable_option_exits_2_with_what_was_expected_and_sends_nothing(check, conforming, arguments, says):
    done = check(*arguments)
    assert done.returncode == 2
    assert says in done.stderr.decode()
    assert b"Traceback" not in done.stderr
    assert done.stdout == b""
    assert conforming.requests == []


def test_without_a_key_or_a_campaign_the_message_names_the_variable(run):
    no_key, no_campaign = run("check"), run("check", MIGMA_API_KEY="abcdefgh")
    assert (no_key.returncode, no_campaign.returncode) == (2, 2)
    assert b"MIGMA_API_KEY" in no_key.stderr
    assert b"MIGMA_CAMPAIGN_IDS" in no_campaign.stderr


@pytest.mark.attack("secrets-in-errors")
def test_a_key_that_cannot_be_sent_is_refused_and_not_shown(check):
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


def test_a_plan_needs_no_settings_and_uses_the_contracts_server(run):
    done = run("check", "--plan")
    assert done.returncode == 0
    assert b"GET https://api.migma.ai/v1/campaigns/CAMPAIGN_ID/stats" in done.stdout
    assert b"at most 10 in any 60 s" in done.stdout


def test_a_baseline_is_written_is_applied_and_is_noted_when_it_is_out_of_date(check, stage, tmp_path, conforming):
    file = tmp_path / "known.json"
    flags = ("--baseline", file)
    with stage.serve(stage.reading(percentage)) as server:
        updated = check(*flags, "--update-baseline", url=server.url)
        accepted = check(*flags, url=server.url)
        known = json.loads(file.read_text(encoding="utf-8"))
        file.write_text(
            json.dumps({**known, "accepted": [{**one, "expires": "2020-01-01"} for one in known["accepted"]]}),
            encoding="utf-8",
        )
        expired = check(*flags, url=server.url)
    assert updated.returncode == accepted.returncode == 0, text(updated)
    assert b"added, 0 removed, 0 kept. Write the reason" in updated.stderr
    assert expired.returncode == 1
    assert "Expired on 2020-01-01" in expired.stdout.decode().replace("\n", " ")
    fixed = check(*flags)
    assert fixed.returncode == 0
    assert b"No longer found" in fixed.stdout


def test_an_inconclusive_check_writes_no_baseline(check, stage, tmp_path):
    with stage.serve(lambda _: stage.answer(401, {"success": False, "error": "no"})) as server:
        done = check("--baseline", "known.json", "--update-baseline", url=server.url)
    assert done.returncode == 3
    assert not (tmp_path / "known.json").exists()
    assert b"was not changed" in done.stderr


def test_help_has_examples_and_exit_codes(run):
    done = run("check", "--help")
    assert done.returncode == 0
    shown = " ".join(done.stdout.decode().split())
    for part in ("Examples:", "Exit codes: 0 conforms; 1 drift", "process list", "MIGMA_API_KEY", "10/m"):
        assert part in shown


def test_the_version_is_shown(run):
    assert run("--version").stdout.startswith(b"migma-contract ")
