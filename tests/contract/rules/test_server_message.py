"""The message of a response that refuses or fails: where APIs and gateways put it, and that it is short and clean."""

import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migma_contract.exchange import Exchange, Failure
from migma_contract.rules.analysis.server_message import server_message


def response(status, body, **changes):
    data = body.encode() if isinstance(body, str) else body
    started = datetime(2026, 11, 24, tzinfo=UTC)
    members = {"purpose": "campaign", "method": "GET", "url": "https://api.migma.ai/", "campaign_id": "c"}
    members |= {"request_headers": (), "started": started, "elapsed": 0.1, "status": status, "body": data}
    return Exchange(**members | changes)


@pytest.mark.parametrize(
    ("status", "body", "message"),
    [
        (401, '{"success": false, "error": "API key expired on 2026-01-31"}', "API key expired on 2026-01-31"),
        (200, '{"success": false, "error": "Campaign has not been sent yet"}', "Campaign has not been sent yet"),
        (404, '{"success": false, "Error": "Gone"}', "Gone"),
        (403, '{"type": "about:blank", "title": "Forbidden", "detail": "No email:read"}', "Forbidden: No email:read"),
        (401, '{"error": "invalid_token", "error_description": "It expired"}', "invalid_token: It expired"),
        (
            400,
            '{"statusCode": 400, "message": ["id is not valid"], "error": "Bad Request"}',
            "Bad Request: id is not valid",
        ),
        (401, '{"message": "Unauthorized", "error": "Unauthorized"}', "Unauthorized"),
        (500, '{"error": {"code": 13, "message": "Internal"}}', "Internal"),
        (400, '{"errors": [{"title": "Bad id", "detail": "Too short"}, {"title": "Other"}]}', "Bad id: Too short"),
        (401, '{"fault": {"faultstring": "Invalid ApiKey"}}', "Invalid ApiKey"),
        (401, '"Unauthorized"', "Unauthorized"),
        (503, "no healthy upstream\n", "no healthy upstream"),
        (502, "<html><head><title>502 Bad Gateway</title></head><body><h1>nginx", "502 Bad Gateway"),
        (200, '<!doctype html><title id="t">\n Sign in &amp; continue\n</title>', "Sign in & continue"),
        (503, "<html><title></title><h1>Maintenance</h1>", "Maintenance"),
        (403, "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>", "Access Denied"),
        (403, "<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>", "AccessDenied"),
    ],
)
def test_a_message_is_found_where_servers_put_it(status, body, message):
    assert server_message(response(status, body)) == message


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, '{"success": true, "error": "partial", "message": "ok"}'),
        (200, ""),
        (204, ""),
        (200, "[1]"),
        (404, "{}"),
        (404, '{"error": null}'),
        (404, '{"error": 5}'),
        (404, ""),
        (500, b"\x00\x01\xff"),
        (200, ')]}\', {"success": true, "data": {}}'),
        (500, '{"success": fal'),
        (502, "<html><body>no title</body></html>"),
    ],
)
def test_a_success_and_a_response_without_words_have_no_message(status, body):
    assert server_message(response(status, body)) == ""


def test_a_challenge_is_the_message_of_a_401_without_a_body():
    header = ("www-authenticate", 'Bearer error="invalid_token", error_description="The token expired"')
    assert server_message(response(401, "", headers=(header,))) == "The token expired"


def test_a_response_that_broke_off_has_no_message():
    broken = response(500, '{"error": "a"}', failure=Failure("reset", "the connection ended"))
    assert server_message(broken) == ""


@pytest.mark.attack("control-characters")
@given(st.sampled_from(['{"error": %s}', "<title>%s</title>", "%s"]), st.text(max_size=3000))
def test_any_message_is_short_and_has_no_invisible_character(form, text):
    shown = server_message(response(500, (form % text).encode("utf-8", "replace")))
    assert len(shown) <= 200
    assert not [char for char in shown if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}]


@pytest.mark.attack("hostile-bodies")
@pytest.mark.parametrize("piece", ["<title", "<title ", "<title> ", "<h1 <", '{"error":', '{"a":[', "<title>&amp;"])
def test_a_page_made_to_be_slow_is_searched_in_linear_time(piece):
    assert len(server_message(response(500, piece * (500_000 // len(piece))))) <= 200


@pytest.mark.attack("control-characters")
def test_escape_sequences_of_a_terminal_are_removed():
    assert server_message(response(500, '{"error": "\\u001b[31mred\\u001b[0m\\u202e\\u0007 text"}')) == "red text"
