"""Each fault changes a reply as its sentence says, byte for byte, and changes nothing else."""

import json
import re
from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from migma_contract.openapi import load_contract
from migma_contract.resources import fixtures_path, openapi_path
from migma_mock.delays import MAX_SECONDS
from migma_mock.engine.prefer import MAX_WAIT
from migma_mock.faults import FAULTS, apply, parse_fault
from migma_mock.faults.base import FaultKind
from migma_mock.faults.catalogue import AnyFaultSpec
from migma_mock.messages.delivery import Delivery
from migma_mock.messages.reply import Reply, ReplyMaker

contract = load_contract(openapi_path())
make = ReplyMaker(contract)
NEWSLETTER = json.loads((fixtures_path() / "campaigns" / "newsletter.json").read_bytes())
SUCCESS = make.success(NEWSLETTER["stats"], "campaign newsletter")
NOT_FOUND = make.error(404, "NOT_FOUND", "Campaign not found.", "unknown id")


def changed(reply=SUCCESS, *, random_number=0.5, **document):
    spec = parse_fault(document, "test", contract)
    assert not isinstance(spec, list), spec
    return apply(spec, reply, contract, random_number=random_number)


def header(reply, name):
    [value] = [value for key, value in reply.headers if key == name]
    return value.decode()


def envelope(reply):
    """Return the parsed body, after a check of Content-Length."""
    assert header(reply, b"content-length") == str(len(reply.body))
    return json.loads(reply.body)


# The closed list in its three forms.


def test_list_union_and_table_have_the_same_faults_in_the_same_order():
    union = get_args(get_args(AnyFaultSpec)[0])
    assert list(get_args(FaultKind)) == list(FAULTS)
    assert list(FAULTS.values()) == list(union)


@pytest.mark.parametrize("kind", FAULTS)
def test_each_fault_is_described_and_its_example_works(kind):
    entry = FAULTS[kind]
    assert re.fullmatch(r"[A-Z].{20,110}\.", entry.sentence())
    assert re.search(r"httpx|Python|nothing|drop-field", entry.client_sees)
    assert entry.example["kind"] == kind
    assert changed(**entry.example) is not None


@pytest.mark.parametrize("kind", FAULTS)
def test_each_field_of_a_fault_is_described_and_the_schema_requires_the_kind(kind):
    schema = FAULTS[kind].model_json_schema()
    undescribed = [name for name, field in schema["properties"].items() if "description" not in field]
    assert undescribed == ["kind"]
    assert "kind" in schema["required"]
    assert schema["additionalProperties"] is False


@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_survives_json(kind):
    spec = parse_fault(FAULTS[kind].example, "test", contract)
    adapter = TypeAdapter(AnyFaultSpec)
    assert adapter.validate_json(adapter.dump_json(spec)) == spec


@pytest.mark.parametrize("kind", FAULTS)
def test_a_changed_reply_names_its_fault_and_what_it_was_before(kind):
    before = replace(SUCCESS, delay=0.25)
    after = changed(before, **FAULTS[kind].example)
    assert after.matched_by == f"fault {kind}, campaign newsletter"
    assert before == replace(SUCCESS, delay=0.25)


# Other replies.


def test_status_is_an_error_envelope_with_retry_after():
    reply = changed(kind="status", status=503, code="MAINTENANCE", message="Später 🦊", retryAfter=2)
    assert (reply.status, envelope(reply)) == (503, {"success": False, "error": "Später 🦊", "code": "MAINTENANCE"})
    assert reply.headers == (
        (b"content-type", b"application/json"),
        (b"content-length", str(len(reply.body)).encode()),
        (b"retry-after", b"2"),
        (b"x-mock-undocumented", b"503"),
    )


@pytest.mark.parametrize("status", range(400, 600))
def test_every_error_status_has_a_valid_envelope_and_a_header_if_it_is_undocumented(status):
    reply = changed(kind="status", status=status)
    body = envelope(reply)
    assert (reply.status, body["success"]) == (status, False)
    assert re.fullmatch(r"[A-Z][A-Z_]*", body["code"])
    assert contract.operation.error.violations(body) == []
    is_marked = (b"x-mock-undocumented", str(status).encode()) in reply.headers
    assert is_marked is (contract.operation.response(status) is None)


@pytest.mark.parametrize(("status", "code"), [(401, "UNAUTHORIZED"), (404, "NOT_FOUND"), (429, "RATE_LIMITED")])
def test_status_has_the_code_that_the_vendor_uses(status, code):
    assert envelope(changed(kind="status", status=status))["code"] == code


def test_html_is_a_page_of_a_proxy():
    reply = changed(kind="html")
    assert reply.status == 502
    assert reply.body == (
        b"<!doctype html><html><head><title>502 Bad Gateway</title></head>"
        b"<body><h1>502 Bad Gateway</h1></body></html>\n"
    )
    assert reply.headers == (
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-length", str(len(reply.body)).encode()),
        (b"x-mock-undocumented", b"502"),
    )


def test_html_with_a_documented_status_has_no_header_that_marks_it():
    assert [name for name, _ in changed(kind="html", status=200).headers] == [b"content-type", b"content-length"]


# Time.


