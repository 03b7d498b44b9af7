"""Every rule of the catalogue finds what it is for, alone, and nothing is found where nothing is wrong."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from contract_tests.exchange import Exchange, Failure, Purpose
from contract_tests.finding import Level
from contract_tests.rules import RULES, Rule, judge, judge_one
from mock_server.contract import Contract, load_contract, parse_contract

OPENAPI = Path(__file__).parents[2] / "openapi.json"
CONTRACT = load_contract(OPENAPI)
STARTED = datetime(2026, 1, 31, 10, 0, tzinfo=UTC)
STATS = {
    "totalSent": 1200,
    "totalDelivered": 1150,
    "uniqueOpens": 439,
    "totalOpens": 812,
    "uniqueClicks": 97,
    "totalClicks": 143,
    "unsubscribes": 5,
    "bounces": 50,
    "openRate": 439 / 1150,
    "clickRate": 97 / 1150,
    "lastUpdated": "2026-01-31T09:30:00Z",
    "botOpens": 31,
    "botClicks": 4,
    "mppOpens": 120,
}
JSON = ("content-type", "application/json")
CHALLENGE = ("www-authenticate", "Bearer")
STATUS: dict[Purpose, int] = {
    "no-key": 401,
    "wrong-key": 401,
    "unknown-id": 404,
    "unknown-id-no-key": 401,
    "odd-id": 404,
}


def exchange(purpose: Purpose = "campaign", status: int | None = None, value: object = ..., **other) -> Exchange:
    """An exchange as documented, but for what is given."""
    status = STATUS.get(purpose, 200) if status is None else status
    if value is ...:
        success = {"success": True, "data": STATS}
        value = success if status // 100 == 2 else {"success": False, "error": "Not found", "code": "NOT_FOUND"}
    known = Exchange(
        purpose=purpose,
        method="HEAD" if purpose == "head" else "GET",
        url=f"http://localhost/{purpose}",
        campaign_id="507f1f77bcf86cd799439011",
        request_headers=(),
        started=STARTED,
        elapsed=0.01,
        status=status,
        headers=(JSON, CHALLENGE) if status == 401 else (JSON,),
        body=b"" if purpose == "head" else json.dumps(value).encode(),
    )
    return replace(known, **other)


def stats(**changed: object) -> Exchange:
    """A read of a campaign in which some members of the stats are others."""
    return exchange(value={"success": True, "data": {**STATS, **changed}})


def without(name: str, **changed: object) -> Exchange:
    """A read of a campaign in which a member of the stats is missing."""
    return exchange(
        value={"success": True, "data": {key: value for key, value in {**STATS, **changed}.items() if key != name}}
    )


def failed(kind: str, purpose: Purpose = "campaign", **other) -> Exchange:
    """An exchange to which no complete response came."""
    known = exchange(purpose, failure=Failure(kind, "as it happens"), body=b"")
    return replace(known, **{"status": None, "headers": (), **other})


def second(read: Exchange) -> Exchange:
    """The same as the second read."""
    return replace(read, sample=2)


OTHER = "65f1a0b2c3d4e5f601234567"
NO_HEADERS: tuple[tuple[str, str], ...] = ()
ERROR = {"success": False, "error": "Not found"}
SUCCESS = {"success": True, "data": STATS}

BROKEN: dict[str, list[Exchange]] = {
    "campaign-status": [exchange(status=500)],
    "redirect": [exchange(status=302, body=b"")],
    "unknown-id-served": [exchange("unknown-id", 200)],
    "unknown-id-status": [exchange("unknown-id", 400)],
    "odd-id-server-error": [exchange("odd-id", 500)],
    "odd-id-status": [exchange("odd-id", 400)],
    "method-served": [exchange("method", 200, method="POST")],
    "no-key-accepted": [exchange("no-key", 200)],
    "wrong-key-accepted": [exchange("wrong-key", 200)],
    "no-key-status": [exchange("no-key", 403)],
    "wrong-key-status": [exchange("wrong-key", 403)],
    "unknown-id-leaks": [exchange("unknown-id-no-key", 404)],
    "key-echoed": [exchange("wrong-key", key_in=("body",))],
    "reads-unsteady": [exchange(), second(exchange(status=503))],
    "passing-failure-healed": [exchange(status=503), exchange(attempt=2)],
    "not-answered": [failed("timeout")],
    "key-refused": [exchange(status=403)],
    "campaign-not-found": [exchange(status=404)],
    "response-truncated": [failed("reset", status=200)],
    "response-not-http": [failed("protocol")],
    "response-too-large": [failed("too-large", status=200)],
    "response-encoding-broken": [failed("encoding", status=200)],
    "content-type-missing": [exchange(headers=NO_HEADERS)],
    "content-type-wrong": [exchange(headers=(("content-type", "text/html"),))],
    "retry-after-missing": [exchange("odd-id", 429), exchange("odd-id", attempt=2)],
    "www-authenticate-missing": [exchange("no-key", headers=(JSON,))],
    "undocumented-header": [exchange(headers=(JSON, ("x-migma-stats-version", "2")))],
    "deprecation-announced": [exchange(headers=(JSON, ("sunset", "Wed, 01 Jul 2026 00:00:00 GMT")))],
    "head-unlike-get": [exchange("head", 405)],
    "body-empty": [exchange(body=b"")],
    "body-not-json": [exchange(body=b"<html></html>")],
    "body-truncated": [exchange(body=b'{"success": true, "data": {"totalSe')],
    "body-not-utf8": [exchange("unknown-id", body=b'{"success": false, "error": "nicht verf\xfcgbar"}')],
    "body-bom": [exchange(body=b"\xef\xbb\xbf" + json.dumps(SUCCESS).encode())],
    "body-not-a-number": [stats(openRate=float("nan"))],
    "body-duplicate-key": [exchange(body=json.dumps(SUCCESS).replace("{", '{"success": true, ', 1).encode())],
    "envelope-not-object": [exchange(value=[])],
    "envelope-success-missing": [exchange(value={"data": STATS})],
    "envelope-success-not-boolean": [exchange(value={**SUCCESS, "success": "true"})],
    "envelope-success-false": [exchange(value={"success": False, "error": "no"})],
    "envelope-success-true-on-error": [exchange("unknown-id", value={**ERROR, "success": True})],
    "envelope-data-missing": [exchange(value={"success": True, "data": None})],
    "stats-outside-data": [exchange(value=STATS)],
    "envelope-error-on-success": [exchange(value={**SUCCESS, "error": "partial"})],
    "envelope-error-missing": [exchange("unknown-id", value={"success": False})],
    "envelope-error-not-text": [exchange("unknown-id", value={**ERROR, "error": {"message": "no"}})],
    "envelope-error-empty": [exchange("unknown-id", value={**ERROR, "error": ""})],
    "required-missing": [without("clickRate")],
    "field-renamed": [without("openRate", open_rate=439 / 1150)],
    "field-moved": [without("openRate", rates={"openRate": 439 / 1150})],
    "wrong-type": [stats(totalSent="1200")],
    "null-not-allowed": [stats(openRate=None)],
    "constraint-broken": [stats(totalSent=1201)],
    "wrong-format": [stats(lastUpdated="2026-01-31 09:30:00")],
    "rate-is-percentage": [stats(openRate=38.17)],
    "rate-over-sent": [stats(openRate=439 / 1200)],
    "rate-of-total-events": [stats(openRate=812 / 1150)],
    "rate-over-other-events": [stats(clickRate=97 / 439)],
    "rate-cut-off": [stats(openRate=0.38173)],
    "last-updated-unset": [stats(lastUpdated="0001-01-01T00:00:00Z")],
    "number-not-exact": [stats(totalOpens=2**53)],
    "open-rate-is-unique-opens-over-delivered": [stats(openRate=0.5)],
    "click-rate-is-unique-clicks-over-delivered": [stats(clickRate=0.5)],
    "last-updated-is-rfc3339": [stats(lastUpdated="0000-01-01T00:00:00Z")],
    "last-updated-not-in-future": [stats(lastUpdated="2026-01-31T10:06:00Z")],
    "counts-not-negative": [stats(bounces=-1)],
    "delivered-and-bounces-within-sent": [stats(bounces=51)],
    "unique-opens-within-total-opens": [stats(totalOpens=438)],
    "unique-clicks-within-total-clicks": [stats(totalClicks=96)],
    "opens-have-openers": [stats(uniqueOpens=0, openRate=0)],
    "clicks-have-clickers": [stats(uniqueClicks=0, clickRate=0)],
    "unique-opens-within-delivered": [stats(uniqueOpens=1151, totalOpens=2000, openRate=1151 / 1150)],
    "unique-clicks-within-delivered": [stats(uniqueClicks=1151, totalClicks=2000, clickRate=1151 / 1150)],
    "unsubscribes-within-delivered": [stats(unsubscribes=1151)],
    "bot-opens-within-total-opens": [stats(botOpens=813)],
    "mpp-opens-within-total-opens": [stats(mppOpens=813)],
    "bot-clicks-within-total-clicks": [stats(botClicks=144)],
    "stats-of-another-campaign": [stats(campaignId="507f191e810c19729de860ea")],
    "counts-went-down": [exchange(), second(stats(totalOpens=811))],
    "last-updated-went-back": [exchange(), second(stats(lastUpdated="2026-01-31T09:00:00Z"))],
    "older-snapshot": [exchange(), second(stats(lastUpdated="2026-01-31T09:00:00Z", totalOpens=811))],
    "answers-differ-in-shape": [stats(extra=1), second(stats(extra="1"))],
    "undocumented-field": [stats(spamReports=3)],
}
# A rule whose finding brings information with it that is no other cause.
ALSO = {
    "answers-differ-in-shape": {"undocumented-field"},
    "stats-of-another-campaign": {"undocumented-field"},
    "retry-after-missing": {"passing-failure-healed"},
}


def bounded() -> Contract:
    """The contract with a bound, since the vendor's own has none."""
    document = json.loads(OPENAPI.read_bytes())
    document["components"]["schemas"]["CampaignStats"]["properties"]["totalSent"]["maximum"] = 1200
    return parse_contract(json.dumps(document).encode(), source="openapi.json")


