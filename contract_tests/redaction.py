"""Keeping the API key, and cookies, out of everything that is shown or stored."""

import base64
import re
from collections.abc import Iterable, Iterator

REDACTED = "[redacted]"

_SECRET_HEADERS = frozenset(
    {"authorization", "proxy-authorization", "authentication-info", "x-api-key", "api-key", "cookie", "set-cookie2"}
)
_VENDOR_KEY = rb"(?:mgma_)?sk_(?:live|test)_[A-Za-z0-9]{8,}"  # any key of the vendor's form, whosever it is
_PIECE = 6  # characters in a row that are too many to show
_SHORT = 8  # characters; a shorter key is replaced only where it stands as a word of its own
_TELLING = 16  # characters; a text as long as that is the key, and not by chance


class Secret:
    """A text that shows itself only when asked: not in a repr, a traceback or a failed assertion."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself."""
        return self._text

    def __repr__(self) -> str:
        return f"Secret({REDACTED})"


class Redactor:
    """Replaces a secret wherever a server may echo it, in the spellings in which it may come back.

    These are: as it is, percent-encoded, with JSON or HTML escapes, in UTF-16, in another case, in
    base64 (also inside of something longer) and in hexadecimal; any six characters of it in a row;
    and its beginning at the end of a body that was cut off.
    """

    def __init__(self, secret: Secret | None) -> None:
        patterns = [_VENDOR_KEY]
        self._spellings: list[bytes] = []
        self._whole: re.Pattern[bytes] | None = None
        if secret is not None:
            text = secret.reveal()
            patterns = [*_patterns(text), *patterns]
            if len(text) >= _TELLING:
                self._whole = _any_of(_patterns(text))
            self._spellings = [text.encode(), *_encoded(text.encode())]
        self._pattern = _any_of(patterns)
        self._pieces = frozenset(_pieces(secret.reveal())) if secret is not None else frozenset()

    def body(self, body: bytes, *, cut: bool = False) -> bytes:
        """A body with each occurrence replaced, and padded, so that lengths and offsets stay as they were.

        Args:
            body: After content decoding.
            cut: It broke off, perhaps within the key: the key's beginning at its end goes as well.
        """
        if cut:
            body = self._without_cut_key(body)
        return self._without_pieces(self._pattern.sub(_padded, body), pad=True)

    def text(self, text: str) -> str:
        """A sentence, each occurrence replaced."""
        return self._replaced(text.encode("utf-8", "surrogateescape")).decode("utf-8", "replace")

    def headers(self, headers: Iterable[tuple[bytes, bytes]]) -> tuple[tuple[str, str], ...]:
        """Headers as (lower-case name, value), with values that are secret by their name replaced too."""
        return tuple(self._header(name.lower(), value) for name, value in headers)

    def finds_key(self, data: bytes) -> bool:
        """Whether the whole key is in there, in any of those spellings; never for a key that may be a mere word."""
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
        """The data without any piece of the key that is long enough to matter, each taken out as far as it goes."""
        folded = data.lower()
        if not any(piece in folded for piece in self._pieces):
            return data
        runs: list[tuple[int, int]] = []
        for at in range(len(folded) - _PIECE + 1):
            if folded[at : at + _PIECE] in self._pieces:
                begin = runs.pop()[0] if runs and at <= runs[-1][1] else at
                runs.append((begin, at + _PIECE))
        for begin, end in reversed(runs):
            mark = REDACTED.encode().ljust(end - begin)[: end - begin] if pad else REDACTED.encode()
            data = data[:begin] + mark + data[end:]
        return data

    def _header(self, name: bytes, value: bytes) -> tuple[str, str]:
        shown = self._replaced(name).decode("latin-1")
        if shown == "set-cookie":
            return shown, f"{self._replaced(value.partition(b'=')[0].strip()).decode('latin-1')}={REDACTED}"
        if shown in _SECRET_HEADERS:
            scheme, space, _ = value.partition(b" ")
            return shown, f"{scheme.decode('latin-1')} {REDACTED}" if space and scheme.isalpha() else REDACTED
        return shown, self._replaced(value).decode("latin-1")


def key_in(finder: Redactor, headers: Iterable[tuple[bytes, bytes]], body: bytes) -> tuple[str, ...]:
    """Where a response holds the key that its request carried, as :class:`Exchange` says it; the key is not shown.

    Args:
        finder: Of that key.
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


def _pieces(text: str) -> Iterator[bytes]:
    """Every six characters in a row of the secret part of a key; its beginning is the same for all keys."""
    secret = re.sub(r"^(mgma_)?sk_(live|test)_", "", text).lower().encode()
    if len(secret) > _SHORT:
        yield from (secret[at : at + _PIECE] for at in range(len(secret) - _PIECE + 1))


def _spelled(character: str) -> bytes:
    """One ASCII character, in every escaped form that formats have for it."""
    code = ord(character)
    escapes = rb"%%%02x|\\u00%02x|&#x0*%02x;|&#0*%d;" % (code, code, code, code)
    return rb"(?:\\?%s|%s)" % (re.escape(character.encode()), escapes)


def _encoded(secret: bytes) -> Iterator[bytes]:
    """Hexadecimal, and base64 at each of the three alignments without the characters its neighbours share."""
    if len(secret) < _SHORT:
        return
    yield secret.hex().encode()
    for offset in range(3):
        padded = b"\0" * offset + secret
        usable = len(padded) - len(padded) % 3
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            yield encode(padded[:usable])[(0, 2, 3)[offset] :]
