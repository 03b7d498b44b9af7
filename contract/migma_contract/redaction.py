"""Redaction of API keys and cookies in everything that is shown or stored."""

import base64
import re
from collections.abc import Iterable, Iterator

REDACTED = "[redacted]"

SECRET_HEADERS = frozenset(
    {
        *("authorization", "proxy-authorization", "authentication-info", "x-api-key", "api-key", "x-mock-token"),
        *("cookie", "set-cookie2"),
    }
)
"""Names, in lower case, of headers whose values are never shown."""

_KEY_BEGINNING = r"(?:mgma_)?sk_(?:live|test)_"
_VENDOR_KEY = _KEY_BEGINNING + r"[A-Za-z0-9_.~+/=-]+"
_VENDOR_KEY_IN_TEXT = re.compile(_VENDOR_KEY)
_PIECE = 6  # consecutive characters of a key that are redacted
_SHORT = 8  # characters; a shorter key is redacted only as a whole word
_DISTINCTIVE = 16  # characters; a text of this length equals the key, and not by chance
_PLAIN = re.compile(
    r"""
      [\d:.,+TZtz-]+ | [+-]?[\d.]+[eE][+-]?\d+                                             # a date, a time, a number
    | (application|audio|font|image|message|model|multipart|text|video)/[\w.+-]+(;[\w=-]+)?  # a media type
    | [A-Za-z]?[a-z]+([A-Z-][a-z]+)* | [A-Z]+                                               # a word, or one of several
    """,
    re.VERBOSE,
)
"""Keys that are ordinary texts, so that a response with one does not repeat the key."""
_ESCAPE = rb"%([0-9a-f]{2})|\\u00([0-9a-f]{2})|&#x0*([0-9a-f]{1,2});|&#0*(\d{1,3});"
_ESCAPED = re.compile(_ESCAPE, re.IGNORECASE)
_TOKEN = re.compile(rb"(?:" + _ESCAPE + rb"|\\?[^\x00])\x00*", re.IGNORECASE | re.DOTALL)


class Secret:
    """A text that does not appear in a repr, a traceback or a failed assertion."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text."""
        return self._text

    def __repr__(self) -> str:
        return f"Secret({REDACTED})"


class Redactor:
    """Replaces a secret in every form in which a server may repeat it.

    These are: plain, percent-encoded, with JSON or HTML escapes, in UTF-16, in another case, in base64 (also
    within a longer text) and in hexadecimal; any six consecutive characters of it; and its beginning at the
    end of a truncated body.

    Args:
        secret: The secret; without one, only texts that look like an API key are replaced.
        public: Text that everyone may read. A part of the secret that is within a word of it stays, so that
            ``success`` stays readable if the key is ``my-success-key``.
    """

    def __init__(self, secret: Secret | None, public: str = "") -> None:
        patterns = [_VENDOR_KEY.encode()]
        self._spellings: list[bytes] = []
        self._whole: re.Pattern[bytes] | None = None
        if secret is not None:
            text = secret.reveal()
            patterns = [*_patterns(text), *patterns]
            if len(text) >= _DISTINCTIVE and not _PLAIN.fullmatch(text):
                self._whole = _any_of(_patterns(text))
            self._spellings = [text.encode(), *_encoded(text.encode())]
        self._pattern = _any_of(patterns)
        self._pieces = _pieces(secret.reveal()) if secret is not None else {}
        self._public = b" ".join(re.findall(rb"[a-z-]+", public.lower().encode()))

    def body(self, body: bytes, *, cut: bool = False) -> bytes:
        """Return a body with each occurrence replaced and padded, so that lengths and offsets stay the same.

        Args:
            body: After content decoding.
            cut: It is truncated, perhaps within the key: the beginning of the key at its end is replaced too.
        """
        if cut:
            body = self._without_cut_key(body)
        return self._without_pieces(self._pattern.sub(_padded, body), pad=True)

    def text(self, text: str) -> str:
        """Return a text with each occurrence replaced, also of a key with escapes that is cut off."""
        shown = self._replaced(text.encode("utf-8", "surrogatepass"))
        return self._without_escaped_pieces(shown).decode("utf-8", "surrogatepass")

    def headers(self, headers: Iterable[tuple[bytes, bytes]]) -> tuple[tuple[str, str], ...]:
        """Return headers as (name in lower case, value), with the values of secret headers replaced too."""
        return tuple(self._header(name.lower(), value) for name, value in headers)

    def finds_key(self, data: bytes) -> bool:
        """True if the data contains the whole key in any form; never for a key that is an ordinary word or value."""
        return self._whole is not None and self._whole.search(data) is not None

    def _without_cut_key(self, body: bytes) -> bytes:
        for spelling in self._spellings:
            for length in range(min(len(spelling), len(body)), 3, -1):
                if body.endswith(spelling[:length]):
                    return body[:-length] + REDACTED.encode().ljust(length)
        return body

    def _replaced(self, data: bytes) -> bytes:
        return self._without_pieces(self._pattern.sub(REDACTED.encode(), data), pad=False)

    def _without_pieces(self, data: bytes, *, pad: bool) -> bytes:
        """Return the data with every part of the key of at least six characters replaced."""
        for begin, end in reversed(self._runs(data.lower())):
            mark = REDACTED.encode().ljust(end - begin)[: end - begin] if pad else REDACTED.encode()
            data = data[:begin] + mark + data[end:]
        return data

    def _without_escaped_pieces(self, data: bytes) -> bytes:
        """Return the data with parts of the key replaced whose characters are escaped one by one."""
        tokens = [match.span() for match in _TOKEN.finditer(data)]
        plain = b"".join(_unescaped(data[begin:end]) for begin, end in tokens)
        for first, beyond in reversed(self._runs(plain.lower())):
            data = data[: tokens[first][0]] + REDACTED.encode() + data[tokens[beyond - 1][1] :]
        return data

    def _runs(self, folded: bytes) -> list[tuple[int, int]]:
        """Return the ranges of parts of the key, with overlapping ones joined, and without parts of public words."""
        runs: list[tuple[int, int]] = []
        spans = (
            (at, at + length)
            for length, pieces in self._pieces.items()
            if any(piece in folded for piece in pieces)
            for at in range(len(folded) - length + 1)
            if folded[at : at + length] in pieces
        )
        for begin, end in sorted(spans):
            if runs and begin <= runs[-1][1]:
                runs[-1] = runs[-1][0], max(end, runs[-1][1])
            else:
                runs.append((begin, end))
        return [(begin, end) for begin, end in runs if folded[begin:end] not in self._public]

    def _header(self, name: bytes, value: bytes) -> tuple[str, str]:
        shown = self._replaced(name).decode("latin-1")
        if shown == "set-cookie":
            return shown, f"{self._replaced(value.partition(b'=')[0].strip()).decode('latin-1')}={REDACTED}"
        if shown in SECRET_HEADERS:
            return shown, mask_credential(value.decode("latin-1"))
        return shown, self._replaced(value).decode("latin-1")


