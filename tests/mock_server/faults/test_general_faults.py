"""``set-field`` and ``body`` play any response; a list of fields and ``float-counts`` change several values."""

import json

import pytest

from migma_contract.openapi import load_contract
from migma_contract.resources import fixtures_path, openapi_path
from migma_contract.stats import COUNTS
from migma_mock.faults import apply, arming_warnings, parse_fault
from migma_mock.messages.reply import Reply, ReplyMaker

contract = load_contract(openapi_path())
make = ReplyMaker(contract)
STATS = json.loads((fixtures_path() / "campaigns" / "newsletter.json").read_bytes())["stats"]
SUCCESS = make.success(STATS, "campaign newsletter")
WITH_LIST = SUCCESS.replace_body(b'{"data":[1,2]}')
NOT_FOUND = make.error(404, "NOT_FOUND", "Campaign not found.", "unknown id")


def changed(reply=SUCCESS, **document):
    spec = parse_fault(document, "test", contract)
    assert not isinstance(spec, list), spec
    return apply(spec, reply, contract)


def body_of(reply):
    """Return the parsed body, after a check of Content-Length."""
    assert (b"content-length", str(len(reply.body)).encode()) in reply.headers
    return json.loads(reply.body)


def problems(**document):
    return [(problem.pointer, problem.expected, problem.got) for problem in parse_fault(document, "test", contract)]


@pytest.mark.parametrize(
    ("reply", "field", "value", "expected"),
    [
        (SUCCESS, "lastUpdated", "", {"success": True, "data": STATS | {"lastUpdated": ""}}),
        (SUCCESS, "/data/openRate", "N/A", {"success": True, "data": STATS | {"openRate": "N/A"}}),
        (SUCCESS, "/data/bounces", {"hard": 1}, {"success": True, "data": STATS | {"bounces": {"hard": 1}}}),
        (SUCCESS, "/data/campaign~1id", "x", {"success": True, "data": STATS | {"campaign/id": "x"}}),
        (SUCCESS, "/data", [], {"success": True, "data": []}),
        (NOT_FOUND, "/error", {"text": "No"}, {"success": False, "error": {"text": "No"}, "code": "NOT_FOUND"}),
        (WITH_LIST, "/data/1", None, {"data": [1, None]}),
    ],
)
def test_set_field_sets_any_field_of_any_json_body(reply, field, value, expected):
    after = changed(reply, kind="set-field", field=field, value=value)
    assert body_of(after) == expected
    assert (after.status, after.matched_by) == (reply.status, f"fault set-field, {reply.matched_by}")


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        (SUCCESS, {"field": "/data/rates/open", "value": 1}),
        (SUCCESS, {"field": "/data/openRate/value", "value": 1}),
        (NOT_FOUND, {"field": "lastUpdated", "value": ""}),
        (WITH_LIST, {"field": "/data/2", "value": 0}),
        (SUCCESS, {"field": "/success", "value": True}),
        (SUCCESS, {"field": "/error", "value": "x", "on": "error"}),
        (NOT_FOUND, {"field": "/error", "value": "x", "on": "success"}),
        (SUCCESS.replace_body(SUCCESS.body[:-1]), {"field": "/success", "value": 1}),
        (Reply(204, (), b"", ""), {"field": "/success", "value": 1}),
    ],
    ids=["no parent", "no object", "an error", "end of a list", "same", "on error", "on success", "not JSON", "empty"],
)
def test_set_field_does_not_apply_where_the_field_has_no_place_or_that_value(reply, fault):
    assert changed(reply, kind="set-field", **fault) is None


def test_a_warning_says_which_parent_a_reply_lacks():
    spec = parse_fault(
        {"kind": "set-field", "campaign": "a", "field": "/data/rates/open", "value": 1}, "test", contract
    )
    [warning] = arming_warnings(spec, [], [b"a"], [SUCCESS], contract)
    assert warning == (
        "Campaign 'a' now answers with 200, and set-field applies only to a reply with a JSON body that has an object "
        "or array at /data/rates in which the field does not have this value yet."
    )


