"""Both suites run with pytest as users run them: from anywhere, with any configuration around."""

import json
import os
import subprocess
import sys
from types import SimpleNamespace

import pytest

import migma_contract_tests.suites.live_suite  # noqa: F401 - pytester unloads what a run is the first to import

pytest_plugins = ["pytester"]

MISSING = "set MIGMA_BASE_URL, MIGMA_API_KEY, MIGMA_CAMPAIGN_IDS (ids separated by commas) to run it on a live server"
ARGUMENTS = ["-p", "no:cacheprovider", "-W", "error", "--pyargs"]


@pytest.fixture
def folder(pytester):
    """A folder in which no other program would run, since its configuration of Schemathesis is invalid."""
    pytester.path.joinpath("schemathesis.toml").write_text("this would end any run that reads it")
    return pytester.path


@pytest.fixture
def suite(folder, pytester):
    """Run pytest on the live suite, in this process and without plugins, with warnings as errors."""

    def run(*arguments, **environment):
        with pytest.MonkeyPatch.context() as patch:
            for name, value in {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **environment}.items():
                patch.setenv(name, value)
            result = pytester.runpytest_inprocess(*ARGUMENTS, "migma_contract_tests.suites.test_live", *arguments)
        return SimpleNamespace(returncode=result.ret, stdout=f"{result.stdout.str()}\n{result.stderr.str()}\n")

    return run


@pytest.fixture
def live(suite, stage):
    """Run the live suite on a server; the key must not be in its output, nor in the local variables that it shows."""

    def run(server, *arguments, **environment):
        given = {"MIGMA_BASE_URL": server.url, "MIGMA_API_KEY": stage.key, "MIGMA_CAMPAIGN_IDS": stage.campaign}
        process = suite("-vv", "--showlocals", "--tb=long", "-rA", *arguments, **{**given, **environment})
        assert stage.key not in process.stdout
        return process

    return run


