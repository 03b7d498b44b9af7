"""Redaction of API keys and cookies in everything that is shown or stored.

A key is recognised by its letters and digits alone, in any case and with anything else between them. So one search
finds it plain, in UTF-16, with separators, and in hexadecimal and base64, whose letters and digits are searched too.
Percent, JSON and HTML escapes are decoded first, twice if they were escaped themselves; tags and the sequences of
terminals count as nothing. Every step passes over the data once. Other encodings, such as base64 twice, hide a key.
"""

import base64
import re
from array import array
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import compress

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
VENDOR_KEY = re.compile(_VENDOR_KEY)
"""A text that looks like a key of the vendor, by its beginning."""

IN_VENDOR_KEYS = "sk_"
"""A part of each; looking for it first takes a hundredth of the time."""

_DISTINCTIVE = 16  # letters and digits; a text with so many equals the key, and not by chance
_PLAIN = re.compile(
    r"""
      [\d:.,+TZtz-]+ | [+-]?[\d.]+[eE][+-]?\d+                                             # a date, a time, a number
    | (application|audio|font|image|message|model|multipart|text|video)/[\w.+-]+(;[\w=-]+)?  # a media type
    | [A-Za-z]?[a-z]+([A-Z-][a-z]+)* | [A-Z]+                                               # a word, or one of several
    """,
    re.VERBOSE,
)
"""Keys that are ordinary texts, so that a response with one does not repeat the key."""

_IS_LETTER = bytes(bytes([byte]).isalnum() for byte in range(256))
_SEPARATORS = bytes(byte for byte in range(256) if not _IS_LETTER[byte])
_SAMPLE = 5
"""Letters of a text that are looked up first, at some places: every part of the secret would cover one of them."""

_ESCAPE = re.compile(
    rb"(?:%u00|\\u00|%|\\x) ([0-9a-f]{2}) | \\u\{0*([0-9a-f]{2})\} | &\#x0*([0-9a-f]{2});? | &\#0*(\d{2,3});?"
    rb"| [%\\]u[0-9a-f]{4} | \\[bfnrt] | &[a-z]{2,8};",  # no letter or digit
    re.IGNORECASE | re.VERBOSE,
)

_MARKUP = (re.compile(rb"\x1b\[[0-9;?]{0,20}[A-Za-z]"), re.compile(rb"<[^<>]{1,300}>"))
"""Escape sequences of terminals, and tags: their letters are not those of the text around them."""


class Secret:
    """A text that does not appear in a repr, a message, a traceback or a failed assertion; true unless it is empty."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text."""
        return self._text

    def __repr__(self) -> str:
        return f"Secret({REDACTED})"

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        return self._text == other._text if isinstance(other, Secret) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._text)


