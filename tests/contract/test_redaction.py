"""Redaction of an API key in every spelling, in linear time."""

import base64
import html
import json
import string
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migma_contract import redaction
from migma_contract.redaction import REDACTED, Redactor, Secret, key_in

KEY = "mgma_sk_live_4zT9+/Lw8XbR2vN6sKd3F"
LETTERS = string.ascii_letters + string.digits
keys = st.text(LETTERS, min_size=16, max_size=80)
keys_with_symbols = st.tuples(st.text(LETTERS, min_size=8), st.text("_-.~+/=:@#$!?<>'\"")).flatmap(
    lambda parts: st.permutations("".join(parts)).map("".join)
)
junk = st.binary(max_size=40).map(lambda data: data.translate(None, b"%\\&"))  # an escape may not begin in it

SPELLINGS = {
    "plain": lambda text: text,
    "lower": str.lower,
    "upper": str.upper,
    "percent": lambda text: quote(text, safe=""),
    "percent of all": lambda text: "".join(f"%{ord(character):02X}" for character in text),
    "json": lambda text: json.dumps(text)[1:-1],
    "json of all": lambda text: "".join(f"\\u{ord(character):04x}" for character in text),
    "python of all": lambda text: "".join(f"\\x{ord(character):02x}" for character in text),
    "html": html.escape,
    "html of all": lambda text: "".join(f"&#{ord(character)};" for character in text),
    "html in hex": lambda text: "".join(f"&#x{ord(character):04X};" for character in text),
    "html without semicolons": lambda text: "".join(f"&#{ord(character)} " for character in text),
    "javascript of all": lambda text: "".join(f"\\u{{{ord(character):x}}}" for character in text),
    "old javascript of all": lambda text: "".join(f"%u{ord(character):04x}" for character in text),
    "hex": lambda text: text.encode().hex(),
    "hex in groups": lambda text: text.encode().hex(":").upper(),
    "utf-16": "\0".join,
    "percent twice": lambda text: quote(quote(text, safe=""), safe=""),
    "percent of all, twice": lambda text: "".join(f"%25{ord(character):02x}" for character in text),
    "json twice": lambda text: json.dumps(json.dumps(text)[1:-1])[1:-1],
    "json of all, twice": lambda text: "".join(f"\\\\u{ord(character):04x}" for character in text),
    "html twice": lambda text: html.escape(html.escape(text)),
    "html of all, twice": lambda text: "".join(f"&amp;#{ord(character)};" for character in text),
    "html in json": lambda text: json.dumps(html.escape(text))[1:-1],
    "json in a url": lambda text: quote(json.dumps(text), safe=""),
    **{
        f"separated by {separator!r}": separator.join
        for separator in ("-", "_", " ", ". ", "\n", "\u200b", '", "', "<b>", "\x1b[0m")
    },
    **{
        f"base64 at {offset}": lambda text, offset=offset: base64.b64encode(b"xy"[:offset] + text.encode()).decode()[
            -(-8 * offset // 6) : 8 * (offset + len(text)) // 6
        ]
        for offset in range(3)
    },
    "base64url": lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
}


@pytest.mark.attack("secrets-in-records")
@pytest.mark.parametrize("spelling", SPELLINGS)
@settings(max_examples=30)
@given(key=keys_with_symbols, before=junk, after=junk)
def test_a_key_is_redacted_in_every_spelling(spelling, key, before, after):
    written = SPELLINGS[spelling](key).encode()
    shown = Redactor(Secret(key)).data(before + written + after)
    assert written not in shown
    assert REDACTED.encode() in shown


@pytest.mark.attack("secrets-in-records")
@pytest.mark.parametrize("spelling", SPELLINGS)
@settings(max_examples=30)
@given(key=keys, ends=st.tuples(st.integers(0, 80), st.integers(0, 80)), before=junk, after=junk)
def test_half_of_a_key_is_redacted_in_every_spelling(spelling, key, ends, before, after):
    """At the end of a truncated response, for example. Shorter parts may stay."""
    spell, half = SPELLINGS[spelling], len(key) // 2
    begin = min(*ends, len(key) - half)
    part = key[begin : max(*ends, begin + half)]
    shown = Redactor(Secret(key)).data(before + spell(part).encode() + after).replace(REDACTED.encode(), b"")
    assert not [at for at in range(len(key) - half + 1) if spell(key[at : at + half]).encode() in shown]


@pytest.mark.attack("secrets-in-records")
@given(key=keys, before=st.binary(max_size=5), after=st.binary(max_size=5))
def test_a_key_within_base64_is_redacted(key, before, after):
    """Only characters that also depend on the neighbours of the key remain."""
    encoded = base64.b64encode(before + key.encode() + after)
    left = Redactor(Secret(key)).data(encoded).replace(REDACTED.encode(), b"")
    assert len(left) <= len(encoded) - (8 * len(key) - 10) // 6


@pytest.mark.attack("secrets-in-records")
@pytest.mark.parametrize("piece", [KEY[:-1], KEY[13:], KEY[13:27], KEY[-12:], KEY[:24], KEY[-18:]])
def test_a_shortened_key_in_an_error_message_is_redacted(piece):
    assert Redactor(Secret(KEY)).text(f"invalid: {piece} (…)") == f"invalid: {REDACTED} (…)"


PIECE = KEY[20:27]  # less than half of the secret part
HOSTILE = {
    "short pieces": PIECE.encode() * 90_000,
    "whole keys": f'"{KEY}", '.encode() * 17_500,
    "escapes": b"\\u0041" * 105_000,
    "beginnings of escapes": b"&#x000" * 105_000,
    "beginnings of tags": b"<span " * 105_000,
    "beginnings of escape sequences": b"\x1b[0;1" * 125_000,
    "beginnings of keys": b"mgma_sk_live_" * 48_000,
    "one letter and NUL bytes": b"a" + b"\0" * 630_000,
}


class CountingPattern:
    """A compiled pattern that notes the length of each text that it is applied to."""

    def __init__(self, pattern, lengths):
        self.pattern = pattern
        self.lengths = lengths

    def __getattr__(self, method):
        def counted(*arguments):
            self.lengths.append(len(arguments[-1]))
            return getattr(self.pattern, method)(*arguments)

        return counted


@pytest.mark.attack("hostile-bodies")
@pytest.mark.parametrize("hostile", HOSTILE)
def test_each_pattern_passes_over_a_large_body_at_most_twice(hostile, monkeypatch):
    """Escapes are decoded once, and once more in the result. A part of a key starts no further pass."""
    lengths: dict[str, list[int]] = {"_ESCAPE": [], "words": []}
    monkeypatch.setattr(redaction, "_ESCAPE", CountingPattern(redaction._ESCAPE, lengths["_ESCAPE"]))
    redaction._unescaped.cache_clear()
    redactor = Redactor(Secret(KEY))
    redactor._words = CountingPattern(redactor._words, lengths["words"])
    body = HOSTILE[hostile]
    shown = redactor.data(body)
    assert len(body) >= 600_000
    assert KEY.encode() not in shown
    assert all(sum(passed) <= 2 * len(body) + 100 for passed in lengths.values())  # and a few single escapes


def test_public_words_are_not_redacted_as_parts_of_a_key():
    redactor = Redactor(Secret("my-campaigns-key"), "/v1/campaigns/{id}/stats")
    assert redactor.text("/campaigns/my-campaigns-k") == "/campaigns/[redacted]"


@pytest.mark.attack("secrets-in-records")
def test_other_api_keys_are_redacted_too():
    assert "sk_test_abcdefgh12345" not in Redactor(None).text("leaked: sk_test_abcdefgh12345")


@pytest.mark.attack("secrets-in-records")
def test_a_short_key_is_redacted_only_as_a_whole_word():
    assert Redactor(Secret("data")).data(b'{"data": {"database": 1}}') == b'{"[redacted]": {"database": 1}}'
    assert Redactor(Secret("p@ss!")).data(b"key=p@ss!") == b"key=[redacted]"


@pytest.mark.attack("secrets-in-records")
def test_a_public_key_is_redacted_as_a_whole_word():
    assert Redactor(Secret("campaigns"), "campaigns").text("campaigns, subcampaigns") == "[redacted], subcampaigns"


def test_a_body_without_a_key_is_not_changed():
    body = json.dumps({"error": "Bearer mgma_sk_ is how keys begin"}).encode()
    assert Redactor(Secret(KEY)).data(body) == body


@pytest.mark.attack("secrets-in-records")
@pytest.mark.parametrize("key", ["ab%41cdefgh12", r"ab\ncd\u0041efgh"])
def test_a_key_that_looks_like_an_escape_is_redacted(key):
    assert Redactor(Secret(key)).text(f"invalid: {key}") == "invalid: [redacted]"


@pytest.mark.attack("secrets-in-records")
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


@pytest.mark.attack("secrets-in-errors")
def test_a_secret_has_no_text_in_its_repr():
    assert KEY not in f"{Secret(KEY)} {Secret(KEY)!r} {[Secret(KEY)]}"


@pytest.mark.attack("secrets-in-records")
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_repeated_key_is_found_in_every_spelling(spelling):
    body = f'{{"error": "{SPELLINGS[spelling](KEY)}"}}'.encode()
    assert key_in(Redactor(Secret(KEY)), [(b"X-Echo", b"k")], body) == ("body",)


@pytest.mark.attack("secrets-in-records")
def test_a_repeated_key_is_found_in_every_place():
    headers = [(b"X-Echo", KEY.encode()), (b"Set-Cookie", f"k={KEY}".encode()), (b"X-Echo", KEY.upper().encode())]
    assert key_in(Redactor(Secret(KEY)), headers, b"{}") == ("header x-echo", "header set-cookie")


@pytest.mark.parametrize(
    ("key", "body"), [(KEY, KEY[:-4]), (KEY, f"{KEY[:13]}****{KEY[-4:]}"), ("campaigns", "campaigns"), (None, KEY)]
)
def test_a_masked_key_or_an_ordinary_word_is_not_a_repeated_key(key, body):
    assert key_in(Redactor(Secret(key) if key else None), [], body.encode()) == ()
