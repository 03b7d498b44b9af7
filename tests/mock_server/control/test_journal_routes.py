"""``…/journal``: requests and their replies, bounded, filtered, and without secrets."""

import io
import json

import pytest

from migma_mock.http.access_log import AccessLog

SECRET = "mgma_sk_test_0123456789abcdef"
TOKEN = "a_token_of_the_control_api"


def numbers(account, **query):
    return [each["number"] for each in account.journal(**query)["entries"]]


@pytest.fixture
def requested(account, newsletter):
    """An account with six requests."""
    account.get(newsletter)
    account.get("nobody")
    account.get(newsletter, method="POST")
    account.get(newsletter, key=account.keys["revoked"])
    account("POST", "/faults", json={"kind": "status", "status": 503, "times": 1})
    account.get(newsletter)
    account.get("nobody", method="HEAD")
    return account


@pytest.mark.parametrize(
    ("method", "path", "told"),
    [
        (
            "GET",
            "/accounts/built-in/journal?stauts=404",
            "unknown parameter 'stauts'; did you mean 'status'? Known are ",
        ),
        (
            "POST",
            "/accounts/built-in/verify?timout=1",
            "unknown parameter 'timout'; did you mean 'timeout'? Known are ",
        ),
        ("GET", "/events?first=1", "unknown parameter 'first'. Known are last."),
        ("DELETE", "/accounts/built-in/faults?id=fault-1", "no parameters are known here, got 'id'"),
        ("GET", "/health?verbose", "no parameters are known here, got 'verbose'"),
    ],
)
def test_a_query_parameter_that_the_route_does_not_have_is_refused(api, method, path, told):
    (problem,) = api.refused(method, path, 422, json={} if method == "POST" else None)["problems"]
    assert problem["message"].startswith(told)


def test_an_entry_has_the_request_and_its_reply(account, newsletter):
    account("PATCH", "/clock", json={"set": "2026-01-31T09:30:00.5Z", "frozen": True})
    answer = account.get(newsletter, **{"X-Trace": "abc"})
    shown = account.journal()
    (entry,) = shown["entries"]
    assert (shown["recorded"], shown["dropped"]) == (1, 0)
    assert entry.pop("milliseconds") > 0
    headers = dict(entry.pop("requestHeaders"))
    assert (headers["x-trace"], headers["authorization"]) == ("abc", "Bearer [redacted]")
    assert ["content-type", "application/json"] in entry.pop("responseHeaders")
    assert entry == {
        "number": 1,
        "time": "2026-01-31T09:30:00.500Z",
        "method": "GET",
        "path": f"/v1/campaigns/{newsletter}/stats",
        "query": "",
        "campaign": newsletter,
        "status": 200,
        "failure": None,
        "matchedBy": f"campaign {newsletter}",
        "unexpected": False,
        "body": answer.text,
    }


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, [6, 5, 4, 3, 2, 1]),
        ({"limit": 2}, [6, 5]),
        ({"limit": 2, "before": 5}, [4, 3]),
        ({"before": 1}, []),
        ({"before": 100}, [6, 5, 4, 3, 2, 1]),
        ({"method": "GET"}, [5, 4, 2, 1]),
        ({"campaign": "nobody"}, [6, 2]),
        ({"status": 404}, [6, 2]),
        ({"matchedBy": "fault"}, [5]),
        ({"unexpected": True}, [6, 3, 2]),
        ({"unexpected": False}, [5, 4, 1]),
        ({"method": "GET", "status": 404}, [2]),
        ({"method": "GET", "unexpected": True, "limit": 1}, [2]),
        ({"method": "TRACE"}, []),
    ],
)
def test_filters_select_entries_newest_first(requested, query, expected):
    assert numbers(requested, **query) == expected


@pytest.mark.parametrize("query", ["limit=0", "limit=10001", "limit=x", "status=x", "unexpected=perhaps"])
def test_an_invalid_filter_is_refused(account, query):
    (place,) = account.problems("GET", f"/journal?{query}")
    assert place == f"/{query.partition('=')[0]}"


@pytest.mark.attack("memory")
def test_the_journal_is_bounded(control, newsletter):
    with control(journal_size=3) as api:
        account = api.account()
        for number in range(5):
            account.get(newsletter, **{"X-Number": str(number)})
        shown = account.journal()
        assert (shown["recorded"], shown["dropped"]) == (5, 2)
        assert [each["number"] for each in shown["entries"]] == [5, 4, 3]
        assert account("GET").json()["requests"] == 5


def test_a_journal_of_size_zero_only_counts(control, newsletter):
    with control(journal_size=0) as api:
        account = api.account()
        account.get(newsletter)
        gap = "the journal lacks the first 1 of 1 requests, which were dropped (--journal-size)"
        assert account.journal() == {"recorded": 1, "dropped": 1, "gap": gap, "unknownKeyNote": "", "entries": []}