@pytest.mark.parametrize("entry", RULES, ids=lambda each: each.id)
def test_each_rule_finds_what_it_is_for_and_is_alone_with_it(entry: Rule):
    findings = judge(BROKEN[entry.id], bounded() if entry.id == "constraint-broken" else CONTRACT)
    assert {finding.rule for finding in findings} - ALSO.get(entry.id, set()) == {entry.id}
    worst = max(finding.level.rank for finding in findings if finding.rule == entry.id)
    # Undocumented members differ in shape at the level of information; the contract types all of its own.
    assert worst == (Level.INFO if entry.id == "answers-differ-in-shape" else entry.level).rank


def test_a_member_without_a_type_that_differs_between_answers_is_a_warning():
    document = json.loads(OPENAPI.read_bytes())
    document["components"]["schemas"]["CampaignStats"]["properties"]["label"] = {}
    findings = judge(
        [stats(label=1), second(stats(label="1"))], parse_contract(json.dumps(document).encode(), source="x")
    )
    assert [(f.rule, f.level, f.where) for f in findings] == [
        ("answers-differ-in-shape", Level.WARNING, "200 /data/label")
    ]


def test_the_rules_follow_a_newer_contract():
    """Nested members, bounds and requirements that the vendor may add are judged without a line of code."""
    document = json.loads(OPENAPI.read_bytes())
    schema = document["components"]["schemas"]["CampaignStats"]
    device = {"type": "object", "properties": {"name": {"enum": ["mobile"]}, "opens": {"type": "integer"}}}
    schema["properties"]["devices"] = {"type": "array", "items": {**device, "required": ["opens"]}}
    schema["required"].append("devices")
    newer = parse_contract(json.dumps(document).encode(), source="openapi.json")
    assert [(f.rule, f.where) for f in judge([exchange()], newer)] == [("required-missing", "200 /data/devices")]
    devices = [{"name": "mobile", "opens": 1}, {"name": "fridge", "open_s": 1, "os": "x"}]
    assert {(f.rule, f.where) for f in judge([stats(devices=devices)], newer)} == {
        ("constraint-broken", "200 /data/devices/*/name"),
        ("field-renamed", "200 /data/devices/*/opens"),
        ("undocumented-field", "200 /data/devices/*/os"),
    }


