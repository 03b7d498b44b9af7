"""Prefer, as users of Prism know it, and the metadata of the vendor's introduction."""

import json
import re
import time
from urllib.parse import quote

import pytest
from sample_campaign import STATS

from migma_contract.openapi import parse_contract
from migma_mock import create_app
from migma_mock.engine.prefer import MAX_WAIT
from migma_mock.generation import Generator
from migma_mock.messages.reply import Reply, encode, with_metadata
from migma_mock.messages.request import Request


def announced(reply):
    return int(dict(reply.headers)[b"content-length"])


def code(answer):
    return json.loads(answer.body)["code"]


@pytest.mark.parametrize("status", [200, 401, 403, 404, 405, 429, 500, 503])
def test_prefer_code_gives_a_reply_of_that_status(stats, path, status):
    answer = stats(path, prefer=f"code={status}")
    assert (answer.status, answer.headers["preference-applied"]) == (status, f"code={status}")


def test_the_first_of_two_preferences_with_one_name_counts(stats, path):
    """As RFC 7240, section 2 has it."""
    assert stats(path, prefer="code=404, code=503").status == 404


def test_prefer_code_finds_another_campaign_where_this_one_has_no_such_status(stats, stats_path):
    assert stats(stats_path("nobody"), prefer="code=200").status == 200


def test_prefer_example_answers_for_that_campaign(fixed_campaigns, stats, stats_path):
    for campaign in fixed_campaigns:
        answer = stats(stats_path("nobody"), prefer=f'example="{campaign.id}"')
        assert answer.body == campaign.reply.body
        assert answer.headers["preference-applied"] == f"example={campaign.id}"


def test_prefer_dynamic_draws_for_any_campaign_or_none(stats, path, stats_path):
    drawn = stats(stats_path("nobody"), prefer="dynamic=true")
    assert drawn.status == 200
    assert stats(path, prefer="dynamic=true").body not in (drawn.body, stats(path).body)
    generating = create_app(reload=False, unknown_id="generate")
    assert stats(stats_path("nobody"), of=generating, prefer="dynamic=false").status == 404


def test_prefer_dynamic_and_code_go_together_as_in_prism(stats, path):
    """``code=200, dynamic=true`` asks for a generated success, ``code=404, dynamic=true`` for a 404."""
    assert stats(path, prefer="code=200, dynamic=true").body == stats(path, prefer="dynamic=true").body
    assert stats(path, prefer="code=404, dynamic=true").status == 404


def test_prefer_code_is_the_same_before_and_after_anything_was_drawn(stats, stats_path):
    fresh = create_app(reload=False, unknown_id="generate")
    first = stats(stats_path("abc"), of=fresh, prefer="code=200")
    assert first == stats(stats_path("abc"), of=fresh, prefer="code=200")
    assert first.body == stats(stats_path("abc"), of=fresh).body


@pytest.mark.parametrize("profile", ["realistic", "schema"])
def test_prefer_dynamic_where_nothing_can_be_drawn_is_a_500_that_says_why(profile, document, stats, monkeypatch):
    """Each time it is asked for: before anything was drawn, and after."""
    success = document["paths"]["/v1/campaigns/{id}/stats"]["get"]["responses"]["200"]["content"]["application/json"]
    success["schema"] = {"allOf": [success["schema"], {"not": {"required": ["success"]}}]}
    narrow = parse_contract(json.dumps(document).encode(), source="narrow.json")
    monkeypatch.setattr(
        "migma_mock.contract_parts.Generator", lambda _contract, **options: Generator(narrow, **options)
    )
    mock = create_app(reload=False, profile=profile)
    for _ in range(2):
        answer = stats(of=mock, prefer="dynamic=true")
        assert (answer.status, code(answer)) == (500, "INTERNAL_ERROR")
        assert "narrow.json" in json.loads(answer.body)["error"]


def test_prefer_wait_delays_the_answer(stats, path):
    started = time.monotonic()
    answer = stats(path, prefer="wait=0.05")
    assert time.monotonic() - started >= 0.05
    assert (answer.status, answer.headers["preference-applied"]) == (200, "wait=0.05")
    # A second one in another event loop, as test clients make them.
    assert stats(path, prefer="wait=0.01").status == 200


def test_preferences_may_come_in_one_line_or_several(app, ask, path, bearer):
    lines = [(b"prefer", b"wait=0"), (b"prefer", b"code=503"), (b"authorization", bearer.encode())]
    one_line = ask(app, path, authorization=bearer, prefer="wait=0, code=503")
    assert ask(app, path, raw_headers=lines) == one_line
    assert (one_line.status, one_line.headers["preference-applied"]) == (503, "code=503, wait=0")


