"""The shipped fixtures are valid by two validators, complete, and each an example to copy."""

import json
import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import schemathesis
from schemathesis import Config as SchemathesisConfig

from migma_contract.openapi import load_contract
from migma_contract.redaction import Secret
from migma_contract.resources import fixtures_path, openapi_path
from migma_contract.stats import MAX_COUNT, relation_violations
from migma_contract.strict_json import parse
from migma_contract.timestamps import parse_rfc3339
from migma_mock import MockServer
from migma_mock.api_keys import PERMISSION, Key
from migma_mock.campaigns.fixture_folder import fixture_files
from migma_mock.campaigns.fixtures import load_fixtures

FILES = [path for path in fixture_files(fixtures_path()) if path.name != "keys.json"]
DOCUMENTS = {path.stem: json.loads(path.read_bytes()) for path in FILES}
STATS = {name: document["stats"] for name, document in DOCUMENTS.items() if "stats" in document}
REPLIES = {document["reply"]["status"]: document for document in DOCUMENTS.values() if "reply" in document}
OPTIONAL = ("botOpens", "botClicks", "mppOpens")


@pytest.fixture(scope="module")
def answers():
    """The response of the running mock for each fixture, by the name of its file."""
    with MockServer(reload=False) as mock, httpx.Client(base_url=mock.base_url, headers=mock.auth_headers) as client:
        return {name: client.get(f"/v1/campaigns/{document['id']}/stats") for name, document in DOCUMENTS.items()}


@pytest.fixture(scope="module")
def second_opinion():
    """The contract as Schemathesis reads it, without any code of this project."""
    document = json.loads(openapi_path().read_bytes())
    return schemathesis.openapi.from_dict(document, config=SchemathesisConfig())["/v1/campaigns/{id}/stats"]["GET"]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_file_is_strict_json_with_an_id_in_the_vendors_form_and_a_description(name):
    path = next(path for path in FILES if path.stem == name)
    assert not parse(path.read_bytes()).defects
    document = DOCUMENTS[name]
    assert re.fullmatch(r"[0-9a-f]{24}", document["id"])
    assert document["id"].strip("0")
    assert document["title"].strip()
    assert len(document["description"]) > 20
    assert document["description"].endswith(".")


def test_ids_and_titles_are_distinct():
    for field in ("id", "title"):
        assert len({document[field] for document in DOCUMENTS.values()}) == len(DOCUMENTS)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_two_validators_accept_each_response(answers, contract, second_opinion, name):
    """Schemathesis accepts an undocumented status or content type, so these are checked here too."""
    response = answers[name]
    document = DOCUMENTS[name]
    script = document.get("script", {"replies": [{}]})["replies"]
    status = (document.get("reply") or document.get("before") or script[0].get("reply") or {"status": 200})["status"]
    assert response.status_code == status
    assert response.headers["content-type"] == "application/json"
    documented = contract.operation.responses.get(str(status))
    assert ("x-mock-undocumented" in response.headers) is (documented is None)
    assert document.get("undocumented", False) is (documented is None)
    second_opinion.validate_response(response)
    assert not (documented or contract.operation.error).violations(response.json())
    if documented is None:
        assert response.headers["x-mock-undocumented"] == str(status)
        error = second_opinion.schema.raw_schema["components"]["schemas"]["ApiError"]
        assert set(error["required"]) <= set(response.json())


@pytest.mark.parametrize("name", STATS)
def test_stats_satisfy_all_relations(answers, name):
    assert not DOCUMENTS[name].get("incoherent")
    body = answers[name].json()
    assert body == {"success": True, "data": STATS[name]}
    assert not relation_violations(body["data"], datetime.now(UTC))