def test_a_misspelt_name_gets_the_nearest_and_a_pointer_may_name_any_field():
    [(at, expected, got)] = problems(kind="set-field", field="lastUpdate", value="")
    assert (at, got) == ("/field", "\"lastUpdate\" (string); did you mean 'lastUpdated'?")
    assert expected.endswith("mppOpens), or the JSON pointer of another one")
    assert body_of(changed(kind="set-field", field="/data/lastUpdate", value=""))["data"]["lastUpdate"] == ""


@pytest.mark.parametrize(
    ("fault", "content_type", "body"),
    [
        ({"body": {"success": False}}, b"application/json", b'{"success":false}'),
        ({"body": "Später"}, b"application/json", '"Später"'.encode()),
        ({"text": "<title>Log in</title>", "contentType": "text/html"}, b"text/html", b"<title>Log in</title>"),
        ({"text": "Später"}, b"text/plain; charset=utf-8", "Später".encode()),
        ({"binary": "/wA="}, b"application/octet-stream", b"\xff\x00"),
        ({}, None, b""),
    ],
)
def test_body_replaces_the_reply_by_json_text_bytes_or_nothing(fault, content_type, body):
    after = changed(kind="body", status=202, headers={"Retry-After": "5"}, **fault)
    headers = dict(after.headers)
    assert (after.status, after.body, headers.get(b"content-type")) == (202, body, content_type)
    assert headers[b"content-length"] == str(len(body)).encode()
    assert (headers[b"retry-after"], headers[b"x-mock-undocumented"]) == (b"5", b"202")


@pytest.mark.parametrize(
    ("fault", "at", "expected"),
    [
        ({"body": 1, "text": "x"}, "", "one of 'body', 'text' and 'binary'"),
        ({"binary": "/w="}, "/binary", "bytes in Base64"),
        ({"text": "\ud800"}, "/text", "Unicode text without lone surrogates"),
        ({"contentType": "a\r\nb: c"}, "/contentType", "a string of the form"),
        ({"headers": {"Content-Length": "3"}}, "/headers/Content-Length", "no header Content-Length"),
        ({"headers": {"X": "a\nb"}}, "/headers/X", "printable Latin-1 text"),
        ({"status": 204}, "/status", "a status whose responses have a body"),
        ({"body": "x" * 70_000}, "/body", "a value of at most 65536 bytes"),
    ],
)
def test_an_impossible_body_is_refused_with_its_place(fault, at, expected):
    [(pointer, text, _)] = problems(kind="body", **fault)
    assert pointer == at
    assert text.startswith(expected)


def test_a_list_of_fields_changes_each_that_is_there():
    fields = ["botOpens", "openRate", "/success"]
    dropped = {name: value for name, value in STATS.items() if name not in ("botOpens", "openRate")}
    assert body_of(changed(kind="drop-field", field=fields)) == {"data": dropped}
    assert body_of(changed(kind="null-field", field=list(COUNTS)))["data"] == STATS | dict.fromkeys(COUNTS)
    texts = {name: str(STATS[name]) for name in COUNTS}
    assert body_of(changed(kind="retype-field", field=list(COUNTS)))["data"] == STATS | texts


@pytest.mark.parametrize(
    ("field", "at", "expected"),
    [
        ([], "/field", "at least 1 item"),
        (["openRate", 3], "/field/1", "a string"),
        (["openRate", "openrate"], "/field/1", "a field of data"),
        (["openRate", "/a~2"], "/field/1", "a JSON pointer"),
    ],
)
def test_a_mistake_in_a_list_of_fields_has_its_place(field, at, expected):
    [(pointer, text, _)] = problems(kind="null-field", field=field)
    assert pointer == at
    assert text.startswith(expected)


def test_float_counts_are_the_same_numbers_and_valid_by_the_schema():
    largest = 2**53 - 1
    reply = make.success(STATS | {"totalSent": largest, "botOpens": 0}, "campaign")
    after = changed(reply, kind="float-counts")
    assert f'"totalSent":{largest}.0,' in after.body.decode()
    assert '"botOpens":0.0' in after.body.decode()
    assert body_of(after) == body_of(reply)
    assert contract.operation.success.violations(body_of(after)) == []
