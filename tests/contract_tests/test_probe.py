"""The plan, its budget, second attempts, and the verdict."""

import itertools
import subprocess
import sys
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract_tests.budget import Rate
from contract_tests.exchange import Exchange
from contract_tests.finding import Level
from contract_tests.fuzz import generated_ids
from contract_tests.plan import in_sending_order, plan
from contract_tests.probe import observe, retry_after, run_check


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self):
        self.now = 0.0
        self.slept = []

    def __call__(self):
        """The seconds that were slept."""
        return self.now

    def sleep(self, seconds):
        """Let the time pass at once."""
        self.slept.append(seconds)
        self.now += seconds


def purposes(report):
    return [exchange.purpose for exchange in report.exchanges]


def failing(stage, status, *headers, times=999, when=lambda _: True):
    """The API, but the first requests that meet a condition get this status."""
    left = itertools.count()

    def behave(request):
        if when(request) and next(left) < times:
            return stage.answer(status, {"success": False, "error": "not now"}, *headers)
        return stage.api(request)

    return behave


def knows(stage):
    return lambda request: request.key == stage.key and stage.campaign in request.path and request.method == "GET"


def test_the_default_plan_is_eight_requests_and_a_conforming_server_conforms(stage, contract, conforming):
    report = run_check(stage.options(conforming.url), contract)
    assert (report.verdict, report.reason, report.findings) == ("conforms", "", ())
    assert purposes(report) == [
        *("campaign", "no-key", "wrong-key", "unknown-id", "unknown-id-no-key", "odd-id", "head", "campaign"),
    ]
    assert report.requests_sent == len(conforming.requests) == 8
    assert report.left_out == ()


def test_nothing_but_get_and_head_is_sent(stage, contract, conforming):
    run_check(stage.options(conforming.url, samples=4, max_requests=30, fuzz=5), contract)
    assert {request.method for request in conforming.requests} == {"GET", "HEAD"}


def test_a_method_is_tried_once_when_asked_for_by_name(stage, contract, conforming):
    report = run_check(stage.options(conforming.url, methods=("POST",)), contract)
    assert Counter(request.method for request in conforming.requests) == {"GET": 7, "HEAD": 1, "POST": 1}
    assert report.verdict == "conforms"


@pytest.mark.parametrize(("cap", "verdict"), [(1, "inconclusive"), (3, "inconclusive"), (4, "conforms")])
def test_only_without_one_of_the_first_four_is_nothing_concluded(stage, contract, conforming, cap, verdict):
    report = run_check(stage.options(conforming.url, max_requests=cap), contract)
    assert report.verdict == verdict
    assert purposes(report) == ["campaign", "no-key", "wrong-key", "unknown-id"][:cap]
    assert len(report.left_out) == 8 - cap
    assert len(conforming.requests) == cap
    assert verdict == "conforms" or "too few requests" in report.reason.lower()


def test_the_second_read_has_room_before_what_tells_less(stage, contract, conforming):
    report = run_check(stage.options(conforming.url, max_requests=5), contract)
    assert purposes(report) == ["campaign", "no-key", "wrong-key", "unknown-id", "campaign"]


@given(
    ids=st.lists(st.text("abc", min_size=1), min_size=1, max_size=6, unique=True),
    samples=st.integers(1, 5),
    cap=st.integers(1, 40),
)
def test_sending_order_keeps_every_probe_and_begins_and_ends_with_reads(stage, contract, ids, samples, cap):
    ranked = plan(replace(stage.options("http://h"), campaign_ids=tuple(ids), samples=samples), contract)[:cap]
    order = in_sending_order(ranked)
    assert Counter(order) == Counter(ranked)
    reads = [probe for probe in order if probe.purpose == "campaign"]
    assert order[0] == reads[0]
    assert [probe.sample for probe in reads] == sorted(probe.sample for probe in reads)
    if any(probe.sample > 1 for probe in reads):
        assert order[-1] == reads[-1]


