"""RecordRedactor: removes keys and other secrets from records of requests, whenever they are read.

Records are kept as they came, since that is quick. A record that is shown is searched in the form that it has, and with
its percent-encoding decoded until none is left; one that is encoded more than eight times is replaced as a whole.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from migma_contract.redaction import IN_VENDOR_KEYS, REDACTED, SECRET_HEADERS, VENDOR_KEY, Secret, mask, mask_credential

_START = 8
"""Characters that every key has; its first ones are looked up."""

_SAMPLE = 4
"""Characters that are looked up first, at every fifth place: one of these is within the start of any key."""

_STEP = _START - _SAMPLE + 1
_ESCAPE = re.compile("%([0-9a-fA-F]{2})")
_DECODINGS = 8
"""No program encodes so often; each decoding passes over a shorter text."""
_PARAMETER = re.compile("([^=&;]+)=([^&;]+)")
_SECRET_PARAMETERS = frozenset({"apikey", "key", "token", "accesstoken", "authorization", "secret", "password"})
_FORMER = 10_000
"""Keys that are not valid any more, and still in records."""

_Span = tuple[int, int]
"""Begin and end."""


class RecordRedactor:
    """Replaces keys that the mock knows or knew, all that looks like a key of the vendor, and values of secret headers.

    Args:
        key_names: The headers, parameters and cookies that carry the key in the contract; their values are never shown.
        public: Text that everyone may read. The beginning of a key that it contains stays, so that paths stay readable
            if the key is ``campaigns-key``.

    Attributes:
        revision: A number that changes with what is replaced.
    """

    def __init__(self, key_names: Iterable[str], public: str = "") -> None:
        self.revision = 0
        self._texts: dict[str, None] = {}
        self.follow(key_names, public)

    def follow(self, key_names: Iterable[str], public: str) -> None:
        """Know other names and other public text from now on, of another contract; the keys stay known."""
        names = [name.lower() for name in key_names]
        self._headers = SECRET_HEADERS | set(names)
        self._parameters = _SECRET_PARAMETERS | set(map(_plain, names))
        self._public = public
        self._build_indexes()

    def know(self, secrets: Iterable[Secret]) -> None:
        """Replace these secrets from now on, and the latest 10,000 of those that were known before."""
        texts = {secret.reveal() for secret in secrets}
        # Keys of the vendor's form are found anyway; this is every key that the mock makes.
        new = {text: None for text in texts if len(text) >= _START and not VENDOR_KEY.fullmatch(text)}
        if new.keys() <= self._texts.keys():
            return
        former = [text for text in self._texts if text not in new]
        self._texts = dict.fromkeys([*former[-_FORMER:], *new])
        self._build_indexes()

    def _build_indexes(self) -> None:
        self.revision += 1
        self._index = _Index(self._texts, self._public)
        self._lower_index = _Index({text.lower() for text in self._texts}, self._public.lower())

    def text(self, text: str) -> str:
        """Return a text with each secret replaced.

        A line that is percent-encoded more often than any program does it is replaced as a whole.
        """
        return self._text(text, self._index)

    def _text(self, text: str, index: "_Index") -> str:
        if not self._index and "%" not in text:
            return mask(text)
        places: Sequence[int] = range(len(text) + 1)
        view, spans = text, list(_spans(text, index))
        decodings = 0
        while _ESCAPE.search(view):
            decodings += 1
            if decodings > _DECODINGS:
                return "\n".join(self._text(line, index) for line in text.split("\n")) if "\n" in text else REDACTED
            view, places = _decoded(view, places)
            spans += [(places[begin], places[end]) for begin, end in _spans(view, index)]
        return _replaced(text, spans)

    def data(self, data: bytes) -> str:
        """Return a part of a request, such as its path, as text with each secret replaced."""
        return self.text(data.decode("latin-1"))

    def query(self, query: bytes) -> str:
        """Return a query without secrets, and without the values of parameters such as ``api_key``."""
        return self.text(_PARAMETER.sub(self._parameter, query.decode("latin-1")))

    def header(self, name: bytes, value: bytes) -> tuple[str, str]:
        """Return a header without secrets; of a secret header, only the scheme is shown."""
        # Servers keep names in lower case.
        shown = self._text(name.decode("latin-1"), self._lower_index)
        return shown, self.header_value(name.decode("latin-1"), value.decode("latin-1"))

    def header_value(self, name: str, value: str) -> str:
        """Return the value of a header without secrets; of a secret header, only the scheme is shown."""
        return mask_credential(value) if name.lower() in self._headers else self.text(value)

    def parameter_value(self, name: str, value: str) -> str:
        """Return the value of a parameter of a query, both decoded, without secrets."""
        return REDACTED if _plain(name) in self._parameters else self.text(value)

    def _parameter(self, match: re.Match[str]) -> str:
        return f"{match[1]}={REDACTED}" if _plain(match[1]) in self._parameters else match[0]


def _spans(view: str, index: "_Index") -> Iterator[_Span]:
    """Yield where secrets are."""
    if IN_VENDOR_KEYS in view:
        yield from (match.span() for match in VENDOR_KEY.finditer(view))
    yield from index.find(view)


class _Index:
    """Finds texts of at least eight characters; the number of look-ups depends on the searched text alone.

    Args:
        texts: What is searched for.
        public: Where it is no wonder to find the beginning of a text.
    """

    def __init__(self, texts: Iterable[str], public: str) -> None:
        self._sorted = sorted(texts)
        self._texts = frozenset(self._sorted)
        self._longest = max(map(len, self._sorted), default=0)
        self._starts = {text[:_START] for text in self._sorted}
        self._samples = {start[at : at + _SAMPLE] for start in self._starts for at in range(_STEP)}
        self._public = public

    def __bool__(self) -> bool:
        return bool(self._sorted)

    def find(self, view: str) -> Iterator[_Span]:
        """Yield where texts are, and their beginnings, since records are cut."""
        samples = self._samples
        hits = [at for at in range(0, len(view), _STEP) if view[at : at + _SAMPLE] in samples] if samples else []
        for begin in (begin for at in hits for begin in range(max(at - _STEP + 1, 0), at + 1)):
            if view[begin : begin + _START] in self._starts:
                found = self._common(view[begin : begin + self._longest])
                if found in self._texts or found not in self._public:
                    yield begin, begin + len(found)

    def _common(self, text: str) -> str:
        """Return the longest beginning that a text has in common with one that is searched for: a neighbour."""
        at = bisect_left(self._sorted, text)
        return text[: max(_common(text, near) for near in self._sorted[max(at - 1, 0) : at + 1])]


def _common(one: str, other: str) -> int:
    """Return how many characters at the beginning two texts have in common."""
    differing = (at for at, (mine, its) in enumerate(zip(one, other, strict=False)) if mine != its)
    return next(differing, min(len(one), len(other)))


def _plain(name: str) -> str:
    for _ in range(_DECODINGS):
        if not _ESCAPE.search(name):
            break
        name = _ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), name)
    return re.sub("[^a-z0-9]", "", name.lower())


def _decoded(view: str, places: Sequence[int]) -> tuple[str, list[int]]:
    """Return a text with its escapes decoded once, and where each of its characters came from."""
    parts: list[str] = []
    kept: list[int] = []
    at = 0
    for escape in _ESCAPE.finditer(view):
        parts += [view[at : escape.start()], chr(int(escape[1], 16))]
        kept += places[at : escape.start() + 1]
        at = escape.end()
    return "".join([*parts, view[at:]]), [*kept, *places[at:]]


def _replaced(text: str, spans: Iterable[_Span]) -> str:
    shown, at = [], 0
    for begin, end in sorted(spans):
        if begin >= at:
            shown += [text[at:begin], REDACTED]
        at = max(at, end)
    return "".join([*shown, text[at:]])


NO_SECRETS = RecordRedactor(["authorization"])
"""Knows no key; all that looks like one of the vendor is replaced."""
