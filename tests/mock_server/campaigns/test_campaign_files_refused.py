"""Each kind of invalid campaign file is refused with the file, the place, and what is expected there."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sample_campaign import CAMPAIGN, REPLY, STATS, campaign, with_reply, with_stats

from migma_contract.recording.campaign_files import MAX_FILE_BYTES
from migma_mock.campaigns.campaign_builder import parse_campaign

TOMORROW = (datetime.now(UTC) + timedelta(days=1)).isoformat()
VALID = json.dumps(CAMPAIGN).encode()

# The content of the file, the place of the problem, and words of its message.
INVALID = {
    "nothing": (b"", "", "got nothing"),
    "no JSON": (b"id: 65f1", "", "line 1, column 1"),
    "half a file": (VALID[:100], "", "line 1"),
    "a byte order mark": (b"\xef\xbb\xbf" + VALID, "", "byte order mark"),
    "UTF-16": (VALID.decode().encode("utf-16"), "", "UTF-8"),
    "a duplicate key": (VALID.replace(b'"bounces": 60', b'"bounces": 60, "bounces": 61'), "/stats/bounces", "again"),
    "NaN": (VALID.replace(b"0.3333", b"NaN"), "/stats/openRate", "a finite number, got NaN"),
    "a huge float": (VALID.replace(b"0.3333", b"1e999"), "/stats/openRate", "beyond the range of a double"),
    "a huge integer": (VALID.replace(b"1000", b"9" * 5000), "/stats/totalSent", "beyond the range of a double"),
    "half a surrogate pair": (VALID.replace(b"Mine", rb"\ud83e"), "/title", "surrogate"),
    "deep nesting": (b"[" * 100_000 + b"]" * 100_000, "", "64 levels"),
    "too many bytes": (VALID + b" " * MAX_FILE_BYTES, "", f"at most {MAX_FILE_BYTES} bytes"),
    "null": (b"null", "", "expected an object, got null"),
    "an array": (b"[]", "", "expected an object, got [] (array)"),
    "an empty object": (b"{}", "", "missing field 'id'"),
    "no id": (campaign(id=...), "", "missing field 'id'"),
    "an empty title": (campaign(title=""), "/title", "at least 1 character"),
    "a title without end": (campaign(title="x" * 121), "/title", "at most 120 characters"),
    "an id that is a number": (campaign(id=5), "/id", "a string, got 5 (integer)"),
    "an empty id": (campaign(id=""), "/id", "an id that a URL can carry", 'got ""'),
    "a dot for an id": (campaign(id="."), "/id", "an id that a URL can carry"),
    "dots for an id": (campaign(id=".."), "/id", "an id that a URL can carry"),
    "an id without end": (campaign(id="a" * 8001), "/id", "1 to 8000 bytes when encoded"),
    "an id that is long when encoded": (campaign(id="é" * 1334), "/id", "1 to 8000 bytes when encoded"),
    "an unknown field": (campaign(statz={}), "/statz", "unknown field 'statz'; did you mean 'stats'?"),
    "neither stats nor reply": (campaign(stats=...), "", "one of stats, reply, growth, script", "none of them"),
    "stats and reply": (campaign(reply=REPLY), "", "one of stats, reply, growth, script", "both stats and reply"),
    "stats that are text": (campaign(stats="many"), "/stats", "an object"),
    "empty stats": (campaign(stats={}), "/stats", "the field 'totalSent'"),
    "a missing count": (with_stats(bounces=...), "/stats", "the field 'bounces'"),
    "a count that is text": (with_stats(bounces="60"), "/stats/bounces", "integer (", '"60" (string)'),
    "a count with a fraction": (with_stats(bounces=60.5), "/stats/bounces", "integer", "60.5 (number)"),
    "a count that is null": (with_stats(mppOpens=None), "/stats/mppOpens", "integer", "null"),
    "a count that is true": (with_stats(bounces=True), "/stats/bounces", "integer", "got true"),
    "a negative count": (with_stats(bounces=-60), "/stats/bounces", "0 or more", "negative-count"),
    "a rate in percent": (with_stats(openRate=33.33), "/stats/openRate", "0.333333", "open-rate-inconsistent"),
    "a rate of 1e308": (with_stats(openRate=1e308), "/stats/openRate", "got 1e+308"),
    "more opens than deliveries": (with_stats(uniqueOpens=901), "/stats/uniqueOpens", "at most totalOpens (500)"),
    "more delivered than sent": (with_stats(totalSent=900), "/stats/totalDelivered", "at most totalSent (900)"),
    "a date without an offset": (with_stats(lastUpdated="2026-01-31T09:30:00"), "/stats/lastUpdated", "date-time"),
    "a date in words": (with_stats(lastUpdated="yesterday"), "/stats/lastUpdated", "date-time"),
    "a date in the future": (with_stats(lastUpdated=TOMORROW), "/stats/lastUpdated", "last-updated-in-future"),
    "a reply that is text": (campaign(stats=..., reply="404"), "/reply", "an object"),
    "a reply without a status": (with_reply(status=...), "/reply", "missing field 'status'"),
    "a reply without a body": (with_reply(body=...), "/reply", "the field 'body' with status 404, got none"),
    "a status that is text": (with_reply(status="404"), "/reply/status", "a whole number"),
    "a status of 99": (with_reply(status=99), "/reply/status", "at least 200"),
    "a status of 600": (with_reply(status=600), "/reply/status", "at most 599"),
    "a status without a body": (
        with_reply(status=304, body={"success": True, "error": ""}) | {"undocumented": True},
        "/reply",
        "no body with status 304, got one",
    ),
    "a body that is text": (with_reply(body="Gone."), "/reply/body", "an object"),
    "a body without an error": (with_reply(body={"success": False}), "/reply/body", "the field 'error'"),
    "a code that is a number": (
        with_reply(body=REPLY["body"] | {"code": 5}),
        "/reply/body/code",
        "#/components/schemas/ApiError/properties/code/type",
    ),
    "a 404 that succeeds": (
        with_reply(body={"success": True, "error": ""}),
        "/reply/body/success",
        "false with status 404, got true",
    ),
    "a 200 that fails": (
        with_reply(status=200, body={"success": False}),
        "/reply/body/success",
        "true with status 200, got false",
    ),
    "a 200 whose numbers contradict each other": (
        with_reply(status=200, body={"success": True, "data": STATS | {"openRate": 40}}),
        "/reply/body/data/openRate",
        "open-rate-inconsistent",
    ),
    "a status outside the contract, unmarked": (
        with_reply(status=429),
        "/undocumented",
        "true, since the contract documents only 200, 401, 404",
    ),
    "a header of the server's own": (
        with_reply(headers={"Content-Length": "5"}),
        "/reply/headers/Content-Length",
        "no header Content-Length: the server sets it for each response",
    ),
    "a header twice": (
        with_reply(headers={"Retry-After": "5", "retry-after": "6"}),
        "/reply/headers/retry-after",
        "each header once",
        "beside 'Retry-After'",
    ),
    "many headers": (
        with_reply(headers={f"X-{number}": "v" * 1000 for number in range(9)}),
        "/reply/headers",
        "at most 8192 characters, since many clients refuse more, got 9027",
    ),
    "a header with a space": (with_reply(headers={"Retry After": "5"}), "/reply/headers/Retry After", "the name of a"),
    "a line end in a header": (
        with_reply(headers={"Retry-After": "5\r\nX: y"}),
        "/reply/headers/Retry-After",
        "printable Latin-1 text",
    ),
    "a header that is a number": (with_reply(headers={"Retry-After": 5}), "/reply/headers/Retry-After", "string"),
    "emoji in a header": (with_reply(headers={"X-A": "🦊"}), "/reply/headers/X-A", "printable Latin-1 text"),
    "marks that are text": (campaign(undocumented="yes"), "/undocumented", "true or false"),
}


@pytest.mark.attack("hostile-input")
@pytest.mark.parametrize("kind", INVALID)
def test_an_invalid_file_is_refused_with_file_and_place(refused, kind, write_fixture):
    content, place, *words = INVALID[kind]
    path = write_fixture("mine.json", content)
    message = refused()
    assert (f"{path} at {place}: " if place else f"{path}: ") in message
    for word in words:
        assert word in message


def test_the_process_exits_with_2_and_no_traceback(run_mock, fixture_folder, write_fixture):
    write_fixture("mine.json", with_stats(openRate=40))
    outcome = run_mock("serve", "--port", "0", "--fixtures", fixture_folder)
    assert (outcome.code, outcome.out) == (2, "")
    assert "mine.json at /stats/openRate" in outcome.err


ONE_MISTAKE = {
    "a date in words": with_stats(lastUpdated="yesterday"),
    "more opens than deliveries": with_stats(uniqueOpens=901),
    "a status twice in a script": campaign(
        stats=..., script={"replies": [{"reply": {"status": 503, "body": REPLY["body"]}}] * 2}
    ),
    "a misspelt stat": campaign(stats={name if name != "bounces" else "bounce": it for name, it in STATS.items()}),
    "a misspelt field": campaign(titel="Mine"),
}


@pytest.mark.parametrize("kind", ONE_MISTAKE)
def test_one_mistake_is_reported_once(contract, kind):
    """Relations, the schema and each step reported it again."""
    assert len(parse_campaign(json.dumps(ONE_MISTAKE[kind]).encode(), "mine.json", contract)) == 1


def test_each_missing_stat_is_reported(contract):
    content = with_stats(bounces=..., totalSent=...)
    problems = parse_campaign(json.dumps(content).encode(), "mine.json", contract)
    assert [problem.expected.partition(" (")[0] for problem in problems] == [
        "the field 'bounces'",
        "the field 'totalSent'",
    ]


def test_a_missing_stat_is_found_in_a_misspelt_one(contract):
    (problem,) = parse_campaign(json.dumps(ONE_MISTAKE["a misspelt stat"]).encode(), "mine.json", contract)
    assert problem.text.endswith("got none; did you mean it by 'bounce'?")
