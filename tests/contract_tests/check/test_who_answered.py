"""The clause on a response that is not the API's, from text that the server chose."""

import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migma_contract.exchange import Exchange, Failure
from migma_contract_tests.check.who_answered import answered_in_place, redirect_target


def response(body=b"", status=200, failure=None, **headers):
    return Exchange(
        purpose="campaign",
        method="GET",
        url="http://localhost/v1/campaigns/1/stats",
        campaign_id="1",
        request_headers=(),
        started=datetime(2026, 1, 31, 10, 0, tzinfo=UTC),
        elapsed=0.01,
        status=status,
        headers=tuple(headers.items()),
        body=body,
        failure=failure,
    )


@pytest.mark.parametrize(
    ("answered", "said"),
    [
        (response(b"<!doctype html><title>Log in</title>"), "an HTML page, titled “Log in”,"),
        (response(b"<html><TITLE>\n Log\n in </TITLE>", server="nginx"), "an HTML page from nginx, titled “Log in”,"),
        (response(b"<html><body>no title", via="1.1 varnish"), "an HTML page from 1.1 varnish"),
        (
            response(b"<Error><Code>NoSuchKey</Code>"),
            "an XML document (“<Error><Code>NoSuchKey</Code>”)",
        ),
        (
            response(
                b'{"type": "https://gateway.example.com/problems/401", "title": "Unauthorized", "detail": "No token."}',
                401,
            ),
            "JSON of another API (“Unauthorized: No token.”)",
        ),
        (response(b'{"message": "Forbidden"}'), 'JSON of another API (“{"message": "Forbidden"}”)'),
        (response(b"404 page not found\n", server=""), "a text (“404 page not found”)"),
        (response(b" \r\n"), "an empty response"),
        (response(b"x" * 100), f"a text (“{'x' * 59}…”)"),
        (response(failure=Failure("protocol", "SSH-2.0")), "a response that is not HTTP (SSH-2.0)"),
        (
            response(failure=Failure("encoding", "the content coding 'br'")),
            "a response that is unreadable (the content",
        ),
    ],
)
def test_a_response_is_described_by_its_kind_server_and_title(answered, said):
    assert answered_in_place(answered).startswith(said)
    assert answered_in_place(answered).endswith(" answered in place of the API")


@given(st.text(), st.text(), st.text())
def test_the_clause_is_one_short_line_without_invisible_characters(title, server, location):
    page = response(f"<html><title>{title}</title>".encode("utf-8", "replace"), server=server, location=location)
    for shown in (answered_in_place(page), redirect_target(page)):
        assert not [char for char in shown if unicodedata.category(char)[0] == "C" or char in "\u2028\u2029"]
        assert len(shown) < 400
