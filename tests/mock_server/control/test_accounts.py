"""``/__mock__/accounts``: the keys of an account, the limit of accounts, and the requests with unknown keys."""

import io

import httpx
import pytest

from migma_mock.http.access_log import AccessLog

UNKNOWN = "mgma_sk_test_unknown_to_the_mock"


def ids(api):
    return [each["id"] for each in api("GET", "/accounts").json()]


def test_an_account_has_a_working_key_a_revoked_one_and_one_without_permission(account, newsletter):
    assert account.get(newsletter).status_code == 200
    assert account.get(newsletter, key=account.keys["revoked"]).status_code == 401
    assert account.get(newsletter, key=account.keys["withoutPermission"]).status_code == 403


def test_requests_with_any_key_of_the_account_are_in_its_journal(account, newsletter):
    for key in account.keys.values():
        account.get(newsletter, key=key)
    entries = account.journal()["entries"]
    matched_by = ["key without permission", "revoked key", f"campaign {newsletter}"]
    assert [(each["status"], each["matchedBy"]) for each in entries] == list(
        zip((403, 401, 200), matched_by, strict=True)
    )


def test_an_account_shows_its_numbers(api, account, newsletter):
    account.get(newsletter)
    account("POST", "/faults", json={"kind": "reset", "times": 1})
    shown = account("GET").json()
    assert shown == account.created | {"requests": 1, "armedFaults": 1}
    assert shown["campaigns"] == api("GET", "/health").json()["campaigns"] > 20
    assert shown["id"] in ids(api)


def test_an_empty_account_has_no_campaigns(api, newsletter):
    empty = api.account(name="Nothing", empty=True)
    assert (empty.created["name"], empty.created["campaigns"]) == ("Nothing", 0)
    assert empty.get(newsletter).status_code == 404


def test_the_built_in_account_is_first_and_shows_no_keys(api):
    first = api("GET", "/accounts").json()[0]
    assert (first["id"], first["keys"]) == ("built-in", None)
    assert api("GET", "/accounts/built-in").json() == first


def test_the_built_in_account_cannot_be_deleted(api):
    envelope = api.refused("DELETE", "/accounts/built-in", 409)
    assert envelope["code"] == "CONFLICT"
    assert "Reset it instead." in envelope["error"]
    assert ids(api)[0] == "built-in"


def test_a_deleted_account_and_its_keys_are_unknown(api, newsletter):
    deleted = api.account()
    response = deleted("DELETE", status=204)
    assert response.content == b""
    assert api.refused("GET", f"/accounts/{deleted.id}", 404)["code"] == "NOT_FOUND"
    api.refused("DELETE", f"/accounts/{deleted.id}", 404)
    assert {deleted.get(newsletter, key=key).status_code for key in deleted.keys.values()} == {401}
    # They belong to no account now, so that the requests with them go to the server-wide journal.
    assert api("GET", "/unknown-key-requests").json()["entries"][0]["matchedBy"] == "key of a deleted account"


def test_a_reset_restores_the_initial_state_and_keeps_the_keys(api, newsletter):
    account = api.account(plan="2/min")
    account("DELETE", f"/campaigns/{newsletter}")
    account("PATCH", "/clock", json={"set": "2030-01-01T00:00:00Z", "frozen": True})
    account("POST", "/faults", json={"kind": "status", "status": 503})
    account("PUT", "/rate-limit", json={"plan": "unlimited"})
    account.get(newsletter)
    shown = account("POST", "/reset").json()
    assert shown == account.created
    assert account("GET", "/clock").json()["frozen"] is False
    assert account.statuses(newsletter, 3) == [200, 200, 429]


def test_the_clock_of_an_account_with_a_start_is_frozen_there_until_it_is_run(api):
    account = api.account(start="2026-01-31T10:30:00+01:00")
    assert account("GET", "/clock").json() == {"now": "2026-01-31T09:30:00Z", "frozen": True}
    account("PATCH", "/clock", json={"set": "2030-01-01T00:00:00Z", "frozen": False})
    account("POST", "/reset")
    assert account("GET", "/clock").json() == {"now": "2026-01-31T09:30:00Z", "frozen": True}


def test_keys_of_a_seed_are_the_same_on_another_server(control):
    created = []
    for seed in ("a", "a", "b"):
        with control() as api:
            created.append([api.account(keySeed=seed).keys, api.account(keySeed=seed).keys])
    assert created[0] == created[1]
    keys = {key for accounts in (created[0], created[2]) for account in accounts for key in account.values()}
    assert len(keys) == 12


def test_keys_without_a_seed_are_random(api):
    keys = [key for _ in range(10) for key in api.account().keys.values()]
    assert len(set(keys)) == 30