def test_the_unknown_id_is_never_a_campaign_that_was_named(stage, contract):
    ranked = plan(stage.options("http://h", campaign_ids=("0" * 24,)), contract)
    assert {probe.campaign_id for probe in ranked if probe.purpose.startswith("unknown")} == {"f" * 24}


@settings(max_examples=15, deadline=None)
@given(cap=st.integers(1, 14), samples=st.integers(1, 3), times=st.integers(0, 20))
def test_the_cap_holds_whatever_has_to_be_sent_again(stage, contract, cap, samples, times):
    clock = Clock()
    with stage.serve(failing(stage, 503, times=times)) as server:
        options = stage.options(server.url, max_requests=cap, samples=samples)
        observation = observe(options, contract, clock=clock, sleep=clock.sleep)
    assert len(server.requests) == observation.sent == len(observation.exchanges) <= cap
    planned = 6 + samples
    sent_or_left = len([e for e in observation.exchanges if e.attempt == 1]) + len(observation.left_out)
    assert sent_or_left == planned


def test_the_rate_holds_as_the_server_sees_it(stage, contract, conforming):
    run_check(stage.options(conforming.url, rate=Rate(3, 0.3)), contract)
    times = [request.at for request in conforming.requests]
    assert len(times) == 8
    assert all(later - earlier > 0.3 for earlier, later in zip(times, times[3:], strict=False))


def test_the_default_rate_lets_a_default_check_through_without_waiting(stage, contract, conforming):
    clock = Clock()
    observe(stage.options(conforming.url, rate=Rate(10, 60)), contract, clock=clock, sleep=clock.sleep)
    assert clock.slept == []


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_passing_condition_is_tried_once_more(stage, contract, status):
    clock = Clock()
    with stage.serve(failing(stage, status, "Retry-After: 7", times=1)) as server:
        report = observe(stage.options(server.url), contract, clock=clock, sleep=clock.sleep).report(None)
    assert [(e.status, e.attempt) for e in report.exchanges][:2] == [(status, 1), (200, 2)]
    assert clock.slept == [7.0]
    assert report.verdict == "conforms"
    assert {finding.level for finding in report.findings} == {Level.INFO}


def test_a_reset_is_tried_once_more(stage, contract):
    first = itertools.count()
    clock = Clock()
    with stage.serve(lambda request: stage.api(request) if next(first) else None) as server:
        report = observe(stage.options(server.url), contract, clock=clock, sleep=clock.sleep).report(None)
    assert [e.failure and e.failure.kind for e in report.exchanges][:2] == ["reset", None]
    assert report.exchanges[1].status == 200


def test_a_second_attempt_takes_the_place_of_what_tells_least(stage, contract):
    with stage.serve(failing(stage, 503, times=1)) as server:
        options = stage.options(server.url, max_requests=8)
        report = observe(options, contract, sleep=lambda _: None).report(None)
    assert report.requests_sent == 8
    assert report.left_out == ("HEAD instead of GET",)
    assert report.verdict == "conforms"


def test_a_server_that_asks_for_an_hour_is_left_alone(stage, contract):
    clock = Clock()
    with stage.serve(failing(stage, 429, "Retry-After: 3600")) as server:
        report = observe(stage.options(server.url), contract, clock=clock, sleep=clock.sleep).report(None)
    assert (len(server.requests), clock.slept) == (1, [])
    assert report.verdict == "inconclusive"
    assert len(report.left_out) == 7