@pytest.mark.parametrize("prefer", ["", "respond-async", "return=minimal; foo=bar", "handling=lenient,,,", "=;,"])
def test_other_preferences_are_ignored(stats, path, prefer):
    assert stats(path, prefer=prefer) == stats(path)


@pytest.mark.parametrize(
    ("prefer", "message"),
    [
        *((f"code={value}", "an HTTP status from 200 to 599") for value in ("", "x", "99", "100", "600", "2e2", "²00")),
        ("code", "an HTTP status from 200 to 599"),
        ("code=418", "no reply here. The choices are 200, 401, 403, 404, 405, 429, 500, 503"),
        *((f"dynamic={value}", "true or false") for value in ("", "yes", "1")),
        *((f"wait={value}", f"from 0 to {MAX_WAIT:g}") for value in ("", "x", "-1", "61", "nan", "inf", "1e9", "0x1")),
        *((f"example={value}", "takes the id of a campaign") for value in ("", "nobody", "../keys", "é" * 300)),
    ],
)
def test_an_impossible_preference_gets_a_clear_error(stats, path, prefer, message):
    answer = stats(path, prefer=prefer)
    assert (answer.status, code(answer)) == (400, "INVALID_PREFERENCE")
    error = json.loads(answer.body)["error"]
    assert error.startswith(f"Prefer: {prefer.split('=')[0]}=")
    assert message in error
    assert len(error) < 300


def test_preferences_need_a_key(app, ask, path):
    assert ask(app, path, prefer="code=200").status == 401


# --- metadata


def test_metadata_is_added_where_it_is_asked_for(ask, stats, path, stats_path, bearer):
    mock = create_app(reload=False, metadata=True)
    seen = set()
    for target, headers in ((path, {}), (stats_path("nobody"), {}), (path, {"authorization": ""}), ("/no", {})):
        plain, answer = stats(target, **headers), stats(target, of=mock, **headers)
        metadata = json.loads(answer.body).pop("metadata")
        assert {**json.loads(plain.body), "metadata": metadata} == json.loads(answer.body)
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", metadata["timestamp"])
        assert re.fullmatch(r"req_[0-9a-f]{12}", metadata["requestId"])
        seen.add(metadata["requestId"])
    assert len(seen) == 4
    head = ask(mock, path, "HEAD", authorization=bearer)
    assert head.headers["content-length"] == stats(path, of=mock).headers["content-length"]
    assert ask(mock, path, "OPTIONS").body == b""


@pytest.mark.parametrize("body", [{}, {"data": {"metadata": 1}}, {"error": "metadata"}])
def test_metadata_goes_into_a_body_of_any_size(body):
    """A contract whose error envelope requires nothing admits an empty one."""
    bare = encode(body)
    reply = Reply(404, ((b"content-length", str(len(bare)).encode()),), bare, "a test")
    sent = with_metadata(reply, "now", "req_1")
    assert json.loads(sent.body) == {**body, "metadata": {"timestamp": "now", "requestId": "req_1"}}
    assert sent.headers == ((b"content-length", str(len(sent.body)).encode()),)


@pytest.mark.parametrize(
    ("fault", "is_spoilt"),
    [
        ({"kind": "wrong-content-length", "delta": 3}, lambda reply: announced(reply) == len(reply.body) + 3),
        ({"kind": "invalid-json"}, lambda reply: reply.body.count(b"{") == reply.body.count(b"}") + 1),
    ],
)
def test_the_fault_of_a_script_spoils_the_envelope_with_its_metadata(tmp_path, fault, is_spoilt):
    script = {"replies": [{"stats": STATS, "fault": fault}]}
    file = {"id": "scripted", "title": "T", "description": "D", "script": script}
    (tmp_path / "campaigns").mkdir()
    (tmp_path / "campaigns" / "scripted.json").write_text(json.dumps(file))
    app = create_app(fixtures=tmp_path, metadata=True, reload=False)
    headers = [(b"authorization", f"Bearer {app.state.mock.example_key}".encode())]
    reply = app.state.mock.engine.answer(Request("GET", b"/v1/campaigns/scripted/stats", headers))
    assert b'"metadata"' in reply.body
    assert is_spoilt(reply)


@pytest.mark.parametrize("id_", ["two words", "a,b", "a/b", "é", "50%"])
def test_prefer_example_takes_any_id_percent_encoded(tmp_path, ask, stats_path, id_):
    """An id with a comma could not be written."""
    (tmp_path / "one.json").write_text(json.dumps({"id": id_, "undocumented": True, "reply": TEAPOT}))
    app = create_app(fixtures=tmp_path, reload=False)
    key = app.state.mock.example_key
    answer = ask(app, stats_path("nobody"), authorization=f"Bearer {key}", prefer=f"example={quote(id_, safe='')}")
    assert answer.status == 418


TEAPOT = {"status": 418, "body": {"success": False, "error": "E"}}