def key_in(finder: Redactor, headers: Iterable[tuple[bytes, bytes]], body: bytes) -> tuple[str, ...]:
    """Return the places where a response repeats the key of its request, in the form of ``Exchange.key_in``.

    Args:
        finder: The redactor of that key.
        headers: As received.
        body: After content decoding.
    """
    names = [shown for raw in headers for shown, _ in finder.headers([raw]) if finder.finds_key(b": ".join(raw))]
    return (*dict.fromkeys(f"header {name}" for name in names), *(["body"] if finder.finds_key(body) else []))


def _any_of(patterns: Iterable[bytes]) -> re.Pattern[bytes]:
    return re.compile(b"|".join(b"(?:%s)" % pattern for pattern in patterns), re.IGNORECASE)


def _padded(match: re.Match[bytes]) -> bytes:
    return REDACTED.encode().ljust(len(match[0]))


def _patterns(text: str) -> Iterator[bytes]:
    whole = rb"\x00?".join(_spelled(character) for character in text)
    if len(text) < _SHORT:
        yield rb"(?<![A-Za-z0-9])%s(?![A-Za-z0-9])" % whole
        return
    yield whole
    yield from (re.escape(form) for form in _encoded(text.encode()))


def _pieces(text: str) -> dict[int, frozenset[bytes]]:
    """Return every six consecutive characters of the secret part of a key, and their encodings, by length.

    The beginning of a key is the same for all keys, so it is not secret.
    """
    secret = re.sub(f"^{_KEY_BEGINNING}", "", text).encode()
    if len(secret) < _SHORT:
        return {}
    in_hex, *in_base64 = _encoded(secret)
    return {
        _PIECE: frozenset(_windows(secret, _PIECE)),
        2 * _PIECE: frozenset(_windows(in_hex, 2 * _PIECE)),
        _PIECE * 4 // 3: frozenset(window for form in in_base64 for window in _windows(form, _PIECE * 4 // 3)),
    }


def _windows(data: bytes, length: int) -> Iterator[bytes]:
    return (data[at : at + length].lower() for at in range(len(data) - length + 1))


def _unescaped(token: bytes) -> bytes:
    """Return the character of a token as one byte; NUL for a character that cannot be in a key."""
    character = token.rstrip(b"\0")
    match = _ESCAPED.fullmatch(character)
    if match is None:
        return character[-1:]
    code = int(match[1] or match[2] or match[3] or b"0", 16) or int(match[4] or b"0")
    return bytes([code]) if code < 0x80 else b"\0"


def _spelled(character: str) -> bytes:
    """Return the pattern of one ASCII character in every escaped form."""
    code = ord(character)
    escapes = rb"%%%02x|\\u00%02x|&#x0*%02x;|&#0*%d;" % (code, code, code, code)
    return rb"(?:\\?%s|%s)" % (re.escape(character.encode()), escapes)


def _encoded(secret: bytes) -> Iterator[bytes]:
    """Yield the hexadecimal form, and base64 at its three alignments without the characters shared with neighbours."""
    if len(secret) < _SHORT:
        return
    yield secret.hex().encode()
    for offset in range(3):
        padded = b"\0" * offset + secret
        usable = len(padded) - len(padded) % 3
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            yield encode(padded[:usable])[(0, 2, 3)[offset] :]


def mask(text: str) -> str:
    """Return the text with everything that looks like an API key replaced."""
    return _VENDOR_KEY_IN_TEXT.sub(REDACTED, text)


def mask_credential(value: str) -> str:
    """Return the value of a secret header with only its scheme readable: ``Bearer [redacted]``."""
    scheme, space, _ = value.partition(" ")
    return f"{scheme} {REDACTED}" if space and scheme.isalpha() else REDACTED