def test_patience_is_bounded_over_the_whole_run(stage, contract):
    clock = Clock()
    with stage.serve(failing(stage, 429, "Retry-After: 25")) as server:
        observe(stage.options(server.url), contract, clock=clock, sleep=clock.sleep)
    assert sum(clock.slept) <= 60


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "12"}, 12.0),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:30 GMT", "date": "Wed, 21 Oct 2026 07:28:00 GMT"}, 30.0),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT", "date": "Wed, 21 Oct 2026 07:28:30 GMT"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "1.5"}, None),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:30 -0000", "date": "Wed, 21 Oct 2026 07:28:00 GMT"}, None),
        ({}, None),
    ],
)
def test_retry_after_is_read_in_both_forms(headers, seconds):
    exchange = Exchange("campaign", "GET", "u", "c", (), None, 0.1, 429, tuple(headers.items()))
    assert retry_after(exchange) == seconds


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (401, "the key was refused (401)"),
        (403, "the key was refused (403)"),
        (404, "was not found with this key"),
        (429, "the server answered 429"),
        (503, "the server answered 503"),
    ],
)
def test_a_campaign_that_cannot_be_read_is_inconclusive(stage, contract, status, reason):
    with stage.serve(failing(stage, status, when=knows(stage))) as server:
        report = observe(stage.options(server.url), contract, sleep=lambda _: None).report(None)
    assert report.verdict == "inconclusive"
    assert reason in report.reason.replace("The key", "the key")
    assert report.exit_code == 3


@pytest.mark.parametrize(
    "only", [lambda r: not r.key, lambda r: "NotARealKey" in r.key, lambda r: "0" * 24 in r.path and r.key]
)
def test_what_only_passing_conditions_answered_was_not_seen(stage, contract, only):
    with stage.serve(failing(stage, 503, when=only)) as server:
        options = stage.options(server.url, fail_on=Level.BREAKING)
        report = observe(options, contract, sleep=lambda _: None).report(None)
    assert report.verdict == "inconclusive"
    assert report.reason.startswith("No answer could be judged for a request for")


def test_a_finding_is_drift_from_fail_on_upwards_only(stage, contract):
    def behave(request):
        return stage.answer(401, b"<p>no</p>", "Content-Type: text/html") if not request.key else stage.api(request)

    with stage.serve(behave) as server:
        drift = run_check(stage.options(server.url), contract)
    assert (drift.verdict, drift.exit_code, drift.reason) == ("drift", 1, "")
    worst = max(finding.level.rank for finding in drift.findings)
    assert worst == Level.BREAKING.rank


def test_drift_is_certain_even_where_something_was_left_out(stage, contract):
    with stage.serve(lambda _: stage.answer(200, {"success": True, "data": stage.stats})) as server:
        report = run_check(stage.options(server.url, max_requests=2), contract)
    assert report.verdict == "drift"


def test_one_campaign_of_two_that_is_not_found_is_said(stage, contract, conforming):
    options = stage.options(conforming.url, campaign_ids=(stage.campaign, "typo"), max_requests=20)
    report = run_check(options, contract)
    assert report.verdict == "inconclusive"
    assert report.reason.startswith("Campaign typo was not found with this key: is the id right, and the base URL?")


def test_generated_ids_are_the_same_each_time_and_stay_in_their_segment(contract):
    ids = generated_ids(contract, 20)
    assert len(set(ids)) == 20
    assert generated_ids(contract, 20) == ids
    assert not {"", ".", ".."} & set(ids)


def test_fuzz_leaves_nothing_in_the_working_directory(tmp_path):
    command = [sys.executable, "-m", "contract_tests", "check", "--campaign-id", "x", "--fuzz", "2", "--plan"]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False, timeout=60)
    assert ended.returncode == 0, ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_fuzz_ids_go_out_within_the_cap(stage, contract, conforming):
    report = run_check(stage.options(conforming.url, fuzz=20, max_requests=12), contract)
    assert purposes(report).count("odd-id") == 5
    assert report.requests_sent == len(conforming.requests) == 12
    assert report.verdict == "conforms"


def test_progress_is_told_in_words(stage, contract, conforming):
    told = []
    run_check(stage.options(conforming.url), contract, on_progress=told.append)
    assert told[0] == f"request 1 of at most 10: read 1 of campaign {stage.campaign}"
    assert not any(stage.key in words for words in told)


def test_what_a_check_does_not_need_is_not_loaded():
    code = "import sys, contract_tests.cli, contract_tests.probe; print([m for m in sys.argv[1:] if m in sys.modules])"
    heavy = ("schemathesis", "hypothesis", "pytest", "fastapi", "uvicorn", "jinja2", "junitparser")
    done = subprocess.run([sys.executable, "-c", code, *heavy], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