@pytest.mark.parametrize("purpose", ["campaign", "head", *STATUS])
def test_nothing_is_found_in_what_is_as_documented(purpose: Purpose):
    assert judge([exchange(purpose)], CONTRACT) == []


def test_a_finding_points_at_the_place_in_the_contract_that_asks_for_it():
    (finding,) = judge([without("clickRate")], CONTRACT)
    node = CONTRACT.document
    for token in finding.pointer.split("/")[1:]:
        node = node[int(token) if isinstance(node, list) else token]
    assert node == "clickRate"


def test_one_bad_answer_among_good_ones_is_counted():
    (finding,) = judge([exchange(), second(without("clickRate"))], CONTRACT)
    assert (finding.exchange, finding.where) == (1, "200 /data/clickRate")
    assert "In 1 of 2 reads" in finding.message


def test_several_exchanges_that_show_the_same_make_one_finding():
    (finding,) = judge([without("clickRate"), second(without("clickRate"))], CONTRACT)
    assert finding.exchange == 0
    assert " of " not in finding.message


def test_a_place_holds_no_index_so_that_its_fingerprint_is_stable():
    one, other = (judge([exchange(value={**SUCCESS, "data": [{}] * n})], CONTRACT) for n in (1, 2))
    assert [f.fingerprint for f in one] == [f.fingerprint for f in other]


def test_stats_outside_their_place_are_one_finding_not_eleven():
    for value in (STATS, [STATS], {"success": True, **STATS}, {"success": True, "data": {"stats": STATS}}):
        assert [finding.rule for finding in judge([exchange(value=value)], CONTRACT)] == ["stats-outside-data"]