class Redactor:
    """Replaces a secret, and each part with half of its letters and digits (at least 8; 64 always are enough).

    A secret with fewer than eight is replaced plain only where it is a whole word.

    Args:
        secret: The secret; without one, only texts that look like an API key are replaced.
        public: Text that everyone may read. A part of the secret that it contains stays, so that ``campaigns``
            stays readable if the key is ``my-campaigns-key``.
    """

    def __init__(self, secret: Secret | None, public: str = "") -> None:
        text = secret.reveal() if secret else ""
        whole = rf"(?<![A-Za-z0-9]){re.escape(text)}(?![A-Za-z0-9])|" if text else ""
        self._words = re.compile(f"{whole}{_VENDOR_KEY}".encode(), re.IGNORECASE)
        is_telling = len(_letters(text.encode())) >= _DISTINCTIVE and not _PLAIN.fullmatch(text)
        self._wholes = _spellings(text) if is_telling else frozenset()
        # The beginning of a key is the same for all keys, so it is not secret.
        hidden, known = re.sub(f"^{_KEY_BEGINNING}", "", text), _letters(public.encode())
        self._size = min(max(len(_letters(hidden.encode())) // 2, 8), 64)
        parts = {part for spelling in _spellings(hidden) for part in _windows(spelling, self._size)}
        self._parts = {part for part in parts if part not in known}
        self._step = self._size - _SAMPLE + 1
        self._samples = {part[at : at + _SAMPLE] for part in self._parts for at in range(self._step)}

    def data(self, data: bytes) -> bytes:
        """Return data, such as a body after content decoding, with each occurrence replaced."""
        marks = bytearray(len(data))
        for begin, end in self._spans(data):
            marks[begin:end] = b"x" * (end - begin)
        shown, at = [], 0
        for run in re.finditer(b"x+", marks):
            shown += [data[at : run.start()], REDACTED.encode()]
            at = run.end()
        return b"".join([*shown, data[at:]])

    def text(self, text: str) -> str:
        """Return a text with each occurrence replaced."""
        return self.data(text.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")

    def headers(self, headers: Iterable[tuple[bytes, bytes]]) -> tuple[tuple[str, str], ...]:
        """Return headers as (name in lower case, value), with the values of secret headers replaced too."""
        return tuple(self._header(name.lower(), value) for name, value in headers)

    def finds_key(self, data: bytes) -> bool:
        """True if the data contains the whole key in any spelling; never for a key that is an ordinary text."""
        found = (_letters(text) for text in _texts(data))
        return any(spelling in letters for letters in found for spelling in self._wholes)

    def _spans(self, data: bytes) -> Iterator[tuple[int, int]]:
        yield from (match.span() for match in self._words.finditer(data))
        for text in _texts(data):
            runs = list(self._runs(_letters(text)))
            places = array("I", compress(range(len(text)), text.translate(_IS_LETTER)) if runs else ())
            yield from ((_begin(text, places[first]), places[last] + 1) for first, last in runs)

    def _runs(self, letters: bytes) -> Iterator[tuple[int, int]]:
        """Yield the first and the last letter of each stretch of parts of the secret that overlap."""
        samples, parts, size, step = self._samples, self._parts, self._size, self._step
        first, end = 0, 0
        for at in range(0, len(letters), step):
            if letters[at : at + _SAMPLE] not in samples:
                continue
            for begin in range(max(at - step + 1, 0), at + 1):
                if letters[begin : begin + size] not in parts:
                    continue
                if begin >= end:
                    if end:
                        yield first, end - 1
                    first = begin
                end = begin + size
        if end:
            yield first, end - 1

    def _header(self, name: bytes, value: bytes) -> tuple[str, str]:
        shown = self.data(name).decode("latin-1")
        if shown == "set-cookie":
            return shown, f"{self.data(value.partition(b'=')[0].strip()).decode('latin-1')}={REDACTED}"
        if shown in SECRET_HEADERS:
            return shown, mask_credential(value.decode("latin-1"))
        return shown, self.data(value).decode("latin-1")


def key_in(finder: Redactor, headers: Iterable[tuple[bytes, bytes]], body: bytes) -> tuple[str, ...]:
    """Return the places where a response repeats the key of its request, in the form of ``Exchange.key_in``.

    Args:
        finder: The redactor of that key.
        headers: As received.
        body: After content decoding.
    """
    names = [shown for raw in headers for shown, _ in finder.headers([raw]) if finder.finds_key(b": ".join(raw))]
    return (*dict.fromkeys(f"header {name}" for name in names), *(["body"] if finder.finds_key(body) else []))


def _letters(data: bytes) -> bytes:
    return data.lower().translate(None, _SEPARATORS)


def _windows(letters: bytes, size: int) -> Iterator[bytes]:
    return (letters[at : at + size] for at in range(len(letters) - size + 1))


def _begin(text: bytes, letter: int) -> int:
    """Return the beginning of a letter with the NUL bytes before it, such as those of its escape."""
    while letter and text[letter - 1] == 0:
        letter -= 1
    return letter


def _texts(data: bytes) -> set[bytes]:
    """Return the data as it is, with its escapes decoded once and twice, and without markup."""
    once = _unescaped(data)
    texts = {data, once, text := _unescaped(once)}
    for markup in _MARKUP:
        text = markup.sub(lambda found: bytes(len(found[0])), text)
        texts.add(text)
    return texts


@lru_cache(maxsize=4)
def _unescaped(data: bytes) -> bytes:
    """Return the data with each escape replaced by NUL bytes and its character, so that all places stay the same."""
    return _ESCAPE.sub(lambda escape: _character(escape[0]), data)


@lru_cache(maxsize=4096)
def _character(escape: bytes) -> bytes:
    match = _ESCAPE.fullmatch(escape)
    *in_hex, decimal = match.groups() if match else (None,)
    code = int(next(filter(None, in_hex), b"0"), 16) or int(decimal or b"0")
    character = b"&" if escape.lower() == b"&amp;" else bytes([min(code, 255)])
    return character.rjust(len(escape), b"\0")


def _spellings(text: str) -> frozenset[bytes]:
    """Return the letters and digits of a text as it is, in hexadecimal, and in base64 at its three alignments."""
    raw = text.encode()
    # Each character of base64 is 6 bits; the first and the last may also depend on the neighbours of the text.
    in_base64 = [base64.b64encode(bytes(n) + raw)[-(-8 * n // 6) : 8 * (n + len(raw)) // 6] for n in range(3)]
    return frozenset(map(_letters, (raw, raw.hex().encode(), *in_base64)))


def mask(text: str) -> str:
    """Return the text with everything that looks like an API key replaced."""
    return VENDOR_KEY.sub(REDACTED, text) if IN_VENDOR_KEYS in text else text


def mask_url(url: str) -> str:
    """Return a URL, or a text that should be one, without a user, a password, a query and a fragment."""
    text = re.sub(r"^(\w+://)?.*@", lambda match: f"{match[1] or ''}{REDACTED}@", url, flags=re.DOTALL)
    return mask(re.sub(r"([?#]).+", rf"\1{REDACTED}", text, flags=re.DOTALL))


_USER = re.compile(r"((?:[A-Za-z][\w+.-]*:)?[/\\]{2,})[^\s'\"]*@|(?<![\w.%+-])[\w.%+-]+:[^\s'\"/\\]*@")


def mask_message(text: str) -> str:
    """Return a message that may repeat arguments without keys of the vendor's form, users and passwords in URLs."""
    return mask(_USER.sub(lambda match: f"{match[1] or ''}{REDACTED}@", text) if "@" in text else text)


def mask_credential(value: str) -> str:
    """Return the value of a secret header with only its scheme readable: ``Bearer [redacted]``."""
    scheme, space, _ = value.partition(" ")
    return f"{scheme} {REDACTED}" if space and scheme.isalpha() else REDACTED
