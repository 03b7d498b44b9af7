"""A check that conforms says in one sentence which of its requests the API did not answer, and why."""

import itertools

import pytest

from migma_contract_tests.check.runner import run

PORTAL = b"<!doctype html><title>Hotel WiFi</title>"


def interrupted(stage, contract, is_away, answer, **options):
    """The report of a check of the API, which is away for some requests by their number from 1."""
    numbers = itertools.count(1)

    def behave(request):
        return answer if is_away(next(numbers), request) else stage.api(request)

    with stage.serve(behave) as server:
        return run(stage.options(server.url, **options), contract, sleep=lambda _: None).report(None)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda stage: stage.answer(200, PORTAL), "an HTML page, titled “Hotel WiFi”, answered in place of the API"),
        (lambda stage: stage.answer(503, b""), "every request failed: 503 (the service is unavailable for now)."),
        (lambda _: b"SSH-2.0-x\r\n", "every request failed: the response was not valid HTTP."),
        (lambda _: None, "every request failed: the connection ended without a response."),
        (lambda stage: stage.answer(200, {"message": "Starting"}), "JSON of another API"),
    ],
)
def test_of_an_end_without_the_api_the_report_says_what_came(stage, contract, answer, said):
    late = interrupted(stage, contract, lambda number, _: number > 5, answer(stage))
    assert late.verdict == "conforms"
    assert late.not_judged.startswith(f"From request 6 on, {said}")


def test_of_a_start_without_the_api_the_report_says_what_came(stage, contract):
    report = interrupted(stage, contract, lambda number, _: number == 1, stage.answer(200, PORTAL))
    assert report.verdict == "conforms"
    assert report.not_judged.startswith("To request 1, an HTML page, titled “Hotel WiFi”, answered in place")


def test_one_request_is_not_called_every_request(stage, contract):
    away = stage.answer(526, b"")
    report = interrupted(stage, contract, lambda number, _: number == 1, away)
    assert report.not_judged.startswith("Request 1 failed: 526 (")
    lost = interrupted(stage, contract, lambda number, _: number < 3, stage.answer(503, b"", "Retry-After: 0"))
    assert lost.not_judged.startswith("Up to request 2, every request failed: 503 (")


def test_a_quota_of_the_key_is_named_with_the_server_s_words_and_the_wait(stage, contract):
    quota = stage.answer(403, {"success": False, "error": "Quota used up"}, "Retry-After: 7200")
    report = interrupted(stage, contract, lambda number, each: number > 4 and each.key == stage.key, quota)
    assert report.verdict == "conforms"
    assert report.not_judged.startswith("From request 6 on, every request failed: 403 (asks to wait 2 h), “Quota used")


def test_only_the_key_is_named_if_other_requests_were_answered(stage, contract):
    away = stage.answer(500, {"success": False, "error": "Oops"})
    report = interrupted(stage, contract, lambda number, each: number > 4 and each.key == stage.key, away, samples=3)
    assert report.verdict == "conforms"
    assert report.not_judged.startswith("From request 5 on, every request with the key failed: 500, “Oops”.")


def test_a_limit_that_ended_a_check_is_named_with_its_wait(stage, contract):
    limit = stage.answer(429, {"success": False, "error": "Daily limit"}, "Retry-After: 43200")
    report = interrupted(stage, contract, lambda number, _: number > 1, limit)
    assert report.verdict == "inconclusive"
    assert "the last response was 429 (too many requests; asks to wait 12 h)" in report.reason
    assert report.stop_reason == "the server asked for a longer wait (12 h) than a check accepts"
    assert report.next[0].why == "again after the time that the server asks to wait"


def test_a_run_of_one_request_does_not_speak_of_every_request(stage, contract):
    limit = stage.answer(429, b"", "Retry-After: 43200")
    report = interrupted(stage, contract, lambda *_: True, limit)
    assert report.reason.startswith("The only request failed: 429 (too many requests; asks to wait 12 h)")


def test_a_connection_cut_within_the_body_is_not_called_one_without_a_response(stage, contract):
    cut = stage.answer(200, {"success": True})[:-5]
    report = interrupted(stage, contract, lambda *_: True, cut)
    assert report.reason.startswith("A response that ended within the body (")
