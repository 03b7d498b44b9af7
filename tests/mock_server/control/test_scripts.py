"""Scripted campaigns: replies one after the other, as clients get them."""

import pytest

ERROR = {"reply": {"status": 503, "body": {"success": False, "error": "E", "code": "DOWN"}}}
TWICE_503 = "66b2f0a1c4e5d60012a40504"


@pytest.fixture
def put(account, stats):
    """Puts a scripted campaign with the given steps; the step "stats" is a success with stats."""

    def put(*steps, campaign="x", **members):
        replies = [{"stats": stats} if step == "stats" else step for step in steps]
        account.put(campaign, script={"replies": replies, **members}, undocumented=True)

    return put


def test_the_last_step_is_repeated(account, put):
    put(ERROR, ERROR, "stats")
    assert account.statuses("x", 5) == [503, 503, 200, 200, 200]


def test_every_account_has_its_own_position_in_a_script(api):
    accounts = [api.account(), api.account()]
    first = accounts[0].statuses(TWICE_503, 2)
    assert (first, accounts[1].statuses(TWICE_503, 4)) == ([503, 503], [503, 503, 200, 200])
    assert accounts[0].statuses(TWICE_503, 1) == [200]


def test_a_step_is_repeated_as_often_as_it_says_and_a_loop_starts_again(account, put):
    put({**ERROR, "times": 3}, "stats", then="loop")
    assert account.statuses("x", 9) == [503, 503, 503, 200] * 2 + [503]


def test_scripts_are_independent_of_each_other(account, put):
    put(ERROR, "stats")
    put(ERROR, "stats", campaign="y")
    assert [account.get(each).status_code for each in "xyxy"] == [503, 503, 200, 200]


def test_the_fault_of_a_step_is_applied_to_that_step(account, put, stats):
    put({"fault": {"kind": "empty-body"}}, {"stats": stats, "fault": {"kind": "percent-rates"}}, "stats")
    replies = [account.get("x") for _ in range(3)]
    assert replies[0].content == b""
    assert [each.json()["data"]["openRate"] for each in replies[1:]] == [36, 0.36]
    matched_by = [each["matchedBy"] for each in account.journal()["entries"]][::-1]
    assert matched_by == ["fault empty-body, campaign x", "fault percent-rates, campaign x", "campaign x"]


def test_a_fault_that_does_not_apply_leaves_the_step_unchanged(account, put):
    put({**ERROR, "fault": {"kind": "percent-rates"}}, "stats")
    assert account.statuses("x", 2) == [503, 200]


def test_a_script_advances_under_an_armed_fault(account, put):
    put(ERROR, "stats")
    account("POST", "/faults", json={"kind": "status", "status": 500, "times": 1})
    assert account.statuses("x", 2) == [500, 200]


def test_a_script_that_is_put_again_starts_again(account, put):
    put(ERROR, "stats")
    assert account.statuses("x", 2) == [503, 200]
    put(ERROR, "stats")
    assert account.statuses("x", 2) == [503, 200]


def test_a_reset_starts_scripts_again(account):
    assert account.statuses(TWICE_503, 3) == [503, 503, 200]
    account("POST", "/reset")
    assert account.statuses(TWICE_503, 3) == [503, 503, 200]


def test_refused_requests_do_not_advance_a_script(account):
    account.get(TWICE_503, key=account.keys["revoked"])
    account.get(TWICE_503, key=account.keys["withoutPermission"])
    account.get(TWICE_503, method="POST")
    account.get(TWICE_503, method="OPTIONS")
    assert account.statuses(TWICE_503, 3) == [503, 503, 200]


def test_head_advances_a_script_as_get_does(account):
    assert account.get(TWICE_503, method="HEAD").status_code == 503
    assert account.statuses(TWICE_503, 2) == [503, 200]


def test_prefer_example_gets_the_next_reply_of_a_script(account, newsletter):
    statuses = [account.get(newsletter, Prefer=f"example={TWICE_503}").status_code for _ in range(3)]
    assert statuses == [503, 503, 200]


def test_prefer_code_takes_the_next_step_if_it_has_that_status_else_the_first(account, put):
    put(ERROR, "stats")
    assert account.get("x", Prefer="code=503").json()["code"] == "DOWN"
    assert account.get("x", Prefer="code=200").status_code == 200
