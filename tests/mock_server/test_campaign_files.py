"""Broken fixture files: every reason at once, each with file and place, exit 2, and no traceback."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.campaign import MAX_FILE_BYTES, Campaign, parse_campaign
from mock_server.errors import FixtureError, Problem
from mock_server.file_format import is_campaign_id
from mock_server.fixtures import load_fixtures

STATS = {
    "totalSent": 1000,
    "totalDelivered": 900,
    "uniqueOpens": 300,
    "totalOpens": 500,
    "uniqueClicks": 90,
    "totalClicks": 120,
    "unsubscribes": 4,
    "bounces": 60,
    "openRate": 0.3333,
    "clickRate": 0.1,
    "lastUpdated": "2026-01-31T09:30:00Z",
}
CAMPAIGN = {"id": "65f1c0ffee00000000000001", "title": "Mine", "description": "A campaign.", "stats": STATS}
REPLY = {"status": 404, "body": {"success": False, "error": "Gone."}}
TOMORROW = (datetime.now(UTC) + timedelta(days=1)).isoformat()


def campaign(**changes):
    return {name: value for name, value in (CAMPAIGN | changes).items() if value is not ...}


def stats(**changes):
    return campaign(stats={name: value for name, value in (STATS | changes).items() if value is not ...})


def reply(**changes):
    given = {name: value for name, value in (REPLY | changes.pop("reply", {})).items() if value is not ...}
    return campaign(stats=..., reply=given, **changes)


VALID = json.dumps(CAMPAIGN).encode()

# What stands in the file, the place of the problem, and words of its message.
BROKEN = {
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
    "an empty object": (b"{}", "", "member 'id'"),
    "no id": (campaign(id=...), "", "expected member 'id', got no such member"),
    "no title": (campaign(title=...), "", "member 'title'"),
    "no description": (campaign(description=...), "", "member 'description'"),
    "an empty title": (campaign(title=""), "/title", "at least 1 character"),
    "a title without end": (campaign(title="x" * 121), "/title", "at most 120 characters"),
    "an id that is a number": (campaign(id=5), "/id", "a valid string, got 5 (integer)"),
    "an empty id": (campaign(id=""), "/id", "a string of the form"),
    "a path trick in the id": (campaign(id="../../etc/passwd"), "/id", "a string of the form"),
    "an encoded path trick in the id": (campaign(id="..%2f"), "/id", "a string of the form"),
    "dots for an id": (campaign(id=".."), "/id", "a string of the form"),
    "a line end in the id": (campaign(id="abc\n"), "/id", "a string of the form"),
    "NUL in the id": (campaign(id="a\0b"), "/id", "a string of the form"),
    "emoji in the id": (campaign(id="🦊"), "/id", "a string of the form"),
    "an id without end": (campaign(id="a" * 129), "/id", "a string of the form"),
    "an unknown member": (campaign(statz={}), "/statz", "only members that the format has"),
    "neither stats nor reply": (campaign(stats=...), "", "one of stats, reply, growth, script", "none of them"),
    "stats and reply": (campaign(reply=REPLY), "", "one of stats, reply, growth, script", "both stats and reply"),
    "stats that are text": (campaign(stats="many"), "/stats", "a valid dictionary"),
    "empty stats": (campaign(stats={}), "/stats", "member 'totalSent'"),
    "a missing count": (stats(bounces=...), "/stats", "member 'bounces'"),
    "a count that is text": (stats(bounces="60"), "/stats/bounces", "integer (", '"60" (string)'),
    "a count with a fraction": (stats(bounces=60.5), "/stats/bounces", "integer", "60.5 (number)"),
    "a count that is null": (stats(mppOpens=None), "/stats/mppOpens", "integer", "null"),
    "a count that is true": (stats(bounces=True), "/stats/bounces", "integer", "got true"),
    "a negative count": (stats(bounces=-60), "/stats/bounces", "0 or more", "counts-not-negative"),
    "a rate in percent": (stats(openRate=33.33), "/stats/openRate", "0.333333", "open-rate-is-unique"),
    "a rate of 1e308": (stats(openRate=1e308), "/stats/openRate", "got 1e+308"),
    "more opens than deliveries": (stats(uniqueOpens=901), "/stats/uniqueOpens", "at most totalDelivered (900)"),
    "more delivered than sent": (stats(totalSent=900), "/stats/totalDelivered", "at most totalSent (900)"),
    "a date without an offset": (stats(lastUpdated="2026-01-31T09:30:00"), "/stats/lastUpdated", "date-time"),
    "a date in words": (stats(lastUpdated="yesterday"), "/stats/lastUpdated", "date-time"),
    "a date in the future": (stats(lastUpdated=TOMORROW), "/stats/lastUpdated", "last-updated-not-in-future"),
    "a reply that is text": (campaign(stats=..., reply="404"), "/reply", "an object"),
    "a reply without a status": (reply(reply={"status": ...}), "/reply", "member 'status'"),
    "a reply without a body": (reply(reply={"body": ...}), "/reply", "member 'body'"),
    "a status that is text": (reply(reply={"status": "404"}), "/reply/status", "a valid integer"),
    "a status of 99": (reply(reply={"status": 99}), "/reply/status", "greater than or equal to 200"),
    "a status of 600": (reply(reply={"status": 600}), "/reply/status", "less than or equal to 599"),
    "a status without a body": (
        reply(reply={"status": 204, "body": {"success": True, "error": ""}}, undocumented=True),
        "/reply/status",
        "have a body, got 204",
    ),
    "a body that is text": (reply(reply={"body": "Gone."}), "/reply/body", "a valid dictionary"),
    "a body without an error": (reply(reply={"body": {"success": False}}), "/reply/body", "member 'error'"),
    "a code that is a number": (
        reply(reply={"body": REPLY["body"] | {"code": 5}}),
        "/reply/body/code",
        "#/components/schemas/ApiError/properties/code/type",
    ),
    "a 404 that succeeds": (
        reply(reply={"body": {"success": True, "error": ""}}),
        "/reply/body/success",
        "false with a status 404, got true",
    ),
    "a 200 that fails": (
        reply(reply={"status": 200, "body": {"success": False}}),
        "/reply/body/success",
        "true with a status 200, got false",
    ),
    "a 200 whose numbers contradict each other": (
        reply(reply={"status": 200, "body": {"success": True, "data": STATS | {"openRate": 40}}}),
        "/reply/body/data/openRate",
        "open-rate-is-unique",
    ),
    "a status outside the contract, unmarked": (
        reply(reply={"status": 429}),
        "/undocumented",
        "true, since the contract has only 200, 401, 404",
    ),
    "a header of the server's own": (
        reply(reply={"headers": {"Content-Length": "5"}}),
        "/reply/headers/Content-Length",
        "a header other than",
    ),
    "a header with a space": (reply(reply={"headers": {"Retry After": "5"}}), "/reply/headers/Retry After", "a header"),
    "a line end in a header": (
        reply(reply={"headers": {"Retry-After": "5\r\nX: y"}}),
        "/reply/headers/Retry-After",
        "printable Latin-1 text",
    ),
    "a header that is a number": (reply(reply={"headers": {"Retry-After": 5}}), "/reply/headers/Retry-After", "string"),
    "emoji in a header": (reply(reply={"headers": {"X-A": "🦊"}}), "/reply/headers/X-A", "printable Latin-1 text"),
    "marks that are text": (campaign(undocumented="yes"), "/undocumented", "a valid boolean"),
}


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "fixtures"
    path.mkdir()
    return path


def write(path, content):
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return path


def refused(command, folder):
    outcome = command("serve", "--port", 0, "--fixtures", folder)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("migma-mock: the fixtures cannot be used")
    return outcome.err


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_file_is_refused_with_file_and_place(command, folder, kind):
    content, place, *words = BROKEN[kind]
    path = write(folder / "mine.json", content)
    message = refused(command, folder)
    assert (f"{path} at {place}: expected" if place else f"{path}: expected") in message
    for word in words:
        assert word in message


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*CAMPAIGN, *STATS, *REPLY]), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from([*CAMPAIGN, "reply", "undocumented", "incoherent"]), JSON))
def test_any_member_of_any_type_ends_in_a_campaign_or_in_problems(contract, changes):
    result = parse_campaign(json.dumps(CAMPAIGN | changes).encode(), "any.json", contract)
    assert isinstance(result, Campaign) or all(isinstance(problem, Problem) for problem in result)


@given(st.dictionaries(st.sampled_from([*STATS]), JSON | st.floats(1e300, 1e308) | st.integers(10**300, 10**380)))
def test_stats_of_any_size_end_in_a_campaign_or_in_problems(contract, changes):
    result = parse_campaign(json.dumps(stats(**changes)).encode(), "any.json", contract)
    assert isinstance(result, Campaign) or all(isinstance(problem, Problem) for problem in result)


def test_all_problems_of_all_files_come_at_once(contract, folder):
    write(folder / "a.json", stats(bounces=-1, openRate=40, totalSent="many"))
    write(folder / "b.json", b"{")
    write(folder / "campaigns" / "c.json", campaign(id="/"))
    write(folder / "keys.json", {"keys": [{}]})
    with pytest.raises(FixtureError) as caught:
        load_fixtures([folder], contract)
    found = {(Path(problem.file).name, problem.pointer) for problem in caught.value.problems}
    assert found == {
        ("a.json", "/stats/bounces"),
        ("a.json", "/stats/openRate"),
        ("a.json", "/stats/totalSent"),
        ("b.json", ""),
        ("c.json", "/id"),
        ("keys.json", "/keys/0"),
    }
    assert "6 problems:" in str(caught.value)


def test_an_id_twice_in_one_folder_names_both_files(command, folder):
    first, second = write(folder / "a.json", CAMPAIGN), write(folder / "campaigns" / "b.json", CAMPAIGN)
    message = refused(command, folder)
    assert f"{second} at /id" in message
    assert str(first) in message


@pytest.mark.parametrize(
    ("make", "got"),
    [
        (lambda path: None, "nothing there"),
        (lambda path: path.write_text("{}"), "a file"),
        (lambda path: path.symlink_to("nowhere"), "nothing there"),
    ],
)
def test_a_folder_that_is_none_is_refused(command, tmp_path, make, got):
    path = tmp_path / "missing"
    make(path)
    assert f"{path}: expected a folder of fixture files, got {got}" in refused(command, path)


@pytest.mark.parametrize(
    ("make", "got"),
    [
        (Path.mkdir, "no regular file"),
        (os.mkfifo, "no regular file"),
        (lambda path: path.symlink_to("nowhere"), "a dangling link"),
        (lambda path: path.symlink_to(path), ""),
        pytest.param(
            lambda path: path.symlink_to("/proc/self/mem"),
            "Input/output error",
            marks=pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs a file that cannot be read"),
        ),
    ],
)
def test_what_is_no_readable_file_is_refused(command, folder, make, got):
    """A pipe too, which would block the start for ever."""
    make(folder / "x.json")
    assert f"{folder / 'x.json'}: expected a readable file, got {got}" in refused(command, folder)


def test_the_process_too_ends_with_2_and_no_traceback(run_mock, folder):
    write(folder / "mine.json", stats(openRate=40))
    outcome = run_mock("serve", "--port", "0", "--fixtures", folder)
    assert (outcome.code, outcome.out) == (2, "")
    assert "mine.json at /stats/openRate" in outcome.err


def test_without_any_key_nothing_could_be_asked(command):
    outcome = command("serve", "--port", 0, "--no-builtin")
    assert outcome.code == 2
    assert "no fixture folder: expected at least one API key" in outcome.err


# What is allowed, on purpose.


def accepted(contract, document):
    result = parse_campaign(json.dumps(document).encode(), "mine.json", contract)
    assert isinstance(result, Campaign), result
    return result


def test_a_sound_file_is_served_as_it_is(contract):
    result = accepted(contract, CAMPAIGN | {"$schema": "https://example.invalid/campaign.json"})
    assert (result.id, result.title, result.stats) == (CAMPAIGN["id"], "Mine", STATS)
    assert json.loads(result.reply.body) == {"success": True, "data": STATS}


def test_numbers_that_contradict_each_other_pass_where_the_file_says_so(contract):
    accepted(contract, stats(openRate=40) | {"incoherent": True})
    accepted(contract, reply(reply={"body": {"success": True, "error": ""}}, incoherent=True))


def test_even_then_the_schema_is_kept(contract):
    document = stats(openRate="40 %") | {"incoherent": True}
    assert parse_campaign(json.dumps(document).encode(), "mine.json", contract)[0].pointer == "/stats/openRate"


def test_an_undocumented_status_is_marked_and_an_error_may_carry_data(contract):
    body = {"success": False, "error": "Slow down.", "data": {"openRate": 40}}
    result = accepted(contract, reply(reply={"status": 429, "body": body}, undocumented=True))
    assert (b"x-mock-undocumented", b"429") in result.reply.headers
    assert not accepted(contract, reply(reply={"body": body})).reply.headers[2:]


@given(st.text(max_size=130))
def test_an_id_is_one_plain_path_segment(text):
    if is_campaign_id(text):
        assert text.isascii()
        assert not {*"/%?#\\ \n"} & {*text}
        assert text not in (".", "..")
