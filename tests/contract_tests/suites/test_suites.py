"""``pytest migma_contract_tests`` as users run it: from anywhere, with any configuration around it."""

import json
import os
import subprocess
import sys

import pytest

from migma_contract.redaction import Secret
from migma_contract.rules import RULES
from migma_contract_tests.suites.rule_checks import Observer, RuleChecks, purpose_of

SET = "set MIGMA_BASE_URL, MIGMA_API_KEY, MIGMA_CAMPAIGN_IDS (ids separated by commas) to run it on a live server"


@pytest.fixture
def suite(tmp_path):
    """Runs pytest on the installed package from an empty folder, with warnings as errors."""
    (tmp_path / "schemathesis.toml").write_text("this would end any run that reads it")

    def run(*arguments, package="migma_contract_tests.suites.test_live", **environment):
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-W", "error", "--pyargs", package, *arguments],
            cwd=tmp_path,
            env={**os.environ, **environment},
            capture_output=True,
            encoding="utf-8",
            timeout=300,
            check=False,
        )

    return run


@pytest.fixture
def live(suite, stage):
    """Runs the live suite on a server; the key must be in nothing that it says, writes or shows of its locals."""

    def run(server, *arguments, **environment):
        given = {"MIGMA_BASE_URL": server.url, "MIGMA_API_KEY": stage.key, "MIGMA_CAMPAIGN_IDS": stage.campaign}
        process = suite("-vv", "--showlocals", "--tb=long", "-rA", *arguments, **{**given, **environment})
        assert stage.key not in process.stdout + process.stderr
        return process

    return run


@pytest.mark.parametrize("flags", [["-rs"], []])
def test_both_suites_run_from_anywhere_and_whatever_configuration_is_there(suite, flags):
    """The live one says in one line what to set, asked or not."""
    process = suite(*flags, package="migma_contract_tests")
    assert process.returncode == 0, process.stdout
    assert process.stdout.count(f": {SET}\n") == 1
    assert " failed" not in process.stdout


def test_live_suite_names_what_is_missing_and_is_no_success(suite):
    process = suite(MIGMA_BASE_URL="http://127.0.0.1:1", MIGMA_API_KEY="")
    assert process.returncode == 5
    assert "set MIGMA_API_KEY, MIGMA_CAMPAIGN_IDS (ids" in process.stdout


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MIGMA_API_KEY", "two words of a key"),
        ("MIGMA_BASE_URL", "https://me:secret@example.com"),
        ("MIGMA_CAMPAIGN_IDS", "a,.."),
        ("MIGMA_MAX_REQUESTS", "0"),
        ("MIGMA_RATE", "fast"),
        ("MIGMA_BASELINE", "nowhere.json"),
    ],
)
def test_setting_that_cannot_be_used_is_named_without_a_traceback(live, conforming, name, value):
    process = live(conforming, **{name: value})
    assert process.returncode == 2
    assert "cannot be used" in process.stdout
    assert "Traceback" not in process.stdout
    assert "secret" not in process.stdout
    assert "two words" not in process.stdout
    assert conforming.requests == []


def test_live_suite_of_a_conforming_server_passes_with_the_requests_of_a_check(live, conforming):
    process = live(conforming)
    assert process.returncode == 0, process.stdout
    assert [one.method for one in conforming.requests].count("GET") == 7
    assert [one.method for one in conforming.requests].count("HEAD") == 1


def test_drift_fails_and_the_key_that_the_server_echoes_is_in_no_output(live, stage, tmp_path):
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
def test_server_that_gives_nothing_to_judge_fails_the_suite(live, stage, answer):
    with stage.serve(lambda _: answer) as server:
        process = live(server)
    assert process.returncode == 1
    assert process.stdout.count("FAILED") >= 4  # the essential ones
    assert {one.key for one in server.requests} == {stage.key}


def test_read_that_fails_while_others_are_answered_fails_the_comparison(live, stage):
    """The first read is answered, the second neither at once nor when asked again."""
    reads = []

    def behave(request):
        if request.method == "GET" and request.key == stage.key and stage.campaign in request.path:
            reads.append(request)
            if len(reads) > 1:
                return stage.answer(503, {"success": False, "error": "Later"}, "Retry-After: 0")
        return stage.api(request)

    with stage.serve(behave) as server:
        process = live(server)
    assert process.returncode == 1
    assert "intermittent-failure (warning) at 503" in process.stdout


def test_cap_that_leaves_no_room_to_judge_fails_and_holds(live, conforming):
    process = live(conforming, MIGMA_MAX_REQUESTS="3")
    assert process.returncode == 1
    assert "MIGMA_MAX_REQUESTS leaves no room for: a campaign that does not exist" in process.stdout
    assert len(conforming.requests) == 3


def test_cap_that_leaves_room_to_judge_says_what_was_left_out(live, conforming):
    process = live(conforming, MIGMA_MAX_REQUESTS="5")
    assert process.returncode == 0, process.stdout
    assert "left out, since MIGMA_MAX_REQUESTS is 5: HEAD instead of GET" in process.stdout
    assert len(conforming.requests) == 5


def test_workers_do_not_multiply_the_cap(live, conforming):
    process = live(conforming, "-n", "2")
    assert process.returncode == 1
    assert "without -n" in process.stdout
    assert conforming.requests == []


def test_baseline_accepts_in_the_suite_what_it_accepts_in_a_check(live, stage, tmp_path):
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


def test_each_rule_over_one_answer_is_a_check_of_its_name(contract):
    checks = RuleChecks(contract, lambda _: None, Secret("k")).checks
    assert [check.__name__ for check in checks] == [rule.id.replace("-", "_") for rule in RULES if rule.series is None]
    assert all(check.__doc__ for check in checks)


@pytest.mark.parametrize(
    ("method", "key", "known", "id_", "purpose"),
    [
        ("GET", "real", True, "a", "campaign"),
        ("GET", "none", True, "a", "missing-key"),
        ("GET", "wrong", True, "a", "invalid-key"),
        ("GET", "wrong", False, "a", "invalid-key"),
        ("GET", "real", False, "0" * 24, "unknown-id"),
        ("GET", "none", False, "0" * 24, "unknown-id-missing-key"),
        ("GET", "real", False, "a b", "unusual-id"),
        ("HEAD", "real", True, "a", "head"),
        ("OPTIONS", "none", False, "a", "method"),
    ],
)
def test_purpose_follows_from_what_was_sent(method, key, known, id_, purpose):
    assert purpose_of(method, key, known=known, id_=id_) == purpose


@pytest.mark.parametrize(
    ("url", "campaign_id"),
    [
        ("https://host/v1/campaigns/a/stats", "a"),
        ("https://host/base/v1/campaigns/a%2Fb/stats?x=1", "a/b"),
        ("https://host/v1/campaigns//stats", None),
        ("https://host/v1/campaigns/a/b/stats", None),
        ("https://host/v1/campaigns/a", None),
        ("https://host/openapi.json", None),
    ],
)
def test_exchange_is_made_of_requests_of_the_contracts_path_alone(contract, url, campaign_id):
    import requests
    import schemathesis

    request = requests.Request("GET", url, {"Authorization": "Bearer the-key-of-mine"}).prepare()
    response = schemathesis.Response(
        status_code=200, headers={"x": ["the-key-of-mine"]}, content=b"", request=request, elapsed=0.1, verify=True
    )
    exchange = Observer(contract, Secret("the-key-of-mine"), "a".__eq__)(response)
    assert (exchange and exchange.campaign_id) == campaign_id
    assert "the-key-of-mine" not in repr(exchange)