@pytest.mark.parametrize(
    ("what", "holds"),
    [
        ("a typical newsletter", lambda s: 1_000 < s["totalSent"] < 100_000 and 0.1 < s["openRate"] < 0.6),
        ("a small list", lambda s: 0 < s["totalSent"] < 100),
        ("a huge list", lambda s: 10_000_000 <= s["totalSent"] < 10**9),
        ("nothing sent", lambda s: s["totalSent"] == 0 and s["openRate"] == 0),
        ("all bounced", lambda s: s["totalSent"] == s["bounces"] > 0 == s["totalDelivered"]),
        ("no opens", lambda s: s["totalDelivered"] > 0 == s["totalOpens"]),
        ("everyone opened", lambda s: s["totalDelivered"] == s["uniqueOpens"] > 0 and s["openRate"] == 1),
        ("bots and MPP present", lambda s: all(s.get(name, 0) > 0 for name in OPTIONAL)),
        ("bots and MPP absent", lambda s: not any(name in s for name in OPTIONAL)),
        ("most opens by MPP", lambda s: s.get("mppOpens", 0) > s["totalOpens"] / 2 > 0),
        (
            "stale",
            lambda s: (
                parse_rfc3339(s["lastUpdated"]) < max(parse_rfc3339(t["lastUpdated"]) for t in STATS.values()) - YEAR
            ),
        ),
        ("the largest integers", lambda s: s["totalSent"] == s["totalOpens"] == MAX_COUNT),
        ("clicks without opens", lambda s: s["uniqueClicks"] > s["uniqueOpens"]),
        ("a date with an offset", lambda s: not s["lastUpdated"].endswith("Z")),
    ],
)
def test_each_kind_of_campaign_has_a_fixture(what, holds):
    assert any(holds(stats) for stats in STATS.values()), f"no fixture shows: {what}"


YEAR = timedelta(days=365)


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500, 503])
def test_each_error_has_a_fixture(status):
    body = REPLIES[status]["reply"]["body"]
    assert body["success"] is False
    assert body["error"]
    assert re.fullmatch("[A-Z_]+", body["code"])


def test_an_error_may_carry_data_and_a_rate_limit_has_retry_after():
    assert REPLIES[404]["reply"]["body"]["data"]
    assert REPLIES[429]["reply"]["headers"]["Retry-After"].isdigit()


def test_every_json_parser_reads_all_counts_exactly():
    for stats in STATS.values():
        assert all(value <= MAX_COUNT for value in stats.values() if isinstance(value, int))


def test_keys_have_the_vendors_form_and_one_of_each_kind(contract):
    keys = load_fixtures([fixtures_path()], contract).keys
    assert all(key.key.reveal().startswith("mgma_sk_test_") for key in keys)
    assert any(key.may_read and not key.revoked for key in keys)
    assert any(not key.may_read for key in keys)
    assert any(key.revoked for key in keys)
    assert Key(key="mgma_sk_test_x").permissions == [PERMISSION]


def test_campaigns_of_a_users_folder_replace_built_in_ones_with_the_same_id(tmp_path):
    mine = DOCUMENTS["newsletter"] | {"title": "Mine"}
    new = DOCUMENTS["newsletter"] | {"id": "mine-1"}
    (tmp_path / "campaigns").mkdir()
    (tmp_path / "a.json").write_text(json.dumps(mine))
    (tmp_path / "campaigns/b.json").write_text(json.dumps(new))
    (tmp_path / "notes.txt").write_text("not a fixture")
    (tmp_path / "keys.json").write_text('{"keys": [{"key": "mgma_sk_test_mine"}]}')
    contract = load_contract(openapi_path())
    both = load_fixtures([fixtures_path(), tmp_path], contract)
    assert len(both.campaigns) == len(DOCUMENTS) + 1
    assert both.campaigns[mine["id"]].title == "Mine"
    assert {key.key for key in both.keys} > {Secret("mgma_sk_test_mine")}
    alone = load_fixtures([tmp_path], contract)
    assert list(alone.campaigns) == sorted([mine["id"], "mine-1"])
    assert [key.key for key in alone.keys] == [Secret("mgma_sk_test_mine")]


def test_a_further_key_does_not_replace_one_of_a_file(contract):
    (known, *_) = load_fixtures([fixtures_path()], contract).keys
    keys = load_fixtures([fixtures_path()], contract, [Key(key=known.key, permissions=[]), Key(key="k" * 8)]).keys
    assert known in keys
    assert [key.key for key in keys].count(known.key) == 1
    assert keys[-1].key == Secret("k" * 8)
