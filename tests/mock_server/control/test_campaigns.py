"""``…/campaigns``: put, get, list and delete at run time, in the format of fixture files and with all their checks."""

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest

from migma_contract.resources import fixtures_path

FILES = sorted((fixtures_path() / "campaigns").glob("*.json"))


def file_of(campaign_id, **members):
    return {"id": campaign_id, "title": "T", "description": "D", **members}


def test_a_campaign_that_is_put_is_served_listed_and_shown(account, stats):
    shown = account.put("spring-sale", stats=stats)
    assert shown.pop("stats") == stats
    assert shown == {
        "id": "spring-sale",
        "title": "T",
        "description": "D",
        "status": 200,
        "kind": "stats",
        "source": "campaign 'spring-sale'",
        "warnings": [],
        "builtIn": False,
    }
    assert account.get("spring-sale").json() == {"success": True, "data": stats}
    assert shown in account("GET", "/campaigns").json()
    assert account("GET", "/campaigns/spring-sale").json() == file_of("spring-sale", stats=stats)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_fixture_file_can_be_put_and_is_returned_unchanged(api, path):
    account = api.account(empty=True)
    file = json.loads(path.read_bytes())
    url = f"/campaigns/{file['id']}"
    headers = {"Content-Type": "application/json"}
    listed = account("PUT", url, content=path.read_bytes(), headers=headers).json()
    assert listed.pop("stats") == file.get("stats")
    assert account("GET", url).json() == file
    assert account("GET", "/campaigns").json() == [listed]
    built_in = next(each for each in api("GET", "/accounts/built-in/campaigns").json() if each["id"] == file["id"])
    assert listed | {"source": built_in["source"], "builtIn": True} == built_in


def test_missing_stats_are_filled_in_on_request_as_the_handle_does(account, mock):
    """The same document gives the same stats over HTTP and in Python."""
    given = {"totalDelivered": 200, "openRate": 0.25, "lastUpdated": "2026-01-31T09:30:00Z", "botOpens": None}
    put = account("PUT", "/campaigns/a?fill=true", json={"id": "a", "stats": given}).json()
    assert put["stats"] == mock.campaign("a", **given)
    assert put["stats"] == account.get("a").json()["data"]
    assert account("PUT", "/campaigns/b?fill=true", json={"id": "b"}).json()["stats"]["openRate"] == 0.35
    percent = {"id": "c", "stats": {"totalDelivered": 200, "openRate": 25}, "rates": "percent"}
    assert account("PUT", "/campaigns/c?fill=true", json=percent).json()["stats"]["openRate"] == 0.25


@pytest.mark.parametrize(
    ("document", "pointer", "expected"),
    [
        ({"stats": {"openRat": 1}}, "/stats", "unknown field 'openRat'; did you mean 'openRate'?"),
        ({"stats": {"totalDelivered": 3, "openRate": 0.5}}, "/stats/openRate", "0.333333 or 0.666667, the nearest"),
        ({"stats": {"totalDelivered": 3, "uniqueOpens": 5}}, "/stats/uniqueOpens", "uniqueOpens at most totalDeliv"),
        ({"stats": 5}, "/stats", "expected an object, got 5"),
        ({"growth": {"recipients": 1, "sentAt": "-1h"}}, "", "expected 'stats', which are filled in, got growth"),
        ({"stats": {}, "rates": "thirds"}, "/rates", "expected 'fraction' or 'percent'"),
        ({"stats": {}, "titel": "T"}, "/titel", "unknown field 'titel'; did you mean 'title'?"),
    ],
)
def test_stats_that_cannot_be_filled_in_are_refused(account, document, pointer, expected):
    refused = account("PUT", "/campaigns/a?fill=true", json={"id": "a", **document}, status=422).json()
    (problem,) = refused["problems"]
    assert problem["pointer"] == pointer
    assert expected in problem["message"]


def test_a_campaign_is_added_under_the_id_of_its_document(account, stats):
    for _ in range(2):
        added = account("POST", "/campaigns", json=file_of("a/b", stats=stats), status=201).json()
        assert (added["id"], added["stats"], added["source"]) == ("a/b", stats, "campaign")
    assert account.get("a/b").json()["data"] == stats
    filled = account("POST", "/campaigns?fill=true", json={"id": "c"}, status=201).json()
    assert account.get("c").json()["data"] == filled["stats"]
    assert set(account.problems("POST", "/campaigns", json={"titel": "T"})) == {"", "/titel"}


def test_a_generated_campaign_is_the_same_for_the_same_values(account):
    wanted = {"profile": "edge", "seed": 7}
    first, second, third = (
        account("POST", "/generated-campaigns", json={**wanted, **which}, status=201).json()
        for which in ({}, {"number": 1}, {"number": 0})
    )
    assert first == third != second
    assert account.get(first["id"]).json()["data"] == first["stats"]
    again = account("POST", "/generated-campaigns", json={**wanted, "id": first["id"]}, status=201).json()
    assert again == first
    assert account("POST", "/generated-campaigns", json={"id": "mine"}, status=201).json()["id"] == "mine"
    wrong = {"profile": "edgy", "seed": "7", "number": -1, "id": ".."}
    assert set(account.problems("POST", "/generated-campaigns", json=wrong)) == {"/profile", "/seed", "/number", "/id"}