@pytest.mark.attack("memory")
def test_large_values_are_truncated(account):
    account.get("x" * 6_000, **{f"X-{number}": "y" * 200 for number in range(40)})
    assert len(json.dumps(account.journal())) < 12_000


def test_a_cleared_journal_counts_from_one_again(requested):
    requested("DELETE", "/journal", status=204)
    assert requested.journal() == {"recorded": 0, "dropped": 0, "gap": "", "unknownKeyNote": "", "entries": []}
    requested.get("nobody")
    assert numbers(requested) == [1]


@pytest.mark.attack("secrets-in-records")
@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": f"Basic {SECRET}"},
        {"Authorization": SECRET},
        {"X-API-Key": SECRET},
        {"Cookie": f"session={SECRET}"},
        {"Proxy-Authorization": f"Bearer {SECRET}"},
        {"User-Agent": f"tool/1 (key {SECRET})"},
        {"Referer": f"https://a.invalid/?key={SECRET}"},
        {SECRET: "1"},
        {"Prefer": f"example={SECRET}"},
        {"X-Mock-Token": TOKEN},
    ],
    ids=lambda headers: next(iter(headers)),
)
def test_secrets_in_headers_are_redacted(api, account, newsletter, headers):
    api("DELETE", "/unknown-key-requests")
    account.get(newsletter, **headers)
    names = dict.fromkeys(headers.keys() - {SECRET}, "?")
    shown = "".join(
        [
            json.dumps(account.journal()),
            account("GET", "/journal/export").text,
            account("POST", "/verify", json={"method": "PUT", "headers": names}).text,
            api("GET", "/unknown-key-requests").text,
            "".join(map(repr, api.mock.mock.accounts.unknown_key_requests.entries)),
        ]
    )
    assert account.journal()["recorded"] + api("GET", "/unknown-key-requests").json()["recorded"] == 1
    assert not [secret for secret in (SECRET, TOKEN, *account.keys.values()) if secret in shown]


@pytest.mark.attack("secrets-in-records")
@pytest.mark.parametrize("unknown_id", ["not-found", "generate"])
def test_secrets_in_paths_are_redacted(control, unknown_id):
    log = io.StringIO()
    with control(unknown_id=unknown_id) as api:
        api.mock.mock.log = AccessLog(log)
        account = api.account()
        account.get(SECRET)
        api.client.get(f"{api.mock.base_url}/{SECRET}/stats", headers={"X-API-Key": account.keys["working"]})
        shown = "".join(
            [
                json.dumps(account.journal()),
                account("GET", "/journal/export").text,
                account("POST", "/verify", json={"method": "PUT", "path": "/", "campaign": "x", "matchedBy": "x"}).text,
                "".join(map(repr, api.mock.mock.accounts.get(account.id).state.journal.entries)),
            ]
        )
        assert account.journal()["recorded"] == 2
        api.mock.mock.on_loop(api.mock.mock.log.flush)
    assert log.getvalue().count("[redacted]") >= 2
    assert SECRET not in shown + log.getvalue()


def test_the_export_has_one_document_per_line_oldest_first(requested):
    response = requested("GET", "/journal/export")
    assert response.headers["content-type"] == "application/jsonl"
    entries = [json.loads(line) for line in response.text.splitlines()]
    assert [each["number"] for each in entries] == [1, 2, 3, 4, 5, 6]
    assert all("milliseconds" not in each for each in entries)
    names = {name for each in entries for name, _ in each["requestHeaders"]}
    assert names & {"host", "user-agent", "accept", "connection", "accept-encoding"} == set()
    assert "authorization" in names


def test_the_export_of_an_empty_journal_is_empty(account):
    assert account("GET", "/journal/export").content == b""


def test_the_built_in_account_has_a_journal_too(api, newsletter):
    before = api("GET", "/accounts/built-in/journal").json()["recorded"]
    api.client.get(api.mock.stats_url(newsletter), headers=api.mock.auth_headers)
    shown = api("GET", "/accounts/built-in/journal?limit=1").json()
    assert (shown["recorded"], shown["entries"][0]["campaign"]) == (before + 1, newsletter)


@pytest.mark.parametrize("campaign", ["odd 📈 id", "größe", "a/b"])
def test_an_id_is_shown_decoded(account, campaign):
    account.get(campaign)
    (entry,) = account.journal()["entries"]
    assert entry["campaign"] == campaign
    assert numbers(account, campaign=campaign) == [1]


@pytest.mark.attack("control-characters")
def test_bytes_that_are_not_text_are_shown_as_escapes(account):
    account.api.client.get(
        account.api.mock.stats_url("ID").replace("ID", "%ff%00"),
        headers={"Authorization": f"Bearer {account.keys['working']}"},
    )
    (entry,) = account.journal()["entries"]
    assert entry["campaign"] == "\\xff\x00"


def test_the_reply_to_head_is_shown_without_a_body(account, newsletter):
    account.get(newsletter, method="HEAD")
    (entry,) = account.journal()["entries"]
    assert (entry["status"], entry["body"]) == (200, "")
