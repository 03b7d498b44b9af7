"""The control API refuses what there is no room for, and says so where requests were dropped for lack of room."""

import pytest

pytestmark = pytest.mark.attack("memory")

LONG = "x" * 200_000


@pytest.fixture(scope="module")
def small(control):
    """The control API of a mock whose accounts may keep 1 MB."""
    with control(max_memory="1MB", api_key=["mgma_sk_test_small"]) as serving:
        yield serving


@pytest.fixture
def account(small):
    created = small.account()
    yield created
    created("DELETE")


def error_campaign(text):
    return {"incoherent": True, "reply": {"status": 404, "body": {"success": False, "error": text, "code": "X"}}}


def refused(response):
    envelope = response.json()
    assert (envelope["success"], envelope["code"]) == (False, "INSUFFICIENT_STORAGE")
    assert envelope["error"].endswith("Delete some, or start the mock with a higher --max-memory.")


def test_more_campaigns_than_there_is_room_for_are_refused_and_deleting_makes_room(account):
    account.put("first", **error_campaign(LONG))
    file = {"id": "second", "title": "T", "description": "D", **error_campaign(LONG)}
    refused(account("PUT", "/campaigns/second", json=file, status=507))
    account("GET", "/campaigns/second", status=404)
    assert account.get("first").json()["error"] == LONG
    account("DELETE", "/campaigns/first")
    account.put("second", **error_campaign(LONG))


def test_a_refused_campaign_leaves_the_one_that_has_its_id(account):
    account.put("same", **error_campaign("short"))
    account.put("other", **error_campaign(LONG))
    file = {"id": "same", "title": "T", "description": "D", **error_campaign(LONG)}
    refused(account("PUT", "/campaigns/same", json=file, status=507))
    assert account.get("same").json()["error"] == "short"


def test_more_faults_than_there_is_room_for_are_refused(account):
    fault = {"kind": "unknown-field", "value": "x" * 60_000}
    responses = [account.api.client.post(f"/accounts/{account.id}/faults", json=fault) for _ in range(20)]
    assert {response.status_code for response in responses} == {201, 507}
    refused(responses[-1])
    assert len(account("GET", "/faults").json()) == sum(response.status_code == 201 for response in responses)


def test_more_accounts_than_there_is_room_for_are_refused_and_none_is_deleted(small):
    before = small("GET", "/accounts").json()
    created = []
    while (response := small.client.post("/accounts", json={})).status_code == 201:
        created.append(response.json()["id"])
    refused(response)
    assert len(small("GET", "/accounts").json()) == len(before) + len(created) < 200
    # A stream of all events follows each of them.
    refused(small("GET", "/events", status=507))
    for account_id in created:
        small("DELETE", f"/accounts/{account_id}")


def test_a_rate_limit_that_needs_more_room_than_there_is_is_refused(account):
    refused(account("PUT", "/rate-limit", json={"plan": "100000/min"}, status=507))
    refused(account.api.client.post("/accounts", json={"plan": "100000/min"}))
    account("PUT", "/rate-limit", json={"plan": "pro"})


def test_a_verification_that_counts_says_that_the_journal_was_cut(account):
    """It passed silently: the journal had the last requests only."""
    for _ in range(300):
        account.get("nobody", **{"User-Agent": "x" * 4000})
    journal = account.journal()
    assert journal["recorded"] == 300
    assert journal["dropped"] > 0
    gap = f"the journal lacks the first {journal['dropped']} of 300 requests, which were dropped (--max-memory)"
    left = 300 - journal["dropped"]
    for bound in ({"times": left}, {"atMost": left}, {"times": 0, "campaign": "other"}):
        result = account("POST", "/verify", json=bound).json()
        assert result["ok"] is False
        assert result["message"].endswith(f"; {gap}")
    assert account("POST", "/verify", json={"atLeast": left}).json()["ok"] is True
    missing = account("POST", "/verify", json={"order": [{"campaign": "other"}]}).json()
    assert missing["message"].endswith(f"; {gap}")
    account("DELETE", "/journal")
    assert account("POST", "/verify", json={"times": 0}).json()["ok"] is True


def test_a_client_that_sends_much_does_not_shorten_the_journal_of_another(small, account):
    account.get("nobody")
    loud = small.account()
    for _ in range(300):
        loud.get("nobody", **{"User-Agent": "x" * 4000})
    assert loud.journal()["dropped"] > 0
    assert account.journal()["dropped"] == 0
    assert account("POST", "/verify", json={"times": 1}).json()["ok"] is True
    loud("DELETE")


def test_health_says_how_much_is_kept_and_how_many_requests_were_dropped(small, account):
    health = small("GET", "/health").json()["memory"]
    assert health["limit"] == 1_000_000
    assert 0 < health["used"] <= 1_000_000
    for _ in range(300):
        account.get("nobody", **{"User-Agent": "x" * 4000})
    after = small("GET", "/health").json()["memory"]
    assert after["droppedRequests"] > health["droppedRequests"]
    assert after["used"] <= 1_000_000


def test_a_list_of_requests_with_long_bodies_has_fewer_of_them(control):
    """A thousand of them would be 200 MB of JSON at once."""
    with control() as api:
        account = api.account()
        account.put("long", **error_campaign(LONG))
        account.statuses("long", 50)
        listed = account.journal(limit=1000)
        assert (listed["recorded"], listed["dropped"]) == (50, 0)
        assert [entry["number"] for entry in listed["entries"]] == list(range(50, 30, -1))
        exported = account("GET", "/journal/export").text.splitlines()
        assert len(exported) == 50