def test_a_whole_number_may_be_written_with_a_fraction_of_zero(account):
    """To JSON Schema, and so to the document of the control API, 3.0 is an integer."""
    whole, fraction = (
        account("POST", "/generated-campaigns", json={"number": number, "seed": number}, status=201).json()
        for number in (3, 3.0)
    )
    assert whole["id"] == fraction["id"]
    assert set(account.problems("POST", "/generated-campaigns", json={"number": 3.5})) == {"/number"}


def test_lists_show_the_kind_of_each_campaign(account, stats):
    account.put("a", stats=stats)
    account.put("b", reply={"status": 503, "body": {"success": False, "error": "E"}}, undocumented=True)
    account.put("c", growth={"recipients": 10, "sentAt": "-1h"})
    account.put("d", script={"replies": [{"stats": stats}]})
    listed = {each["id"]: (each["kind"], each["status"]) for each in account("GET", "/campaigns").json()}
    assert [listed[name] for name in "abcd"] == [("stats", 200), ("reply", 503), ("growth", 404), ("script", 200)]


def test_a_campaign_that_is_put_again_is_replaced(account, stats):
    account.put("one", stats=stats)
    account.put("one", stats=stats | {"totalOpens": 501})
    assert account.get("one").json()["data"]["totalOpens"] == 501
    assert [each["id"] for each in account("GET", "/campaigns").json()].count("one") == 1


def test_a_deleted_campaign_is_unknown_until_the_account_is_reset(account, newsletter):
    response = account("DELETE", f"/campaigns/{newsletter}", status=204)
    assert response.content == b""
    assert account.get(newsletter).status_code == 404
    account.api.refused("GET", f"/accounts/{account.id}/campaigns/{newsletter}", 404)
    account.api.refused("DELETE", f"/accounts/{account.id}/campaigns/{newsletter}", 404)
    assert newsletter not in {each["id"] for each in account("GET", "/campaigns").json()}
    account("POST", "/reset")
    assert account.get(newsletter).status_code == 200


def test_deleting_a_campaign_that_replaced_a_fixture_deletes_both(account, newsletter, stats):
    account.put(newsletter, stats=stats)
    account("DELETE", f"/campaigns/{newsletter}", status=204)
    assert account.get(newsletter).status_code == 404


def test_a_deleted_campaign_can_be_put_again(account, stats):
    account.put("phoenix", stats=stats)
    account("DELETE", "/campaigns/phoenix", status=204)
    assert account.get("phoenix").status_code == 404
    account.put("phoenix", stats=stats)
    assert account.get("phoenix").status_code == 200


def test_all_problems_are_reported_at_once_with_their_pointers(account, stats):
    wrong = stats | {"totalSent": -1, "uniqueOpens": "many", "clickRate": 36}
    found = account.problems("PUT", "/campaigns/x", json=file_of("x", stats=wrong, title="", colour="red"))
    assert {"/title", "/colour", "/stats/totalSent", "/stats/uniqueOpens", "/stats/clickRate"} <= found.keys()
    alone = account.problems("PUT", "/campaigns/x", json=file_of("x", stats=wrong))
    assert alone.keys() == found.keys() - {"/title", "/colour"}
    assert account.get("x").status_code == 404


def test_inconsistent_stats_are_refused_with_the_expected_value(account, stats):
    found = account.problems("PUT", "/campaigns/x", json=file_of("x", stats=stats | {"openRate": 0.5}))
    (((expected, got)),) = found.values()
    assert found.keys() == {"/stats/openRate"}
    assert "0.36" in expected
    assert "0.5" in got


@pytest.mark.parametrize(
    ("members", "wrong"),
    [
        ({}, {""}),
        ({"reply": {"status": 503, "body": {"success": False, "error": "E"}}}, {"/undocumented"}),
        ({"reply": {"status": 204, "body": {"success": True}}, "undocumented": True}, {"/reply"}),
        ({"growth": {"recipients": -1, "sentAt": "soon"}}, {"/growth/recipients", "/growth/sentAt"}),
        ({"script": {"replies": []}}, {"/script/replies"}),
        ({"script": {"replies": [{"fault": {"kind": "explode"}}]}}, {"/script/replies/0/fault/kind"}),
    ],
)
def test_other_kinds_of_campaigns_are_checked_too(account, members, wrong):
    assert account.problems("PUT", "/campaigns/x", json=file_of("x", **members)).keys() == wrong


def test_the_id_must_be_the_one_of_the_path(account, stats):
    found = account.problems("PUT", "/campaigns/here", json=file_of("there", stats=stats))
    assert found == {"/id": ("the id of the path, 'here'", "'there'")}
    assert account.get("there").status_code == account.get("here").status_code == 404