def test_the_least_recently_used_account_is_deleted_to_make_room_and_the_log_says_so(control, newsletter):
    with control(max_accounts=3) as api:
        log = io.StringIO()
        api.mock.mock.log = AccessLog(log)
        first, second, third = (api.account() for _ in range(3))
        assert first.get(newsletter).status_code == 200  # so the second is the least recently used
        fourth = api.account()
        assert second.get(newsletter).status_code == 401
        assert {each.get(newsletter).status_code for each in (first, third, fourth)} == {200}
        api.refused("GET", f"/accounts/{second.id}", 404)
        assert len(ids(api)) == 4
        api.mock.mock.log.flush()
    assert f"account {second.id} made room for a newer one (--max-accounts)" in log.getvalue()
    assert log.getvalue().count("made room") == 1


def test_accounts_make_room_without_a_log_too(control):
    with control(max_accounts=1) as api:
        created = [api.account() for _ in range(3)]
        assert ids(api) == ["built-in", created[-1].id]


def test_calls_of_the_control_api_count_as_use_of_an_account(control):
    with control(max_accounts=2) as api:
        busy, idle = api.account(), api.account()
        busy("POST", "/faults", json={"kind": "reset"})
        api.account()
        assert busy.id in ids(api)
        assert idle.id not in ids(api)


def test_requests_with_unknown_keys_are_in_a_journal_of_their_own(api, account, newsletter):
    api("DELETE", "/unknown-key-requests", status=204)
    account.get(newsletter, key=UNKNOWN)
    httpx.get(api.mock.stats_url(newsletter))
    httpx.get(f"{api.mock.base_url}/nowhere")
    shown = api("GET", "/unknown-key-requests").json()
    assert [each["matchedBy"] for each in shown["entries"]] == ["unknown path", "no key", "unknown key"]
    assert shown["recorded"] == 3
    assert [each["matchedBy"] for each in api("GET", "/unknown-key-requests?limit=1").json()["entries"]] == [
        "unknown path"
    ]
    assert account.journal()["recorded"] == 0
    api("DELETE", "/unknown-key-requests", status=204)
    assert api("GET", "/unknown-key-requests").json() == {
        "recorded": 0,
        "dropped": 0,
        "gap": "",
        "unknownKeyNote": "",
        "entries": [],
    }


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({"plan": "gold"}, {"/plan"}),
        ({"plan": "0/min"}, {"/plan"}),
        ({"plan": "100001/min"}, {"/plan"}),
        ({"plan": 10}, {"/plan"}),
        ({"start": "yesterday"}, {"/start"}),
        ({"start": "2026-01-31T09:30:00"}, {"/start"}),
        ({"start": "1969-12-31T23:59:59Z"}, {"/start"}),
        ({"start": 1_700_000_000}, {"/start"}),
        ({"empty": "yes", "name": 7, "colour": "red", "keySeed": 1}, {"/empty", "/name", "/colour", "/keySeed"}),
        ({"name": "x" * 201, "keySeed": "x" * 201}, {"/name", "/keySeed"}),
        ([], {""}),
        (None, {""}),
        ("free", {""}),
    ],
)
def test_an_invalid_account_is_refused_with_every_problem(api, sent, wrong):
    before = ids(api)
    assert api.problems("POST", "/accounts", json=sent).keys() == wrong
    assert ids(api) == before


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("DELETE", ""),
        ("POST", "/reset"),
        ("GET", "/campaigns"),
        ("GET", "/campaigns/x"),
        ("DELETE", "/campaigns/x"),
        ("GET", "/faults"),
        ("DELETE", "/faults"),
        ("DELETE", "/faults/fault-1"),
        ("GET", "/clock"),
        ("GET", "/journal"),
        ("DELETE", "/journal"),
        ("GET", "/journal/export"),
    ],
)
def test_every_route_answers_404_for_an_unknown_account(api, method, path):
    envelope = api.refused(method, f"/accounts/account-999/{path}".replace("//", "/").rstrip("/"), 404)
    assert "account-999" in envelope["error"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/rate-limit", {"plan": "free"}),
        ("PUT", "/campaigns/x", {}),
        ("POST", "/faults", {"kind": "reset"}),
        ("PATCH", "/clock", {"frozen": True}),
        ("POST", "/pause-refresh", {"seconds": 1}),
        ("POST", "/verify", {}),
    ],
)
def test_every_route_with_a_body_answers_404_for_an_unknown_account(api, method, path, body):
    api.refused(method, f"/accounts/account-999{path}", 404, json=body)


def test_the_connection_tells_the_path_of_any_campaign_and_the_one_that_has_stats(api):
    account = api.account(empty=True)
    account("PUT", "/campaigns/a%2Fb?fill=true", json={"id": "a/b"})
    shown = account("GET", "/connection").json()
    assert (shown["exampleId"], shown["statsPath"]) == ("a/b", "/v1/campaigns/{campaignId}/stats")
    assert shown["request"]["path"] == "/v1/campaigns/a%2Fb/stats"
    assert {key["kind"]: key["key"] for key in shown["keys"]} == account.keys
