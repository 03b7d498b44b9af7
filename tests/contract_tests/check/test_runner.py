"""A run: the rate, the verdict with its reason, and the progress."""

import os
import subprocess
import sys

import pytest

from migma_contract.finding import Level
from migma_contract_tests.check.runner import run, run_check
from migma_contract_tests.probes.request_budget import Rate

HEAVY = {"schemathesis", "hypothesis", "pytest", "fastapi", "uvicorn", "httpx", "jinja2", "junitparser", "migma_mock"}
HEAVY |= {"asyncio", "http.client", "urllib.request", "xml"}


def is_read(stage):
    return lambda request: request.key == stage.key and stage.campaign in request.path and request.method == "GET"


def test_the_rate_holds_as_the_server_sees_it(stage, contract, conforming):
    run_check(stage.options(conforming.url, rate=Rate(3, 0.3)), contract)
    times = [request.at for request in conforming.requests]
    assert len(times) == 8
    assert all(later - earlier > 0.3 for earlier, later in zip(times, times[3:], strict=False))


def test_a_default_check_at_the_default_rate_does_not_wait(stage, contract, conforming):
    clock = stage.clock()
    run(stage.options(conforming.url, rate=Rate(10, 60)), contract, clock=clock, sleep=clock.sleep)
    assert clock.slept == []


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (401, "the key was rejected (401)"),
        (403, "the key was rejected (403)"),
        (404, "was not found with this key"),
        (429, "the server answered 429"),
        (503, "the server answered 503"),
    ],
)
def test_a_campaign_that_cannot_be_read_is_inconclusive(stage, contract, status, reason):
    with stage.serve(stage.failing(status, when=is_read(stage))) as server:
        report = run(stage.options(server.url), contract, sleep=lambda _: None).report(None)
    assert report.verdict == "inconclusive"
    assert reason in report.reason.replace("The key", "the key")
    assert report.exit_code == 3


@pytest.mark.parametrize(
    "only", [lambda r: not r.key, lambda r: "NotARealKey" in r.key, lambda r: "0" * 24 in r.path and r.key]
)
def test_a_request_with_only_transient_failures_was_not_judged(stage, contract, only):
    with stage.serve(stage.failing(503, when=only)) as server:
        options = stage.options(server.url, fail_on=Level.BREAKING)
        report = run(options, contract, sleep=lambda _: None).report(None)
    assert report.verdict == "inconclusive"
    assert report.reason.startswith("No response to a request ")


def test_a_finding_below_fail_on_is_not_drift(stage, contract):
    def behave(request):
        return stage.answer(401, b"<p>no</p>", "Content-Type: text/html") if not request.key else stage.api(request)

    with stage.serve(behave) as server:
        drift = run_check(stage.options(server.url), contract)
    assert (drift.verdict, drift.exit_code, drift.reason) == ("drift", 1, "")
    worst = max(finding.level.rank for finding in drift.findings)
    assert worst == Level.BREAKING.rank


def test_drift_is_certain_even_if_probes_were_skipped(stage, contract):
    with stage.serve(lambda _: stage.answer(200, {"success": True, "data": stage.stats})) as server:
        report = run_check(stage.options(server.url, max_requests=2), contract)
    assert report.verdict == "drift"


def test_a_campaign_that_is_not_found_is_named(stage, contract, conforming):
    options = stage.options(conforming.url, campaign_ids=(stage.campaign, "typo"), max_requests=20)
    report = run_check(options, contract)
    assert report.verdict == "inconclusive"
    assert report.reason.startswith("Campaign typo was not found with this key: are the id and the base URL correct?")


@pytest.mark.attack("secrets-in-records")
def test_progress_is_reported_without_the_key(stage, contract, conforming):
    messages = []
    run_check(stage.options(conforming.url), contract, on_progress=messages.append)
    assert messages[0] == f"request 1 of at most 10: read 1 of campaign {stage.campaign}"
    assert not any(stage.key in words for words in messages)


def test_libraries_that_a_check_does_not_need_are_not_loaded(stage, conforming):
    """A whole check with the report for a terminal, in a process of its own."""
    at_exit = "import atexit, gc, sys; atexit.register(lambda: print(gc.get_freeze_count() > 0, *sys.modules))"
    command = [sys.executable, "-c", f"{at_exit}; from migma_contract_tests.cli.main import main; main()"]
    command += ["check", "--base-url", conforming.url, "--campaign-id", stage.campaign]
    environment = {**os.environ, "MIGMA_API_KEY": stage.key}
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    skips_cleanup, *loaded = done.stdout.splitlines()[-1].split()
    assert skips_cleanup == str(sys.implementation.name == "cpython")
    assert "migma_contract_tests.reports.terminal" in loaded
    assert not HEAVY & {*loaded}


def test_the_reason_mentions_a_second_attempt_only_if_there_was_one(stage, contract):
    with stage.serve(stage.failing(526, when=is_read(stage))) as server:
        once = run(stage.options(server.url), contract, sleep=lambda _: None).report(None)
    with stage.serve(stage.failing(503, when=is_read(stage))) as server:
        twice = run(stage.options(server.url), contract, sleep=lambda _: None).report(None)
    assert "the server answered 526 (a CDN does not trust the API's certificate). The server said: " in once.reason
    assert "503 (the service is unavailable for now), also on the second attempt. The server said: " in twice.reason
