"""Rate limit: how many requests each key may send, by the account's clock, and how clients are told."""

from email.utils import parsedate_to_datetime

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
    assert expected.startswith(
        "one of unlimited, free, pro, standard, enterprise, or rates such as 25/min, 1000/day or "
    )


def test_setting_the_clock_back_starts_counting_again(api, newsletter):
    account = api.account(plan="2/min")
    account("PATCH", "/clock", json={"set": "2026-01-31T09:30:00Z", "frozen": True})
    assert account.statuses(newsletter, 3) == [200, 200, 429]
    account("PATCH", "/clock", json={"set": "2026-01-31T09:29:00Z"})
    assert account.statuses(newsletter, 3) == [200, 200, 429]


def test_every_answer_tells_what_is_left_before_the_429(api, newsletter):
    account = api.account(plan="2/min,3/day")
    account("PATCH", "/clock", json={"set": "2026-01-31T09:30:00Z", "frozen": True})
    now = 1769851800
    answers = [account.get(newsletter), account.get("nobody"), account.get(newsletter)]
    assert [answer.status_code for answer in answers] == [200, 404, 429]
    assert {answer.headers["ratelimit-policy"] for answer in answers} == {'"minute";q=2;w=60, "day";q=3;w=86400'}
    assert [answer.headers["ratelimit"] for answer in answers] == [
        '"minute";r=1;t=60, "day";r=2;t=86400',
        '"minute";r=0;t=60, "day";r=1;t=86400',
        '"minute";r=0;t=60, "day";r=1;t=86400',
    ]
    older = [[answer.headers[f"x-ratelimit-{name}"] for name in ("limit", "remaining", "reset")] for answer in answers]
    assert older == [["2", "1", str(now + 60)], ["2", "0", str(now + 60)], ["2", "0", str(now + 60)]]
    advance(account, 60)
    last, refused = account.get(newsletter), account.get(newsletter)
    assert last.headers["x-ratelimit-limit"] == "3"  # of two limits, the one that is used up for longer
    assert (refused.status_code, refused.headers["retry-after"]) == (429, str(86_400 - 60))
    advance(account, 86_400 - 60)
    assert account.get(newsletter).status_code == 200


def test_answers_that_do_not_count_tell_what_is_left_too(free, newsletter):
    answers = [
        free.get(newsletter),
        free.get(newsletter, method="POST"),
        free.get(newsletter, key=free.keys["withoutPermission"]),
        free.get(newsletter, key=free.keys["revoked"]),
    ]
    assert [(each.status_code, each.headers["x-ratelimit-remaining"]) for each in answers] == [
        (200, "9"),
        (405, "9"),
        (403, "10"),
        (401, "10"),
    ]


def test_faults_and_errors_of_an_account_with_a_limit_have_the_headers(free, newsletter):
    free("POST", "/faults", json={"kind": "html", "times": 1})
    assert free.get(newsletter).headers["ratelimit"] == '"minute";r=9;t=60'


def test_headers_of_a_campaign_stay_as_its_file_has_them(free):
    body = {"success": False, "error": "Slow down."}
    reply = {"status": 429, "headers": {"X-RateLimit-Remaining": "0", "Retry-After": "9"}, "body": body}
    free("PUT", "/campaigns/limited", json={"id": "limited", "reply": reply, "undocumented": True})
    headers = free.get("limited").headers
    assert headers.get_list("x-ratelimit-remaining") == ["0"]
    assert headers["x-ratelimit-limit"] == "10"


def test_without_a_limit_no_answer_has_the_headers(api, newsletter):
    headers = api.account().get(newsletter).headers
    assert not [name for name in headers if "ratelimit" in name]


def test_retry_after_may_be_a_date_by_the_accounts_clock(control, newsletter):
    """Both forms of RFC 9110 are sent on wish, for rate limits, faults and the replies of files alike."""
    with control(retry_after="date", plan="1/min") as api:
        account = api.account(plan="1/min")
        account("PATCH", "/clock", json={"set": "2026-01-31T09:30:00.5Z", "frozen": True})
        account("POST", "/faults", json={"kind": "status", "status": 503, "retryAfter": 2, "times": 1})
        dates = [account.get(newsletter).headers["retry-after"] for _ in range(2)]
        assert dates == ["Sat, 31 Jan 2026 09:30:03 GMT", "Sat, 31 Jan 2026 09:31:01 GMT"]
        assert parsedate_to_datetime(dates[0]).year == 2026


def test_the_keys_of_the_fixtures_may_have_a_plan_from_the_start(control, newsletter):
    with control(plan="1/min") as api:
        api("PATCH", "/accounts/built-in/clock", json={"frozen": True})
        url, headers = api.mock.stats_url(newsletter), api.mock.auth_headers
        assert [httpx.get(url, headers=headers).status_code for _ in range(2)] == [200, 429]
        api("POST", "/accounts/built-in/reset")
        api("PATCH", "/accounts/built-in/clock", json={"frozen": True})
        assert [httpx.get(url, headers=headers).status_code for _ in range(2)] == [200, 429]
