"""When a check stops early, and when it reads a campaign once more."""

import itertools

import pytest

from migma_contract_tests.check.runner import run


def checked(stage, contract, behave, **options):
    """The report of a check without waiting, and the server's requests."""
    with stage.serve(behave) as server:
        report = run(stage.options(server.url, **options), contract, sleep=lambda _: None).report(None)
    return report, server.requests


PAGE = b"<!doctype html><title>Welcome to nginx!</title>"
NOT_THE_API = {
    "500": (lambda stage: stage.answer(500, {"success": False, "error": "x"}), 4, "every request failed"),
    "503": (lambda stage: stage.answer(503, b"", "Retry-After: 0"), 4, "every request failed"),
    "522": (lambda stage: stage.answer(522, PAGE), 4, "every request failed"),
    "cut": (lambda _: None, 4, "every request failed"),
    "page": (
        lambda stage: stage.answer(200, PAGE),
        4,
        "something other than the API answered",
    ),
    "401": (lambda stage: stage.answer(401, {"success": False, "error": "x"}), 4, "every request got the same failure"),
}


@pytest.mark.parametrize("name", NOT_THE_API)
@pytest.mark.parametrize("campaigns", [1, 2])
def test_a_check_ends_early_if_nothing_of_the_contract_is_seen(stage, contract, name, campaigns):
    answer, most, reason = NOT_THE_API[name]
    ids = (stage.campaign, "65f1a0b2c3d4e5f601234567")[:campaigns]
    report, requests = checked(stage, contract, lambda _: answer(stage), campaign_ids=ids, max_requests=20)
    assert report.verdict == "inconclusive"
    assert report.stop_reason == reason
    assert len(requests) <= most + campaigns - 1
    assert report.skipped


def test_a_check_ends_early_if_only_requests_without_the_key_are_answered(stage, contract):
    report, requests = checked(stage, contract, stage.failing(500, when=lambda request: request.key == stage.key))
    assert report.stop_reason == "every request with the key failed"
    assert len(requests) == 4


def test_a_check_does_not_end_early_while_something_of_the_contract_is_seen(stage, contract):
    behave = stage.failing(500, when=lambda request: stage.campaign in request.path and request.key == stage.key)
    report, requests = checked(stage, contract, behave)
    assert (report.verdict, report.stop_reason, len(requests)) == ("drift", "", 8)


def reads_failing(stage, *failing, answer=None):
    """The API, but reads of the campaign with these numbers get 503, or another answer."""
    numbers = itertools.count(1)

    def behave(request):
        is_read = request.key == stage.key and stage.campaign in request.path and request.method == "GET"
        if is_read and next(numbers) in failing:
            if answer:
                return stage.answer(*answer)
            return stage.answer(503, {"success": False, "error": "later"}, "Retry-After: 0")
        return stage.api(request)

    return behave


@pytest.mark.parametrize(
    ("failing", "found"),
    [
        ((2, 3), ("drift", "intermittent-failure")),
        ((2, 3, 4), ("conforms", "no-response")),
        ((1, 2), ("conforms", "no-response")),
    ],
)
def test_a_campaign_is_read_once_more_only_if_its_last_read_failed(stage, contract, failing, found):
    """A success after the failure shows that the server fails now and then; another failure, that it went away."""
    report, requests = checked(stage, contract, reads_failing(stage, *failing))
    assert (report.verdict, report.findings[0].rule) == found
    assert len(requests) == (10 if failing[-1] > 2 else 9)
    assert max(exchange.sample for exchange in report.exchanges) == (3 if failing[-1] > 2 else 2)


LAST = {
    "500": (500, {"success": False, "error": "x"}, "campaign-status"),
    "403": (403, {"success": False, "error": "Quota used up"}, "intermittent-failure"),
    "page": (200, PAGE, "body-not-json"),
    "empty": (200, b"", "body-empty"),
}


@pytest.mark.parametrize("name", LAST)
@pytest.mark.parametrize(("failing", "verdict"), [((2,), "drift"), ((2, 3), "conforms")])
def test_any_failure_of_the_last_read_is_confirmed(stage, contract, name, failing, verdict):
    status, body, rule = LAST[name]
    report, requests = checked(stage, contract, reads_failing(stage, *failing, answer=(status, body)))
    assert (report.verdict, len(requests)) == (verdict, 9)
    assert rule in {finding.rule for finding in report.findings}


def test_a_campaign_that_no_read_showed_is_not_read_once_more(stage, contract):
    report, requests = checked(stage, contract, reads_failing(stage, 1, 2, answer=(500, {"success": False})))
    assert (report.verdict, len(requests)) == ("drift", 8)


def test_no_request_beyond_the_cap_confirms_a_failure(stage, contract):
    report, requests = checked(stage, contract, reads_failing(stage, 2, 3), max_requests=9)
    assert (report.verdict, len(requests)) == ("conforms", 9)
