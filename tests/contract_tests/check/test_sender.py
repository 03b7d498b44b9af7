"""Second attempts: when they are made, after which wait, and which probe they replace."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migma_contract.exchange import Exchange
from migma_contract.finding import Level
from migma_contract_tests.check.runner import run


@settings(max_examples=15, deadline=None)
@given(cap=st.integers(1, 14), samples=st.integers(1, 3), times=st.integers(0, 20))
def test_second_attempts_never_exceed_the_cap(stage, contract, cap, samples, times):
    clock = stage.clock()
    with stage.serve(stage.failing(503, times=times)) as server:
        options = stage.options(server.url, max_requests=cap, samples=samples)
        result = run(options, contract, clock=clock, sleep=clock.sleep)
    assert len(server.requests) == result.sent == len(result.exchanges) <= cap
    planned = 6 + samples
    sent_or_skipped = len([e for e in result.exchanges if e.attempt == 1]) + len(result.skipped)
    assert sent_or_skipped == planned


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_transient_failure_gets_a_second_attempt(stage, contract, status):
    clock = stage.clock()
    with stage.serve(stage.failing(status, "Retry-After: 7", times=1)) as server:
        report = run(stage.options(server.url), contract, clock=clock, sleep=clock.sleep).report(None)
    assert [(e.status, e.attempt) for e in report.exchanges][:2] == [(status, 1), (200, 2)]
    assert clock.slept == [7.0]
    assert report.verdict == "conforms"
    assert {finding.level for finding in report.findings} == {Level.INFO}


def test_a_reset_gets_a_second_attempt(stage, contract):
    first = itertools.count()
    clock = stage.clock()
    with stage.serve(lambda request: stage.api(request) if next(first) else None) as server:
        report = run(stage.options(server.url), contract, clock=clock, sleep=clock.sleep).report(None)
    assert [e.failure and e.failure.kind for e in report.exchanges][:2] == ["reset", None]
    assert report.exchanges[1].status == 200


def test_a_second_attempt_replaces_the_probe_of_lowest_priority(stage, contract):
    with stage.serve(stage.failing(503, times=1)) as server:
        options = stage.options(server.url, max_requests=8)
        report = run(options, contract, sleep=lambda _: None).report(None)
    assert report.requests.sent == 8
    assert report.skipped == ("HEAD instead of GET",)
    assert report.verdict == "conforms"


def test_a_server_that_asks_for_an_hour_gets_no_more_requests(stage, contract):
    clock = stage.clock()
    with stage.serve(stage.failing(429, "Retry-After: 3600")) as server:
        report = run(stage.options(server.url), contract, clock=clock, sleep=clock.sleep).report(None)
    assert (len(server.requests), clock.slept) == (1, [])
    assert report.verdict == "inconclusive"
    assert len(report.skipped) == 7


def test_requested_waits_are_limited_over_the_whole_run(stage, contract):
    clock = stage.clock()
    with stage.serve(stage.failing(429, "Retry-After: 25")) as server:
        run(stage.options(server.url), contract, clock=clock, sleep=clock.sleep)
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
        ({"retry-after": "Wed, 21 Oct 2026 07:28:30 -0000", "date": "Wed, 21 Oct 2026 07:28:00 GMT"}, 30.0),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 +99999999999999999999"}, None),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:00 +9999"}, None),
        ({"retry-after": "9" * 5000}, float("inf")),
        ({}, None),
    ],
)
def test_retry_after_is_parsed_in_both_forms(headers, seconds):
    exchange = Exchange("campaign", "GET", "u", "c", (), None, 0.1, 429, tuple(headers.items()))
    assert exchange.retry_after == seconds


def later(stage, *headers, reads):
    """The API, but the reads of the campaign with these numbers get 429."""
    numbers = itertools.count(1)

    def behave(request):
        is_read = request.key == stage.key and stage.campaign in request.path and request.method == "GET"
        if is_read and next(numbers) in reads:
            return stage.answer(429, {"success": False, "error": "slower"}, *headers)
        return stage.api(request)

    return behave


@pytest.mark.parametrize(
    ("seconds", "cap", "reads", "said"),
    [
        (120, 10, {2}, ("conforms", "no-response")),
        (1, 8, {2}, ("conforms", "no-response")),
        (1, 10, {2}, ("conforms", "transient-failure-recovered")),
        (1, 10, {2, 3}, ("drift", "intermittent-failure")),
    ],
    ids=["longer than a run waits", "no request left", "recovered", "second attempt failed too"],
)
def test_a_failed_read_is_drift_only_after_a_second_attempt(stage, contract, *, seconds, cap, reads, said):
    with stage.serve(later(stage, f"Retry-After: {seconds}", reads=reads)) as server:
        options = stage.options(server.url, max_requests=cap)
        report = run(options, contract, sleep=lambda _: None).report(None)
    assert (report.verdict, *[finding.rule for finding in report.findings]) == said


def test_an_impossible_date_in_retry_after_is_ignored(stage, contract):
    with stage.serve(later(stage, "Retry-After: Wed, 21 Oct 2015 07:28:00 +99999999999999999999", reads={1})) as server:
        report = run(stage.options(server.url), contract, sleep=lambda _: None).report(None)
    assert report.verdict == "conforms"
    assert {finding.rule for finding in report.findings} == {"retry-after-missing", "transient-failure-recovered"}