def test_delay_adds_to_a_delay_and_changes_nothing_else():
    after = changed(replace(SUCCESS, delay=1.0), kind="delay", seconds=1.5)
    matched_by = "fault delay, campaign newsletter"
    assert after == replace(SUCCESS, delay=2.5, matched_by=matched_by)


@pytest.mark.parametrize(
    ("distribution", "random_number", "seconds"),
    [
        ({"uniform": [1, 3]}, 0.25, 1.5),
        ({"uniform": [2, 2]}, 0.9, 2),
        ({"exponential": 2}, 0.5, 1.3862943611),
        ({"lognormal": {"median": 0.4, "sigma": 1}}, 0.5, 0.4),
        ({"lognormal": {"median": 0.4, "sigma": 1}}, 0.8413447461, 0.4 * 2.7182818285),
        ({"lognormal": {"median": 60, "sigma": 5}}, 0.99, MAX_SECONDS),
        ({"exponential": 60}, 0.99, MAX_SECONDS),
    ],
)
def test_a_random_delay_is_a_quantile_of_its_distribution_and_at_most_a_minute(distribution, random_number, seconds):
    assert changed(kind="delay", distribution=distribution, random_number=random_number).delay == pytest.approx(seconds)


def test_a_fault_may_delay_as_long_as_a_preference():
    assert MAX_SECONDS == MAX_WAIT


@pytest.mark.parametrize("kind", ["timeout", "reset"])
def test_nothing_is_sent(kind):
    after = changed(kind=kind)
    assert after.delivery == Delivery("hang" if kind == "timeout" else "reset")
    assert after.delivery.schedule(after.body) == []


def test_drip_sends_the_whole_body_in_even_pieces():
    after = changed(kind="drip", seconds=3, pieces=6)
    pieces = after.delivery.schedule(after.body)
    assert b"".join(chunk.data for chunk in pieces) == after.body == SUCCESS.body
    assert [chunk.wait for chunk in pieces] == [0.5] * 6
    sizes = {len(chunk.data) for chunk in pieces}
    assert max(sizes) - min(sizes) <= 1


@given(body=st.binary(max_size=50), pieces=st.integers(1, 100), sent=st.none() | st.integers(0, 60))
def test_a_schedule_keeps_every_byte_and_the_total_time(body, pieces, sent):
    plan = Delivery("drip", sent, pieces, seconds=2.0).schedule(body)
    assert b"".join(chunk.data for chunk in plan) == body[:sent]
    assert sum(chunk.wait for chunk in plan) == pytest.approx(2.0)
    assert len(plan) <= pieces
    assert all(chunk.data for chunk in plan) or not body[:sent]


# Connection.


@pytest.mark.parametrize("kind", ["reset-mid-body", "truncate"])
@pytest.mark.parametrize(
    ("given_after", "sent"), [(None, len(SUCCESS.body) // 2), (0, 0), (20, 20), (10**6, len(SUCCESS.body) - 1)]
)
def test_a_part_of_the_body_is_sent_with_the_length_of_the_whole(kind, given_after, sent):
    after = changed(kind=kind, after=given_after)
    assert after.delivery == Delivery(kind, sent)
    assert [chunk.data for chunk in after.delivery.schedule(after.body)] == [SUCCESS.body[:sent]]
    assert after.headers == SUCCESS.headers


@pytest.mark.parametrize(("delta", "announced"), [(7, len(SUCCESS.body) + 7), (-7, len(SUCCESS.body) - 7), (-9999, 0)])
def test_wrong_content_length_differs_from_what_is_sent(delta, announced):
    after = changed(kind="wrong-content-length", delta=delta)
    assert header(after, b"content-length") == str(announced)
    assert [chunk.data for chunk in after.delivery.schedule(after.body)] == [SUCCESS.body]
    assert after.delivery.kind == "wrong-length"


# Bodies.


def test_wrong_content_type_changes_only_that_header():
    reply = changed(kind="wrong-content-type")
    assert reply.body == SUCCESS.body
    assert reply.headers == ((b"content-type", b"text/plain"), *SUCCESS.headers[1:])


def test_empty_body_keeps_status_and_content_type():
    reply = changed(kind="empty-body")
    assert (reply.status, reply.body) == (200, b"")
    assert reply.headers == (SUCCESS.headers[0], (b"content-length", b"0"))


def test_invalid_json_lacks_its_last_brace_and_has_a_correct_length():
    reply = changed(kind="invalid-json")
    assert reply.body == SUCCESS.body[:-1]
    assert header(reply, b"content-length") == str(len(reply.body))
    with pytest.raises(json.JSONDecodeError):
        json.loads(reply.body)


def test_faults_of_the_body_apply_to_errors_too():
    assert changed(NOT_FOUND, kind="invalid-json").body == NOT_FOUND.body[:-1]
    assert changed(NOT_FOUND, kind="truncate").delivery.kind == "truncate"


@pytest.mark.parametrize(
    "kind",
    ["drip", "reset-mid-body", "truncate", "wrong-content-length", "wrong-content-type", "empty-body", "invalid-json"],
)
def test_faults_of_the_body_do_not_apply_to_a_reply_without_one(kind):
    assert changed(Reply(204, (), b"", "options"), kind=kind) is None


def test_wrong_content_type_does_not_apply_if_the_reply_has_that_type_already():
    assert changed(kind="wrong-content-type", value="application/json") is None
