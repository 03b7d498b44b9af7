"""RecordRedactor: each known key is removed in any encoding, with work that depends on the text alone."""

from string import ascii_letters, digits
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migma_contract.redaction import REDACTED, Secret
from migma_mock.accounts import record_redactor
from migma_mock.accounts.record_redactor import RecordRedactor

pytestmark = pytest.mark.attack("secrets-in-records")

keys = st.text(ascii_letters + digits + "_.~+/=-", min_size=8, max_size=40).filter(lambda key: len(set(key)) > 4)
around = st.text("/ab?&=%2.-", max_size=20)
encodings = st.sampled_from(
    [
        str,
        lambda text: quote(text, safe=""),
        lambda text: "".join(f"%{ord(each):02x}" for each in text),
        lambda text: "".join(f"%25{ord(each):02X}" for each in text),
    ]
)


def knowing(*texts, public=""):
    redactor = RecordRedactor(["X-Custom-Auth"], public)
    redactor.know(map(Secret, texts))
    return redactor


@given(known=st.lists(keys, min_size=1, max_size=5), encode=encodings, before=around, after=around, data=st.data())
def test_each_known_key_is_removed_between_other_texts(known, encode, before, after, data):
    written = encode(data.draw(st.sampled_from(known)))
    shown = knowing(*known).text(f"{before}{written}{after}")
    assert written not in shown.replace(REDACTED, "\0")
    assert REDACTED in shown


@given(text=st.text(max_size=80), known=st.lists(keys, max_size=3))
def test_a_text_without_a_key_is_not_changed(text, known):
    redactor = knowing(*known)
    if not any(key[:8] in text for key in known) and "%" not in text and "sk_" not in text:
        assert redactor.text(text) == text
    assert redactor.text(redactor.text(text)) == redactor.text(text)


@given(known=keys, length=st.integers(8, 200))
def test_a_key_that_was_cut_is_removed_up_to_where_it_was_cut(known, length):
    assert knowing(known).text(f"/v1 {known[:length]}, then") == f"/v1 {REDACTED}, then"


def test_of_keys_with_one_beginning_the_longest_is_removed():
    redactor = knowing("hunter2-one", "hunter2-one-two", "hunter2-one-two-three")
    assert redactor.text("a hunter2-one-two, b hunter2-one c") == f"a {REDACTED}, b {REDACTED} c"


def test_the_beginning_of_a_key_that_is_a_public_word_stays():
    redactor = knowing("campaigns-key-1", public="/v1/campaigns/{id}/stats")
    assert redactor.text("/v1/campaigns/a/stats") == "/v1/campaigns/a/stats"
    assert redactor.text("/v1/campaigns-key-1/stats") == f"/v1/{REDACTED}/stats"


def test_a_key_that_is_not_valid_any_more_is_still_removed():
    redactor = knowing("hunter2-before")
    redactor.know([Secret("hunter2-after")])
    assert redactor.text("hunter2-before hunter2-after") == f"{REDACTED} {REDACTED}"


def test_former_keys_are_bounded(monkeypatch):
    monkeypatch.setattr(record_redactor, "_FORMER", 3)
    redactor = knowing("key-number-0")
    for number in range(1, 10):
        redactor.know([Secret(f"key-number-{number}")])
    assert len(redactor._texts) == 4
    assert redactor.text("key-number-9, key-number-6") == f"{REDACTED}, {REDACTED}"


class Counted(frozenset):
    """A set that counts the look-ups in it."""

    lookups = 0

    def __contains__(self, item):
        Counted.lookups += 1
        return super().__contains__(item)


def lookups(redactor, text):
    index = redactor._index
    for name in ("_texts", "_starts", "_samples"):
        setattr(index, name, Counted(getattr(index, name)))
    Counted.lookups = 0
    redactor.text(text)
    return Counted.lookups


HOSTILE = {
    "paths": "/v1/campaigns/some-campaign/stats",
    "beginnings of keys": "hunter2-",
    "parts of keys": "ter2-num",
    "escapes": "%68%75%6e%74",
    "broken escapes": "%%2",
}


@pytest.mark.parametrize("piece", HOSTILE)
def test_twice_the_keys_need_no_more_look_ups_and_twice_the_text_no_more_than_twice(piece):
    few, many = (knowing(*(f"hunter2-number-{number}" for number in range(count))) for count in (1000, 2000))
    text = HOSTILE[piece] * 500
    once = lookups(few, text)
    assert once <= 2 * len(text)
    assert lookups(many, text) == once
    assert lookups(few, text * 2) <= 2 * once + 10


def test_the_keys_that_the_mock_makes_cost_nothing():
    """Those of the vendor's form are found by their form, so accounts that come and go build no index."""
    redactor = knowing("mgma_sk_test_0123456789abcdef")
    assert not redactor._index
    assert redactor.text("/mgma_sk_test_0123456789abcdef?x") == f"/{REDACTED}?x"


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        (b"a=1&api_key=abc&b=2", f"a=1&api_key={REDACTED}&b=2"),
        (b"API-Key=abc;b=2", f"API-Key={REDACTED};b=2"),
        (b"x-custom-auth=abc", f"x-custom-auth={REDACTED}"),
        (b"api%5fkey=abc", f"api%5fkey={REDACTED}"),
        (b"monkey=abc&keys=2&api_key&=x", "monkey=abc&keys=2&api_key&=x"),
    ],
)
def test_values_of_parameters_that_carry_keys_are_removed(query, shown):
    assert knowing().query(query) == shown


@pytest.mark.parametrize(
    ("header", "shown"),
    [
        ((b"x-custom-auth", b"abc"), REDACTED),
        ((b"X-CUSTOM-AUTH", b"Bearer abc"), f"Bearer {REDACTED}"),
        ((b"cookie", b"a=b"), REDACTED),
        ((b"x-mock-token", b"abc"), REDACTED),
        ((b"accept", b"*/*"), "*/*"),
    ],
)
def test_values_of_secret_headers_are_removed(header, shown):
    assert knowing().header(*header) == (header[0].decode(), shown)


@given(known=keys, times=st.integers(3, 12), starts=st.booleans())
def test_a_key_is_removed_however_often_it_is_encoded(known, times, starts):
    written = "".join(f"%{ord(each):02x}" for each in known)
    for _ in range(times - 1):
        written = written.replace("%", "%25") if starts else quote(written, safe="")
    redactor = knowing(known)
    shown = redactor.text(f"GET /v1/{written}/stats 404")
    assert shown == (f"GET /v1/{REDACTED}/stats 404" if times <= 8 else REDACTED)
    name = "api_key"
    for _ in range(times):
        name = "".join(f"%{ord(each):02x}" for each in name) if "%" not in name else name.replace("%", "%25")
    assert "unknown-to-all" not in redactor.query(f"a=1&{name}=unknown-to-all".encode())


def test_only_the_line_that_is_encoded_too_often_is_replaced():
    assert knowing("hunter2-hunter2").text("a\n%" + "25" * 20 + "41\nb\n") == f"a\n{REDACTED}\nb\n"


@given(known=keys)
def test_a_key_as_the_name_of_a_header_is_removed_in_lower_case(known):
    shown, _ = knowing(known).header(f"x-{known.lower()}".encode(), b"1")
    assert shown == f"x-{REDACTED}"
