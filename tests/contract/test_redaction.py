"""A key that comes back, in whatever spelling, is not shown."""

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


SPELLINGS = {
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


@pytest.mark.parametrize("spelling", SPELLINGS)
@settings(max_examples=40)
@given(key=keys, before=junk, after=junk)
def test_no_spelling_of_a_key_is_left(spelling, key, before, after):
    spelled = SPELLINGS[spelling](key)
    shown = Redactor(Secret(key)).body(before + spelled + after)
    assert spelled not in shown
    assert REDACTED.encode() in shown


@settings(max_examples=40)
@given(key=keys, before=st.binary(max_size=5), after=st.binary(max_size=5))
def test_base64_of_something_that_holds_the_key_does_not_give_it_away(key, before, after):
    encoded = base64.b64encode(before + key.encode() + after)
    shown = Redactor(Secret(key)).body(encoded)
    assert REDACTED.encode() in shown
    first, last = -(-len(before) // 3), (len(before) + len(key)) // 3  # the groups that hold nothing but key
    left = shown.replace(REDACTED.encode(), b"").replace(b" ", b"")
    assert len(left) <= len(encoded) - 4 * (last - first)


@settings(max_examples=40)
@given(key=keys, length=st.integers(4, 80))
def test_a_body_that_broke_off_within_the_key_does_not_end_with_it(key, length):
    beginning = key.encode()[:length]
    shown = Redactor(Secret(key)).body(b'{"error": "' + beginning, cut=True)
    assert not shown.endswith(beginning)
    assert shown.endswith((REDACTED.encode(), b" "))


@given(key=keys, start=st.integers(0, 72), length=st.integers(8, 80), before=junk, after=junk)
def test_no_piece_of_a_key_is_shown(key, start, length, before, after):
    """Six characters in a row of its secret part are enough to be taken out, and all that goes with them."""
    piece = key[start : start + length].encode()
    if len(key) > 8 and len(piece) >= 8:
        body = before + piece + after
        shown = Redactor(Secret(key)).body(body)
        assert piece not in shown
        assert len(shown) == len(body) or len(key) < len(REDACTED)


@pytest.mark.parametrize("piece", [KEY[:-1], KEY[13:], KEY[13:27], KEY[-8:], KEY[:20], KEY[-18:]])
def test_what_a_server_shows_of_a_key_is_not_shown(piece):
    shown = Redactor(Secret(KEY)).text(f"invalid: {piece} (…)")
    secret = KEY.removeprefix("mgma_sk_live_")
    assert not [at for at in range(len(secret) - 5) if secret[at : at + 6] in shown]


@settings(max_examples=40)
@given(key=keys, spelling=st.sampled_from(sorted(set(SPELLINGS) - {"html"})), cut=st.integers(1, 400))
def test_a_sentence_that_was_cut_within_a_key_in_whatever_spelling_does_not_give_it_away(key, spelling, cut):
    """As rules cut long values; up to five characters may be left."""
    spelled = SPELLINGS[spelling](key).decode()
    shown = Redactor(Secret(key)).text(f"got {spelled[:cut]}…").removeprefix("got ").removesuffix("…")
    left = shown.replace(REDACTED, "")
    assert len(left) <= 5 * -(-len(spelled) // len(key)) + 12


def test_words_that_anyone_may_read_are_no_pieces_of_a_key():
    redactor = Redactor(Secret("my-success-2026-01-31"), "success, 2026-01-31T09:30:00Z")
    assert redactor.text("success my-success 2026-01-31") == "success [redacted] [redacted]"


def test_a_body_keeps_its_length_so_that_its_content_length_stays_true():
    body = json.dumps({"error": f"no such key {KEY}"}).encode()
    assert len(Redactor(Secret(KEY)).body(body)) == len(body)


def test_the_keys_of_others_are_not_shown_either():
    assert "sk_test_abcdefgh12345" not in Redactor(None).text("leaked: sk_test_abcdefgh12345")


def test_a_short_key_is_replaced_as_a_word_only():
    assert Redactor(Secret("data")).body(b'{"data": {"database": 1}}') == b'{"[redacted]": {"database": 1}}'


def test_what_holds_no_key_stays_as_it_is():
    body = json.dumps({"error": "Bearer mgma_sk_ is how keys begin"}).encode()
    assert Redactor(Secret(KEY)).body(body, cut=True) == body


def test_secret_headers_keep_only_their_names():
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


def test_a_secret_does_not_show_itself():
    assert KEY not in f"{Secret(KEY)} {Secret(KEY)!r} {[Secret(KEY)]}"


def test_an_answer_that_repeats_the_key_is_known_by_every_spelling_and_place():
    finder = Redactor(Secret(KEY))
    headers = [(b"X-Echo", KEY.encode()), (b"Set-Cookie", f"k={KEY}".encode()), (b"X-Echo", KEY.upper().encode())]
    escaped = "".join(f"\\u{ord(each):04x}" for each in KEY).encode()
    assert key_in(finder, headers, b'{"error": "' + escaped + b'"}') == ("header x-echo", "header set-cookie", "body")
    assert key_in(finder, [(b"X-Echo", b"k")], base64.b64encode(KEY.encode())) == ("body",)


@pytest.mark.parametrize(
    ("key", "body"), [(KEY, KEY[:-4]), (KEY, f"{KEY[:13]}****{KEY[-4:]}"), ("campaigns", "campaigns"), (None, KEY)]
)
def test_a_masked_key_and_a_mere_word_are_no_echo(key, body):
    assert key_in(Redactor(Secret(key) if key else None), [], body.encode()) == ()
