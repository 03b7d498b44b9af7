"""Rate limit: the number of requests per minute of each key, by the account's clock."""

import httpx
import pytest


@pytest.fixture
def free(api):
    """An account on the free plan with a frozen clock."""
    account = api.account(plan="free")
    account("PATCH", "/clock", json={"frozen": True})
    return account


def advance(account, seconds):
    account("PATCH", "/clock", json={"advanceSeconds": seconds})


def test_the_eleventh_request_in_a_minute_gets_429_with_retry_after(free, newsletter):
    assert free.statuses(newsletter, 10) == [200] * 10
    refused = free.get(newsletter)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "60")
    assert refused.headers["x-mock-undocumented"] == "429"
    envelope = {"success": False, "error": "Too many requests. Try again in 60 s.", "code": "RATE_LIMITED"}
    assert refused.json() == envelope
    assert free.journal(limit=1)["entries"][0]["matchedBy"] == "rate limit"


def test_advancing_a_frozen_clock_allows_more_requests(free, newsletter):
    free.statuses(newsletter, 4)
    advance(free, 30)
    free.statuses(newsletter, 6)
    assert free.get(newsletter).headers["retry-after"] == "30"
    advance(free, 29)
    assert free.get(newsletter).headers["retry-after"] == "1"
    advance(free, 1)
    assert free.statuses(newsletter, 5) == [200] * 4 + [429]


def test_every_key_is_counted_separately(control, newsletter):
    with control(api_key=["another_key"]) as api:
        built_in = "/accounts/built-in"
        api("PUT", f"{built_in}/rate-limit", json={"plan": "1/min"})
        api("PATCH", f"{built_in}/clock", json={"frozen": True})
        url = api.mock.stats_url(newsletter)
        keys = ["another_key", api.mock.api_key] * 2
        statuses = [httpx.get(url, headers={"X-API-Key": key}).status_code for key in keys]
    assert api.mock.api_key != "another_key"
    assert statuses == [200, 200, 429, 429]


def test_requests_refused_for_other_reasons_do_not_count(free, newsletter):
    for _ in range(12):
        free.get(newsletter, key=free.keys["revoked"])
        free.get(newsletter, key=free.keys["withoutPermission"])
        free.get(newsletter, method="POST")
    assert free.statuses(newsletter, 1) == [200]


def test_unknown_ids_count(free):
    assert free.statuses("nobody", 11) == [404] * 10 + [429]


def test_a_429_advances_no_script_and_uses_up_no_fault(free, newsletter):
    twice_503 = "66b2f0a1c4e5d60012a40504"
    free.statuses(newsletter, 10)
    free("POST", "/faults", json={"kind": "status", "status": 418, "times": 1})
    assert free.statuses(twice_503, 3) == [429] * 3
    assert free("GET", "/faults").json()[0]["applied"] == 0
    advance(free, 60)
    assert free.statuses(twice_503, 3) == [418, 503, 200]


def test_generated_stats_count_once(control):
    with control(unknown_id="generate") as api:
        account = api.account(plan="3/min")
        account("PATCH", "/clock", json={"frozen": True})
        assert [account.get(f"{number:024x}").status_code for number in range(1, 5)] == [200, 200, 200, 429]
        assert account.journal()["recorded"] == 4


def test_a_new_plan_starts_counting_again(free, newsletter):
    free.statuses(newsletter, 10)
    assert free("PUT", "/rate-limit", json={"plan": "2/min"}).json() == {"plan": "2/min"}
    assert free.statuses(newsletter, 3) == [200, 200, 429]
    free("PUT", "/rate-limit", json={"plan": "unlimited"})
    assert set(free.statuses(newsletter, 30)) == {200}


def test_the_pro_plan_allows_100_requests_per_minute(api, newsletter):
    account = api.account(plan="pro")
    account("PATCH", "/clock", json={"frozen": True})
    assert account.statuses(newsletter, 101) == [200] * 100 + [429]


@pytest.mark.parametrize("sent", [{}, {"plan": "silver"}, {"plan": "0/min"}, {"plan": None}, {"plan": "5/min", "x": 1}])
def test_an_unknown_plan_is_refused(free, newsletter, sent):
    assert free.problems("PUT", "/rate-limit", json=sent).keys() <= {"", "/plan", "/x"}
    assert free.statuses(newsletter, 11)[-1] == 429


def test_the_error_for_an_unknown_plan_lists_the_plans(free):
    expected, _ = free.problems("PUT", "/rate-limit", json={"plan": "silver"})["/plan"]
    assert expected == "one of unlimited, free, pro, or a rate such as 25/min (at most 100000/min)"


def test_setting_the_clock_back_starts_counting_again(api, newsletter):
    account = api.account(plan="2/min")
    account("PATCH", "/clock", json={"set": "2026-01-31T09:30:00Z", "frozen": True})
    assert account.statuses(newsletter, 3) == [200, 200, 429]
    account("PATCH", "/clock", json={"set": "2026-01-31T09:29:00Z"})
    assert account.statuses(newsletter, 3) == [200, 200, 429]
