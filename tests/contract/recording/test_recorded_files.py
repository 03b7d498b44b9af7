"""The file of a recording has the response, where and when it came, and nothing that another response would lack."""

import json

import pytest

from migma_contract.exchange import Failure
from migma_contract.recording import Jitter, NotRecordedError
from migma_contract.redaction import Secret


def test_stats_are_recorded_with_time_and_origin(recording):
    assert recording.of(recording.stats()) == {
        "id": recording.id,
        "recorded": {"at": "2026-03-01T10:00:00Z", "origin": "https://api.migma.ai"},
        "stats": recording.fields,
    }


def test_an_error_keeps_the_headers_of_the_list_and_no_other(recording):
    body = {"success": False, "error": "Slow down."}
    headers = (
        *(("content-type", "application/json"), ("retry-after", "3"), ("retry-after", "9")),
        *(("set-cookie", "sid=1"), ("x-request-id", "r-1"), ("server", "nginx"), ("vary", "a\x01b")),
    )
    document = recording.of(recording.response(body, 429, headers=headers))
    assert document["reply"] == {"status": 429, "headers": {"Retry-After": "3"}, "body": body}
    assert document["undocumented"] is True


def test_a_response_without_a_body_is_recorded(recording):
    headers = [("location", "https://example.com/login?token=e3b0c44298fc1c14")]
    document = recording.of(recording.response(b"", 302, headers=headers))
    assert document["reply"] == {"status": 302, "headers": {"Location": "https://example.com/login?[redacted]"}}


def test_an_undocumented_field_is_kept_and_flagged(recording):
    document = recording.of(recording.stats(spamReports=4))
    assert document["stats"]["spamReports"] == 4
    assert document["undocumented"] is True


VIOLATIONS = {
    "a number as text": ({"openRate": "0.25"}, "/data/openRate: expected number"),
    "a count that is missing": ({"bounces": None}, "/data/bounces: expected integer"),
    "a rate that does not fit": ({"openRate": 0.9}, "/data/openRate: expected 0.25"),
    "percentages": ({"openRate": 25.0, "clickRate": 5.0}, "open-rate-inconsistent"),
    "counts that contradict each other": ({"uniqueClicks": 70}, "/data/uniqueClicks: expected uniqueClicks at most"),
    "a count that JavaScript rounds": ({"totalSent": 2**60}, "/data/totalSent: expected at most 9007199254740991"),
}


@pytest.mark.parametrize(("changes", "says"), VIOLATIONS.values(), ids=VIOLATIONS)
def test_what_breaks_the_contract_is_refused_unless_told_and_then_said_in_the_file(recording, changes, says):
    exchange = recording.stats(**changes)
    with pytest.raises(NotRecordedError, match="/data/") as refused:
        recording.of(exchange)
    assert refused.value.is_violation
    assert says in str(refused.value)
    document = recording.of(exchange, allow_violations=True)
    assert says in "; ".join(document["recorded"]["violations"])
    assert document.get("incoherent") or document["script"]["replies"][0]["fault"]["kind"] == "body"


def test_percentages_are_recorded_where_they_are_the_unit(recording, contract):
    from dataclasses import replace

    in_percent = replace(recording.recorder(), contract=replace(contract, rates="percent"))
    document = json.loads(in_percent.record(recording.stats(openRate=25.0, clickRate=5.0), recording.id).text)
    assert (document["rates"], document["stats"]["openRate"]) == ("percent", 25.0)


BODIES = {
    "a page": (b"<html>Sign in</html>", "text", "<html>Sign in</html>"),
    "a list": (b"[1]", "body", [1]),
    "a duplicate key": (b'{"success":true,"success":true}', "text", '{"success":true,"success":true}'),
    "bytes": (b"\xff\xfe", "binary", "//4="),
    "nothing": (b"", "contentType", "application/json"),
}


@pytest.mark.parametrize(("raw", "field", "value"), BODIES.values(), ids=BODIES)
def test_what_no_reply_can_have_becomes_a_fault_on_request(recording, raw, field, value):
    exchange = recording.response(raw)
    with pytest.raises(NotRecordedError):
        recording.of(exchange)
    (step,) = recording.of(exchange, allow_violations=True)["script"]["replies"]
    assert step["fault"][field] == value


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"body": b" " * 70_000}, "the body has more than 60 KiB"),
        ({"status": 999}, "the status 999"),
        ({"failure": Failure("reset", "the connection ended")}, "not complete: the connection ended"),
        ({"body": b'{"success":true,"data":{"x":' + b"[" * 63 + b"]" * 63 + b"}}"}, "its file would not be valid"),
        ({"body": b'{"success":true,"data":[' + b"[0]," * 14_000 + b"0]}"}, "its file would have more than 256 KiB"),
    ],
)
def test_what_no_file_can_have_is_refused_in_any_case(recording, change, says):
    given = {"body": b"{}", "status": 200, "failure": None, **change}
    exchange = recording.response(given["body"], given["status"], failure=given["failure"])
    with pytest.raises(NotRecordedError) as refused:
        recording.of(exchange, allow_violations=True)
    assert says in str(refused.value)
    assert not refused.value.is_violation


def test_counts_that_break_the_contract_are_not_written_unchanged_with_jitter(recording):
    with pytest.raises(NotRecordedError, match="--jitter needs numbers that keep the contract"):
        recording.of(recording.stats(openRate=0.9), allow_violations=True, jitter=Jitter(0.05, Secret("seed")))
