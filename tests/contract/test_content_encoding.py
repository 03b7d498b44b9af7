"""Content-Encoding is decoded up to a limit."""

import gzip
import tracemalloc
import zlib
from contextlib import suppress
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migma_contract import content_encoding
from migma_contract.content_encoding import DecodingError, decode

LIMIT = 10_000


def raw_deflate(body):
    engine = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return engine.compress(body) + engine.flush()


@given(body=st.binary(min_size=1, max_size=LIMIT))
@pytest.mark.parametrize(
    ("coding", "encode"),
    [
        ("gzip", gzip.compress),
        ("X-GZIP", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", raw_deflate),
        ("deflate, gzip", lambda body: gzip.compress(zlib.compress(body))),
        ("gzip", lambda body: gzip.compress(body[:5]) + gzip.compress(body[5:])),
        ("gzip", lambda body: gzip.compress(body) + b"\0\0 trailing"),
        ("identity", bytes),
        ("", bytes),
    ],
)
def test_an_encoded_body_is_decoded(coding, encode, body):
    assert decode(encode(body), coding, LIMIT) == body


@pytest.mark.attack("hostile-bodies")
@given(body=st.binary(max_size=200), coding=st.sampled_from(["gzip", "deflate", "gzip, gzip", "br", "gzip;q=1"]))
def test_any_bytes_give_a_bounded_body_or_a_decoding_error(body, coding):
    with suppress(DecodingError):
        assert len(decode(body, coding, LIMIT)) <= LIMIT


@pytest.mark.parametrize(
    ("coding", "body", "reason"),
    [
        ("br", b"x", "'br', which was not requested"),
        ("gzip, gzip, gzip", b"x", "3 content codings"),
        ("gzip", b"no gzip at all", "invalid gzip data"),
        ("gzip", gzip.compress(b"abc" * 100, mtime=0)[:-9], "ends early"),
        ("deflate", b"\xff\xff", "invalid deflate data"),
    ],
)
def test_the_error_says_why_a_body_cannot_be_decoded(coding, body, reason):
    with pytest.raises(DecodingError, match=reason):
        decode(body, coding, LIMIT)


@pytest.mark.attack("hostile-bodies")
def test_decoding_a_bomb_stops_at_the_limit():
    """200 MB of zeros in 200 KB, also compressed twice; memory stays near the limit."""
    engine = zlib.compressobj(wbits=31)
    once = b"".join(engine.compress(bytes(2**20)) for _ in range(200)) + engine.flush()
    tracemalloc.start()
    try:
        for body, coding in ((once, "gzip"), (gzip.compress(once), "gzip, gzip")):
            with pytest.raises(DecodingError, match="expands to more than") as caught:
                decode(body, coding, 2**20)
            assert len(caught.value.partial) <= 2**20
        assert tracemalloc.get_traced_memory()[1] < 5 * 2**20
    finally:
        tracemalloc.stop()


@pytest.mark.attack("hostile-bodies")
def test_a_body_of_many_gzip_members_is_decoded_without_copying_the_rest_at_each(monkeypatch):
    copied = []

    class CountingEngine:
        """A decompressor that notes how much zlib copies after the end of a member."""

        def __init__(self, window):
            self.engine = zlib.decompressobj(window)

        @property
        def unused_data(self):
            return self.engine.unused_data

        @property
        def eof(self):
            return self.engine.eof

        def decompress(self, data, limit):
            decoded = self.engine.decompress(data, limit)
            copied.append(len(self.engine.unused_data))
            return decoded

    counting = SimpleNamespace(decompressobj=CountingEngine, error=zlib.error, MAX_WBITS=zlib.MAX_WBITS)
    monkeypatch.setattr(content_encoding, "zlib", counting)
    member = gzip.compress(b"x", mtime=0)
    assert decode(member * 5000, "gzip", 2**20) == b"x" * 5000
    assert max(copied) < 10_000