def test_where_no_campaign_was_answered_everything_is_information():
    """A wrong base URL or key is the user's to mend, and no drift."""
    answers = [exchange(status=401), exchange("no-key", 404), exchange("unknown-id", 401), exchange("wrong-key", 500)]
    findings = judge(answers, CONTRACT)
    assert {finding.level for finding in findings} == {Level.INFO}
    assert {"key-refused", "no-key-status", "unknown-id-status", "wrong-key-status"} <= {f.rule for f in findings}


def test_one_exchange_can_be_judged_on_its_own():
    assert [finding.rule for finding in judge_one(stats(openRate=38.17), CONTRACT)] == ["rate-is-percentage"]
    assert judge_one(exchange(status=503), CONTRACT) == []


def test_a_connection_that_broke_is_not_healed_by_a_retry():
    findings = judge([exchange(), second(failed("reset")), replace(exchange(), sample=2, attempt=2)], CONTRACT)
    assert [(finding.rule, finding.level) for finding in findings] == [("reads-unsteady", Level.WARNING)]


def test_the_future_is_measured_by_the_servers_own_clock():
    ahead = stats(lastUpdated="2098-01-31T09:30:00Z")
    dated = replace(ahead, headers=(JSON, ("date", "Fri, 31 Jan 2098 09:26:00 GMT")))
    assert [f.rule for f in judge([ahead], CONTRACT)] == ["last-updated-not-in-future"]
    assert judge([dated], CONTRACT) == []


@pytest.mark.parametrize(("value", "clean"), [("7", True), ("Fri, 31 Jan 2098 09:26:00 GMT", True), ("soon", False)])
def test_retry_after_is_seconds_or_a_date(value, clean):
    findings = judge([exchange("odd-id", 429, headers=(JSON, ("retry-after", value)))], CONTRACT)
    assert ("retry-after-missing" in {finding.rule for finding in findings}) is not clean


def test_a_second_content_type_is_judged_too():
    (finding,) = judge([exchange(headers=(JSON, ("content-type", "text/html")))], CONTRACT)
    assert (finding.rule, finding.where) == ("content-type-wrong", "200 header Content-Type")


@pytest.mark.parametrize(
    ("name", "named", "found"),
    [
        ("campaignId", "507f191e810c19729de860ea", True),
        ("campaign_id", "507F191E810C19729DE860EA", True),
        ("campaignId", "507F1F77BCF86CD799439011", False),
        ("campaignId", "spring-sale", False),
        ("id", "507f191e810c19729de860ea", False),
        ("_id", OTHER, True),
        ("parentId", OTHER, False),
        ("campaignId", 507, False),
    ],
)
def test_stats_name_another_campaign_only_where_nothing_else_can_be_meant(name, named, found):
    other = replace(exchange(), campaign_id=OTHER, url="http://localhost/other")
    rules = {finding.rule for finding in judge([stats(**{name: named}), other], CONTRACT)}
    assert ("stats-of-another-campaign" in rules) is found


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"uniqueOpens": 445, "totalSent": 1165, "bounces": 15, "openRate": 0.38}, "rate-cut-off"),
        ({"uniqueOpens": 445, "totalSent": 1165, "bounces": 15, "openRate": 0.382}, "rate-over-sent"),
        ({"uniqueOpens": 445, "totalSent": 1165, "bounces": 15, "openRate": 0.39}, None),
        ({"openRate": 0.3817}, None),
        ({"openRate": 0.3816}, "open-rate-is-unique-opens-over-delivered"),
        ({"openRate": 0.38}, None),
        ({"uniqueClicks": 11, "clickRate": 0}, "click-rate-is-unique-clicks-over-delivered"),
    ],
)
def test_a_rate_that_was_cut_off_is_not_taken_for_one_of_what_was_sent(changed, rule):
    """Rounded to two decimals or more is right; a 0 for something is no rounding of it, and may be stuck."""
    assert [finding.rule for finding in judge([stats(**changed)], CONTRACT)] == ([rule] if rule else [])


@pytest.mark.parametrize(
    "conforming",
    [
        {"lastUpdated": "1970-01-01T00:00:01Z"},
        {"lastUpdated": "2001-01-01T00:00:00Z"},
        {"totalOpens": 2**53 - 1},
        {"uniqueOpens": 0, "openRate": 0, "totalOpens": 151},
        {"uniqueClicks": 0, "clickRate": 0, "totalClicks": 4},
    ],
)
def test_what_is_unusual_and_possible_is_no_finding(conforming):
    assert judge([stats(**conforming)], CONTRACT) == []


def test_every_rule_is_explained():
    for each in RULES:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", each.id)
        assert all((each.meaning, each.why, each.source, each.example))
        assert (each.one is None) != (each.series is None)
    assert len({each.id for each in RULES}) == len(RULES)
