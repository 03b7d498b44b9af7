"""Redaction of an API key in every form."""

import base64
import html
import json
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migma_contract.redaction import REDACTED, Redactor, Secret, key_in

KEY = "mgma_sk_live_4zT9+/Lw8XbR2vN6sKd3F"
keys = st.lists(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=8, max_size=80, unique=True).map(
    "".join
)
junk = st.binary(max_size=40)


def percent(text):
    return "".join(f"%{ord(character):02X}" for character in text)


FORMS = {
    "plain": lambda key: key.encode(),
    "lower": lambda key: key.lower().encode(),
    "percent": lambda key: quote(key, safe="").encode(),
    "percent of all": lambda key: percent(key).encode(),
    "json": lambda key: json.dumps(key)[1:-1].encode(),
    "json of all": lambda key: "".join(f"\\u{ord(character):04x}" for character in key).encode(),
    "html": lambda key: html.escape(key).encode() if not set(key) & set("<>&\"'") else key.encode(),
    "html of all": lambda key: "".join(f"&#{ord(character)};" for character in key).encode(),
    "hex": lambda key: key.encode().hex().encode(),
    "utf-16": lambda key: key.encode("utf-16-le"),
}


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=40)
@given(key=keys, before=junk, after=junk)
def test_a_key_is_redacted_in_every_form(form, key, before, after):
    written = FORMS[form](key)
    shown = Redactor(Secret(key)).body(before + written + after)
    assert written not in shown
    assert REDACTED.encode() in shown


@settings(max_examples=40)
@given(key=keys, before=st.binary(max_size=5), after=st.binary(max_size=5))
def test_a_key_within_base64_is_redacted(key, before, after):
    encoded = base64.b64encode(before + key.encode() + after)
    shown = Redactor(Secret(key)).body(encoded)
    assert REDACTED.encode() in shown
    first, last = -(-len(before) // 3), (len(before) + len(key)) // 3  # the groups that contain only the key
    left = shown.replace(REDACTED.encode(), b"").replace(b" ", b"")
    assert len(left) <= len(encoded) - 4 * (last - first)


@settings(max_examples=40)
@given(key=keys, length=st.integers(4, 80))
def test_the_beginning_of_a_key_at_the_end_of_a_truncated_body_is_redacted(key, length):
    beginning = key.encode()[:length]
    shown = Redactor(Secret(key)).body(b'{"error": "' + beginning, cut=True)
    assert not shown.endswith(beginning)
    assert shown.endswith((REDACTED.encode(), b" "))


@given(key=keys, start=st.integers(0, 72), length=st.integers(8, 80), before=junk, after=junk)
def test_a_part_of_a_key_is_redacted(key, start, length, before, after):
    """Six consecutive characters of its secret part are enough."""
    piece = key[start : start + length].encode()
    if len(key) > 8 and len(piece) >= 8:
        body = before + piece + after
        shown = Redactor(Secret(key)).body(body)
        assert piece not in shown
        assert len(shown) == len(body) or len(key) < len(REDACTED)


@pytest.mark.parametrize("piece", [KEY[:-1], KEY[13:], KEY[13:27], KEY[-8:], KEY[:20], KEY[-18:]])
def test_a_shortened_key_in_an_error_message_is_redacted(piece):
    shown = Redactor(Secret(KEY)).text(f"invalid: {piece} (…)")
    secret = KEY.removeprefix("mgma_sk_live_")
    assert not [at for at in range(len(secret) - 5) if secret[at : at + 6] in shown]


@settings(max_examples=40)
@given(key=keys, form=st.sampled_from(sorted(set(FORMS) - {"html"})), cut=st.integers(1, 400))
def test_a_truncated_text_within_a_key_is_redacted(key, form, cut):
    """Rules truncate long values; up to five characters may remain."""
    written = FORMS[form](key).decode()
    shown = Redactor(Secret(key)).text(f"got {written[:cut]}…").removeprefix("got ").removesuffix("…")
    left = shown.replace(REDACTED, "")
    assert len(left) <= 5 * -(-len(written) // len(key)) + 12


def test_public_words_are_not_redacted_as_parts_of_a_key():
    redactor = Redactor(Secret("my-success-2026-01-31"), "success, 2026-01-31T09:30:00Z")
    assert redactor.text("success my-success 2026-01-31") == "success [redacted] [redacted]"


def test_a_redacted_body_keeps_its_length():
    body = json.dumps({"error": f"no such key {KEY}"}).encode()
    assert len(Redactor(Secret(KEY)).body(body)) == len(body)


def test_other_api_keys_are_redacted_too():
    assert "sk_test_abcdefgh12345" not in Redactor(None).text("leaked: sk_test_abcdefgh12345")


def test_a_short_key_is_redacted_only_as_a_whole_word():
    assert Redactor(Secret("data")).body(b'{"data": {"database": 1}}') == b'{"[redacted]": {"database": 1}}'


def test_a_body_without_a_key_is_not_changed():
    body = json.dumps({"error": "Bearer mgma_sk_ is how keys begin"}).encode()
    assert Redactor(Secret(KEY)).body(body, cut=True) == body


def test_the_values_of_secret_headers_are_redacted():
    raw = [
        (b"Set-Cookie", b"session=abc123; Path=/; HttpOnly"),
        (b"Authorization", b"Bearer something"),
        (b"X-API-Key", b"something"),
        (b"X-Echo", KEY.encode()),
        (b"Content-Type", b"application/json"),
    ]
    assert Redactor(Secret(KEY)).headers(raw) == (
        ("set-cookie", "session=[redacted]"),
        ("authorization", "Bearer [redacted]"),
        ("x-api-key", "[redacted]"),
        ("x-echo", "[redacted]"),
        ("content-type", "application/json"),
    )


def test_a_secret_has_no_text_in_its_repr():
    assert KEY not in f"{Secret(KEY)} {Secret(KEY)!r} {[Secret(KEY)]}"


def test_a_repeated_key_is_found_in_every_form_and_place():
    finder = Redactor(Secret(KEY))
    headers = [(b"X-Echo", KEY.encode()), (b"Set-Cookie", f"k={KEY}".encode()), (b"X-Echo", KEY.upper().encode())]
    escaped = "".join(f"\\u{ord(each):04x}" for each in KEY).encode()
    assert key_in(finder, headers, b'{"error": "' + escaped + b'"}') == ("header x-echo", "header set-cookie", "body")
    assert key_in(finder, [(b"X-Echo", b"k")], base64.b64encode(KEY.encode())) == ("body",)


@pytest.mark.parametrize(
    ("key", "body"), [(KEY, KEY[:-4]), (KEY, f"{KEY[:13]}****{KEY[-4:]}"), ("campaigns", "campaigns"), (None, KEY)]
)
def test_a_masked_key_or_an_ordinary_word_is_not_a_repeated_key(key, body):
    assert key_in(Redactor(Secret(key) if key else None), [], body.encode()) == ()