def test_both_suites_run_from_anywhere_as_a_process_with_every_installed_plugin(folder, measured):
    """The live suite says in one line what to set."""
    command = [sys.executable, "-m", "pytest", *ARGUMENTS, "migma_contract_tests"]
    environment = {**os.environ, **measured}
    ended = subprocess.run(command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert ended.returncode == 0, ended.stdout
    assert ended.stdout.count(f": {MISSING}\n") == 1
    assert " failed" not in ended.stdout


def test_the_live_suite_says_once_what_to_set_if_skips_are_listed_too(suite):
    assert suite("-rs").stdout.count(f": {MISSING}\n") == 1


def test_the_live_suite_names_the_missing_variables_and_does_not_succeed(suite):
    process = suite(MIGMA_BASE_URL="http://127.0.0.1:1", MIGMA_API_KEY="")
    assert process.returncode == 5
    assert "set MIGMA_API_KEY, MIGMA_CAMPAIGN_IDS (ids" in process.stdout


def test_an_unusable_setting_ends_the_run_without_a_traceback(live, conforming):
    process = live(conforming, MIGMA_API_KEY="two words of a key")
    assert process.returncode == 2
    assert "cannot be used" in process.stdout
    assert "Traceback" not in process.stdout
    assert "two words" not in process.stdout
    assert conforming.requests == []


def test_a_conforming_server_passes_with_the_requests_of_a_check(live, conforming):
    process = live(conforming)
    assert process.returncode == 0, process.stdout
    assert [one.method for one in conforming.requests].count("GET") == 7
    assert [one.method for one in conforming.requests].count("HEAD") == 1


def test_the_live_suite_reads_rates_in_the_unit_of_the_variable(live, conforming):
    process = live(conforming, MIGMA_RATES="percent")
    assert process.returncode == 1
    assert "rate-is-fraction (breaking) at 200 /data: " in process.stdout
    wrong = live(conforming, MIGMA_RATES="per cent")
    assert wrong.returncode == 2
    assert "MIGMA_RATES: expected one of fraction, percent, got 'per cent'" in wrong.stdout


@pytest.mark.attack("secrets-in-records")
def test_drift_fails_and_an_echoed_key_is_in_no_output(live, stage, tmp_path):
    def behave(request):
        if request.method == "GET" and request.key == stage.key and stage.campaign in request.path:
            echo = {"success": True, "data": {**stage.stats, "openRate": 25.0}, "error": f"key {stage.key}"}
            return stage.answer(200, echo, f"X-Key: {stage.key}")
        return stage.api(request)

    with stage.serve(behave) as server:
        process = live(server, f"--junit-xml={tmp_path / 'junit.xml'}", "-o", "junit_logging=all")
    assert process.returncode == 1
    assert "rate-is-percentage (breaking) at 200 /data/openRate" in process.stdout
    assert stage.key not in (tmp_path / "junit.xml").read_text(encoding="utf-8")


@pytest.mark.parametrize("answer", [None, b"nonsense", b"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n"])
def test_a_server_without_responses_to_judge_fails_the_suite(live, stage, answer):
    with stage.serve(lambda _: answer) as server:
        process = live(server)
    assert process.returncode == 1
    assert process.stdout.count("\nFAILED") == 1
    assert "Inconclusive: " in process.stdout
    assert "(breaking)" not in process.stdout
    assert len(server.requests) <= 4


def test_a_read_that_fails_between_others_fails_the_comparison(live, stage):
    """The first read succeeds, the second fails in both attempts, the third succeeds again."""
    reads = []

    def behave(request):
        if request.method == "GET" and request.key == stage.key and stage.campaign in request.path:
            reads.append(request)
            if len(reads) in {2, 3}:
                return stage.answer(503, {"success": False, "error": "Later"}, "Retry-After: 0")
        return stage.api(request)

    with stage.serve(behave) as server:
        process = live(server)
    assert process.returncode == 1
    assert "intermittent-failure (warning) at 503" in process.stdout


def test_a_cap_too_low_to_judge_ends_the_run_before_anything_is_sent(live, conforming):
    process = live(conforming, MIGMA_MAX_REQUESTS="3")
    assert process.returncode == 2
    assert "MIGMA_MAX_REQUESTS: expected 4 or more for a verdict" in process.stdout
    assert conforming.requests == []


def test_a_cap_high_enough_to_judge_passes_and_names_the_skipped_requests(live, conforming):
    process = live(conforming, MIGMA_MAX_REQUESTS="5")
    assert process.returncode == 0, process.stdout
    assert "skipped, since MIGMA_MAX_REQUESTS is 5: HEAD instead of GET" in process.stdout
    assert len(conforming.requests) == 5


def test_the_live_suite_refuses_to_run_in_workers(live, conforming):
    """Each worker would have the whole cap."""
    process = live(conforming, "-p", "xdist", "-n", "1")
    assert process.returncode == 1
    assert "without -n" in process.stdout
    assert conforming.requests == []


def test_the_baseline_of_a_check_applies_to_the_suite(live, stage, tmp_path):
    def behave(request):
        if request.key == stage.key and stage.campaign in request.path:
            return stage.answer(200, {"success": True, "data": {**stage.stats, "openRate": 25.0}})
        return stage.api(request)

    def entry(where):
        return {"rule": "rate-is-percentage", "where": where, "reason": "known", "owner": "me"}

    baseline = tmp_path / "known.json"
    accepted = [entry("200 /data/openRate"), entry("200 /data/clickRate")]
    baseline.write_text(json.dumps({"version": 1, "accepted": accepted}))
    with stage.serve(behave) as server:
        assert live(server).returncode == 1
        process = live(server, MIGMA_BASELINE=str(baseline))
    assert process.returncode == 0, process.stdout
    assert "No longer found" in process.stdout
    assert "/data/clickRate" in process.stdout.rpartition("live contract suite: ")[2]


@pytest.mark.attack("secrets-in-errors")
def test_an_unusable_proxy_of_the_environment_is_not_shown(suite, stage):
    """It is read when the first test asks for the suite, not with the variables of the suite itself."""
    url = "socks5://user:hunter2@127.0.0.1:1"
    given = {"MIGMA_BASE_URL": "https://api.example", "MIGMA_API_KEY": stage.key, "MIGMA_CAMPAIGN_IDS": stage.campaign}
    proxies = {"HTTPS_PROXY": url, "https_proxy": url, "NO_PROXY": "", "no_proxy": ""}
    process = suite("-vv", "--showlocals", "--tb=long", "--full-trace", "-rA", **given, **proxies)
    assert process.returncode == 1
    assert "https_proxy: expected an http or https URL of a proxy" in process.stdout
    assert "hunter2" not in process.stdout
    assert stage.key not in process.stdout


@pytest.mark.attack("secrets-in-errors")
def test_an_error_of_a_library_is_shown_without_local_variables(suite, stage, conforming, monkeypatch):
    """Some contain the key: the headers of the request, for example."""

    def fail(received, method, url, headers, **_):
        raise LookupError(f"no codec for {headers}")

    monkeypatch.setattr("migma_contract_tests.client.read_only_client.fetch", fail)
    given = {"MIGMA_BASE_URL": conforming.url, "MIGMA_API_KEY": stage.key, "MIGMA_CAMPAIGN_IDS": stage.campaign}
    process = suite("-vv", "--showlocals", "--tb=long", "--full-trace", "-rA", **given)
    assert process.returncode == 1
    assert "LookupError: no codec for" in process.stdout
    assert stage.key not in process.stdout
