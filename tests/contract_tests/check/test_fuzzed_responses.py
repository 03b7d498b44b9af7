"""Decoder, head, JSON and redaction take whatever bytes come: bounded output, no exception, and never the key."""

import base64
import gzip
import json
import zlib
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from migma_contract.content_encoding import DecodingError, decode
from migma_contract.exchange import _parse_body
from migma_contract.json_cut import MAX_VALUES
from migma_contract.redaction import Redactor, Secret
from migma_contract.strict_json import parse
from migma_contract_tests.client.response_head import ResponseHead

pytestmark = [pytest.mark.usefixtures("unmeasured"), pytest.mark.attack("hostile-bodies")]

KEY = "mgma_sk_live_4zT9qLw8XbR2vN6sKd3F"
REDACTOR, FINDER = Redactor(Secret(KEY)), Redactor(Secret(KEY))
LIMIT = 4096
SHORT, LONG = 60, 4000

SPELLINGS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "other case": str.swapcase,
    "percent": lambda key: "".join(f"%{ord(one):02x}" for one in key),
    "percent twice": lambda key: quote("".join(f"%{ord(one):02X}" for one in key)),
    "JSON escapes": lambda key: "".join(f"\\u{ord(one):04x}" for one in key),
    "HTML escapes": lambda key: "".join(f"&#{ord(one)};" for one in key),
    "hexadecimal": lambda key: key.encode().hex(),
    "base64": lambda key: base64.b64encode(key.encode()).decode(),
    "base64url": lambda key: base64.urlsafe_b64encode(b"a:" + key.encode()).decode(),
    "spaced": " ".join,
    "hyphenated": "-".join,
    "NULs": "\0".join,
}
PIECES = st.one_of(
    st.binary(max_size=30),
    st.sampled_from([b"%", b"\\u00", b"&#", b"\0" * 40, b"sk_live_", b"mgma_sk_live_", b'{"a":', b"[", b'"', b"\r\n"]),
    st.integers(0, len(KEY) - 1).flatmap(lambda at: st.just(KEY[at:].encode())),
    st.integers(1, len(KEY)).flatmap(lambda end: st.just(KEY[:end].encode())),
)
BODIES = st.lists(PIECES, max_size=12).map(b"".join)
CODINGS = st.lists(st.sampled_from(["gzip", "deflate", "x-gzip", "identity", "br", ""]), max_size=3).map(",".join)


def fuzzed(*strategies):
    """Run a property on a sample of inputs, and on many under the marker ``long``."""

    def decorate(check):
        def case(count):
            slow = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
            settings(max_examples=count, suppress_health_check=slow)(given(*strategies)(check))()

        case.__name__, case.__doc__ = check.__name__, check.__doc__
        return pytest.mark.parametrize("count", [SHORT, pytest.param(LONG, marks=pytest.mark.long)])(case)

    return decorate


def corrupted(packed: bytes, at: int, byte: int) -> bytes:
    at %= len(packed) + 1
    return packed[:at] + bytes([byte]) + packed[at + 1 :]


@fuzzed(BODIES, st.sampled_from(["gzip", "deflate", "none"]), st.integers(0, 400), st.integers(0, 255), CODINGS)
def test_decoding_ends_with_the_body_or_an_error_and_never_with_more_than_the_limit(body, how, at, byte, codings):
    packed = {"gzip": gzip.compress, "deflate": zlib.compress, "none": bytes}[how](body * 300)
    for data in (packed, corrupted(packed, at, byte), packed[:at], packed * 2):
        try:
            decoded = decode(data, codings, LIMIT)
        except DecodingError as error:
            decoded = error.partial
        is_coded = any(name not in ("", "identity") for name in codings.split(","))
        assert len(decoded) <= LIMIT if is_coded and data else decoded is data


@fuzzed(BODIES)
def test_what_was_compressed_is_decoded_to_itself(body):
    assert decode(gzip.compress(body), "gzip", len(body)) == body
    assert decode(zlib.compress(body), "deflate", len(body)) == body
    assert decode(zlib.compress(body)[2:-4], "deflate", len(body)) == body


@fuzzed(BODIES, st.lists(st.integers(1, 50), min_size=1, max_size=8))
def test_a_head_is_the_same_in_whatever_pieces_it_comes(body, sizes):
    data = b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nX: " + body + b"\r\n\r\n{}"
    heads = [ResponseHead(), ResponseHead()]
    heads[0].add(data)
    at, number = 0, 0
    while at < len(data):
        heads[1].add(data[at : at + sizes[number % len(sizes)]])
        at, number = at + sizes[number % len(sizes)], number + 1
    taken = [head.take() for head in heads]
    assert taken[0] == taken[1]
    assert len(taken[0]) <= len(data)


@fuzzed(BODIES)
def test_any_bytes_are_parsed_into_a_bounded_value_or_into_defects(body):
    parsed = _parse_body(body)
    assert parsed.readable or parsed.defects
    assert len(parsed.defects) <= MAX_VALUES + 10
    try:
        expected = json.loads(body)
    except (ValueError, RecursionError):
        return
    if parse(body).readable and not parsed.defects:
        assert parsed.value == expected


@fuzzed(st.sampled_from(list(SPELLINGS)), BODIES, BODIES)
def test_no_spelling_of_the_key_survives_and_a_second_redaction_changes_nothing(name, before, after):
    spelled = SPELLINGS[name](KEY).encode()
    shown = REDACTOR.data(before + b"|" + spelled + b"|" + after)
    assert spelled.lower() not in shown.lower()
    assert KEY.encode() not in shown
    assert not FINDER.finds_key(shown)
    assert REDACTOR.data(shown) == shown


@fuzzed(BODIES)
def test_what_has_nothing_of_the_key_stays_as_it_is(body):
    clean = bytes(byte for byte in body if byte not in KEY.encode() + b"%\\&")
    assert REDACTOR.data(clean) == clean
