"""The head of a response as a server sent it: h11 merges headers about the length, and rejects invalid ones."""

import re
from collections.abc import Sequence

_MAX_HEAD = 2**17
"""Bytes in which the end of the head is searched, 128 KiB; h11 reads 100 KiB at most."""

MAX_INTERIM = 16
"""Most interim responses (1xx) before a response; a server sends one or two."""

_HTTP = b"HTTP/1."
_INTERIM = re.compile(rb"HTTP/1\.\d 1\d\d")
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_LENGTH_LINE = re.compile(rb"\r?\n(content-length|transfer-encoding):[ \t]*([^\r\n]*)", re.IGNORECASE)

Headers = Sequence[tuple[bytes, bytes]]


class ResponseHead:
    """The first bytes of a response, up to the end of its headers, which may follow interim responses (1xx).

    Attributes:
        received: The bytes, with the part of the body that came together with the headers.
        is_taken: True if ``take`` was called.
        interim: Number of complete interim responses.
    """

    def __init__(self) -> None:
        self.received = bytearray()
        self.is_taken = False
        self.interim = 0
        self._start = 0
        self._end: int | None = None
        self._searched = 0

    @property
    def is_complete(self) -> bool:
        """True if the end of the headers was received."""
        return self._end is not None

    @property
    def is_pending(self) -> bool:
        """True if more bytes may complete the head."""
        begins_as_http = self.received.startswith(_HTTP[: len(self.received)])
        is_short = len(self.received) < _MAX_HEAD and self.interim <= MAX_INTERIM
        return self._end is None and begins_as_http and is_short

    def add(self, data: bytes) -> None:
        """Add bytes that were received."""
        self.received += data
        while self._end is None and (found := _HEAD_END.search(self.received, self._searched)):
            if self.interim > MAX_INTERIM:
                break
            if _INTERIM.match(self.received, self._start):
                self._start = self._searched = found.end()
                self.interim += 1
            else:
                self._end = found.end()
        self._searched = max(self._start, len(self.received) - 3)

    def take(self) -> bytes:
        """Return the bytes without headers about the length that h11 rejects, so that the rest can be judged too.

        The body ends with the connection then.
        """
        self.is_taken = True
        if self._end is None:
            return bytes(self.received)
        head = bytes(self.received[self._start : self._end])
        wrong = {name for name in (b"content-length", b"transfer-encoding") if self._is_rejected(name)}
        if b"transfer-encoding" in wrong:
            wrong.add(b"content-length")
        head = _LENGTH_LINE.sub(lambda line: b"" if line[1].lower() in wrong else line[0], head)
        return bytes(self.received[: self._start]) + head + bytes(self.received[self._end :])

    def as_sent(self, headers: Headers) -> Headers:
        """Return h11's headers with those about the length as they were sent, if they differ."""
        sent = self._lengths()
        names = {b"content-length", b"transfer-encoding"}
        parsed = [(name.lower(), value.lower()) for name, value in headers if name.lower() in names]
        if sorted(parsed) == sorted((name, value.lower()) for name, value in sent):
            return headers
        return [*(each for each in headers if each[0].lower() not in names), *sent]

    def _lengths(self) -> list[tuple[bytes, bytes]]:
        found = _LENGTH_LINE.finditer(self.received, self._start, self._end or self._start)
        return [(line[1].lower(), line[2].strip()) for line in found]

    def _is_rejected(self, name: bytes) -> bool:
        values = [value for each, value in self._lengths() if each == name]
        if name == b"transfer-encoding":
            return bool(values) and [value.lower() for value in values] != [b"chunked"]
        different = {each.strip() for value in values for each in value.split(b",")}
        return len(different) > 1 or not all(re.fullmatch(rb"[0-9]+", each) for each in different)