def test_an_id_that_clients_remove_from_a_path_is_refused(account, stats):
    assert account.problems("PUT", "/campaigns/a", json=file_of("..", stats=stats)).keys() == {"/id"}


@pytest.mark.parametrize(
    "id_", ["a+b", "urn:x:1", "_V1St", "two words", "a/b", "a/b/reply", "50%", "%2F", "é", "x" * 200]
)
def test_any_id_is_put_asked_for_listed_shown_and_deleted_alike(account, stats, id_):
    """Those with a slash or a percent sign had no path in the control API."""
    segment = quote(id_, safe="")
    assert account("PUT", f"/campaigns/{segment}", json={"id": id_, "stats": stats}).json()["title"] == id_[:120]
    assert account.get(id_).json() == {"success": True, "data": stats}
    assert id_ in [each["id"] for each in account("GET", "/campaigns").json()]
    assert account("GET", f"/campaigns/{segment}").json()["id"] == id_
    request = account("GET", f"/campaigns/{segment}/reply").json()["request"]
    assert request["path"] == f"/v1/campaigns/{segment}/stats"
    assert account("GET", "/journal", params={"campaign": id_}).json()["entries"][0]["matchedBy"] == f"campaign {id_}"
    account("DELETE", f"/campaigns/{segment}")
    assert account.get(id_).status_code == 404


def test_ids_that_only_look_alike_are_different(account, stats):
    """Unicode has two forms of é; nothing normalizes them."""
    account.put("\u00e9", stats=stats)
    assert account.get("\u00e9").status_code == 200
    assert account.get("e\u0301").status_code == 404


def test_a_response_of_the_api_can_be_put_as_it_is(account, stats):
    account("PUT", "/campaigns/pasted", json={"success": True, "data": stats})
    assert account.get("pasted").json() == {"success": True, "data": stats}
    found = account.problems("PUT", "/campaigns/pasted", json={"success": True, "data": stats | {"openRate": 40}})
    assert found.keys() == {"/data/openRate"}


def test_a_misspelt_optional_stat_is_served_with_a_warning(account, stats):
    """It was served in silence."""
    shown = account.put("one", stats=stats | {"botOpen": 1})
    assert shown["warnings"] == [
        "campaign 'one' at /stats/botOpen: the contract has no stat 'botOpen'; did you mean 'botOpens'?"
    ]
    assert account.get("one").json()["data"]["botOpen"] == 1


@pytest.mark.parametrize("method", ["GET", "DELETE"])
@pytest.mark.parametrize("path", ["%ff", "%00", "..%2f..", "a%2fb", "%F0%9F%92%A5", "x" * 4000])
def test_unusual_ids_get_404(account, method, path):
    account.api.refused(method, f"/accounts/{account.id}/campaigns/{path}", 404)


def test_a_file_over_256_kib_is_refused(account, stats):
    content = json.dumps(file_of("big", stats=stats)).encode().ljust(256 * 1024)
    headers = {"Content-Type": "application/json"}
    found = account.problems("PUT", "/campaigns/big", content=content + b" ", headers=headers)
    assert found == {"": ("at most 262144 bytes", "262145")}
    account("PUT", "/campaigns/big", content=content, headers=headers)


def test_the_future_is_relative_to_the_account_s_clock_if_it_is_ahead(account, stats):
    future = {**stats, "lastUpdated": (datetime.now(UTC) + timedelta(days=30)).isoformat()}
    assert account.problems("PUT", "/campaigns/x", json=file_of("x", stats=future)).keys() == {"/stats/lastUpdated"}
    account("PATCH", "/clock", json={"advanceSeconds": 40 * 86_400})
    account.put("x", stats=future)


def test_the_present_is_not_the_future_for_an_account_in_the_past(account, stats):
    account("PATCH", "/clock", json={"set": "2001-01-01T00:00:00Z", "frozen": True})
    account.put("x", stats=stats)


def test_what_was_done_at_run_time_survives_a_reload_and_scripts_stay_where_they_are(control, stats, newsletter):
    """Scripts of the fixtures started again with each reload, also if another file was edited."""
    script = {"replies": [{"stats": stats}, {"reply": {"status": 404, "body": {"success": False, "error": "E"}}}]}
    twice_503 = "66b2f0a1c4e5d60012a40504"
    with control() as api:
        key = api.mock.api_key

        def get(campaign_id):
            headers = {"Authorization": f"Bearer {key}"}
            return api.client.get(api.mock.stats_url(campaign_id), headers=headers).status_code

        api("PUT", "/accounts/built-in/campaigns/own", json=file_of("own", script=script))
        api("DELETE", f"/accounts/built-in/campaigns/{newsletter}", status=204)
        assert [get("own"), get(twice_503)] == [200, 503]
        assert api.mock.mock.on_loop(api.mock.mock.reload_fixtures) == []
        assert [get("own"), get(newsletter), get(twice_503), get(twice_503)] == [404, 404, 503, 200]
