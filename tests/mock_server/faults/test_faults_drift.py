"""Each drift fault violates the contract in exactly one way."""

import json
from dataclasses import replace

import pytest

from migma_contract.openapi import load_contract
from migma_contract.resources import fixtures_path, openapi_path
from migma_contract.stats import relation_violations
from migma_mock.faults import FAULTS, apply, parse_fault
from migma_mock.messages.reply import Reply, ReplyMaker, encode

contract = load_contract(openapi_path())
make = ReplyMaker(contract)
NEWSLETTER = json.loads((fixtures_path() / "campaigns" / "newsletter.json").read_bytes())
SUCCESS = make.success(NEWSLETTER["stats"], "campaign newsletter")
NOT_FOUND = make.error(404, "NOT_FOUND", "Campaign not found.", "unknown id")
WITH_DATA = {"success": False, "error": "Campaign not found.", "data": {"totalDelivered": 1, "openRate": 0.5}}
NO_BOTS = {"botOpens": 0, "botClicks": 0, "mppOpens": 0}
DRIFT = list(FAULTS)[list(FAULTS).index("drop-field") :]


def changed(reply=SUCCESS, **document):
    return apply(parse_fault(document, "test", contract), reply, contract)


def envelope(reply):
    """Return the parsed body, after a check of Content-Length."""
    assert (b"content-length", str(len(reply.body)).encode()) in reply.headers
    return json.loads(reply.body)


def schema_violations(reply):
    """Return the violations of the schema in a body."""
    return contract.operation.success.violations(envelope(reply))


def with_stats(**changed):
    return {"success": True, "data": {**NEWSLETTER["stats"], **changed}}


@pytest.mark.parametrize("field", contract.stats.required)
def test_drop_field_removes_one_required_field(field):
    reply = changed(kind="drop-field", field=field)
    assert [(v.keyword, v.pointer, v.missing) for v in schema_violations(reply)] == [("required", "/data", field)]
    rest = {name: value for name, value in NEWSLETTER["stats"].items() if name != field}
    assert reply.body == encode({"success": True, "data": rest})


def test_rename_field_keeps_the_value_and_the_order():
    reply = changed(kind="rename-field", to="open_rate")
    assert reply.body == SUCCESS.body.replace(b'"openRate"', b'"open_rate"')
    assert [(v.keyword, v.missing) for v in schema_violations(reply)] == [("required", "openRate")]


@pytest.mark.parametrize("field", contract.stats.properties)
def test_retype_field_is_one_violation_of_type(field):
    reply = changed(make.success({**NEWSLETTER["stats"], **NO_BOTS}, "campaign"), kind="retype-field", field=field)
    assert [(v.keyword, v.pointer) for v in schema_violations(reply)] == [("type", f"/data/{field}")]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("openRate", json.dumps(NEWSLETTER["stats"]["openRate"])),
        ("lastUpdated", 1767225600500),
        ("/success", "true"),
        ("/data", json.dumps(with_stats(lastUpdated="2026-01-01T00:00:00.5Z")["data"])),
    ],
)
def test_retype_field_keeps_the_meaning_of_the_value(field, value):
    reply = make.success({**NEWSLETTER["stats"], "lastUpdated": "2026-01-01T00:00:00.5Z"}, "campaign")
    body = envelope(changed(reply, kind="retype-field", field=field))
    assert (body if field.startswith("/") else body["data"])[field.removeprefix("/")] == value


@pytest.mark.parametrize("field", contract.stats.required)
def test_null_field_is_one_violation_of_type(field):
    reply = changed(kind="null-field", field=field)
    assert envelope(reply) == with_stats(**{field: None})
    assert [(v.keyword, v.pointer, v.got) for v in schema_violations(reply)] == [("type", f"/data/{field}", "null")]


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (None, "null"), ("x🦊", '"x🦊"'), ([1, {"a": 0.1}], '[1,{"a":0.1}]'), ({"a": {}}, '{"a":{}}')],
)
def test_unknown_field_adds_one_undeclared_field(value, text):
    reply = changed(kind="unknown-field", name="spam/reports~", value=value)
    assert reply.body == SUCCESS.body.removesuffix(b"}}") + f',"spam/reports~":{text}}}}}'.encode()
    assert schema_violations(reply) == []


def test_percent_rates_violate_the_relations_of_both_rates_and_not_the_schema():
    reply = changed(kind="percent-rates")
    assert schema_violations(reply) == []
    broken = [relation.id for relation, _ in relation_violations(envelope(reply)["data"])]
    assert broken == ["open-rate-inconsistent", "click-rate-inconsistent"]


def test_percentages_are_exact_decimals():
    reply = make.success({**NEWSLETTER["stats"], "openRate": 0.29, "clickRate": 1e-7}, "campaign")
    body = envelope(changed(reply, kind="percent-rates"))
    assert (body["data"]["openRate"], body["data"]["clickRate"]) == (29.0, 1e-5)


def test_undocumented_status_keeps_the_body_and_has_a_header_that_marks_it():
    reply = changed(kind="undocumented-status")
    assert (reply.status, reply.body) == (202, SUCCESS.body)
    assert reply.headers == (*SUCCESS.headers, (b"x-mock-undocumented", b"202"))
    assert contract.operation.response(reply.status) is None


def test_the_shortest_spec_of_each_drift_fault_violates_the_contract():
    for kind in DRIFT:
        reply = changed(kind=kind, **({"to": "open_rate"} if kind == "rename-field" else {}))
        violates = (
            schema_violations(reply)
            or relation_violations(envelope(reply)["data"])
            or set(envelope(reply)["data"]) - set(contract.stats.properties)
            or contract.operation.response(reply.status) is None
        )
        assert violates, kind


@pytest.mark.parametrize("kind", DRIFT)
@pytest.mark.parametrize(
    "reply",
    [
        NOT_FOUND,
        make.json(404, WITH_DATA, ""),
        make.json(200, {"success": True}, ""),
        replace(SUCCESS, body=b'{"success":true,"data":null}'),
        Reply(204, (), b"", ""),
    ],
    ids=["404", "404 with data", "no data", "null data", "no body"],
)
def test_drift_faults_do_not_apply_to_replies_without_stats(kind, reply):
    assert changed(reply, **FAULTS[kind].example) is None


@pytest.mark.parametrize(
    ("fault", "stats"),
    [
        ({"kind": "drop-field", "field": "botOpens"}, {}),
        ({"kind": "null-field", "field": "/error"}, {}),
        ({"kind": "retype-field", "field": "/data/lastUpdated/deeper"}, {}),
        ({"kind": "drop-field", "field": "/data/nowhere/deeper"}, {}),
        ({"kind": "rename-field", "to": "spam"}, {"spam": 1}),
        ({"kind": "unknown-field"}, {"spamReports": 1}),
        ({"kind": "percent-rates"}, {"openRate": 0, "clickRate": 0.0}),
    ],
)
def test_drift_faults_do_not_apply_to_stats_without_what_they_change(fault, stats):
    own = {name: value for name, value in NEWSLETTER["stats"].items() if name not in NO_BOTS}
    assert changed(make.success({**own, **stats}, "campaign"), **fault) is None


@pytest.mark.parametrize("kind", ["null-field", "retype-field"])
def test_a_null_field_cannot_become_null_or_be_retyped(kind):
    nulled = changed(kind="null-field", field="botOpens")
    assert changed(nulled, kind=kind, field="botOpens") is None
