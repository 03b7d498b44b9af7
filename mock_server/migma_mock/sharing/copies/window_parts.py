"""The counted requests of a key as parts: a head, and chunks of the times at which they came.

So a request changes the head and one chunk, however many requests a window has. The times are numbered from the first
request that the key sent; a window has the latest of them.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from migma_mock.accounts.rate_limit import KeyWindows
from migma_mock.sharing.copies.shared_state import CountedRequests
from migma_mock.sharing.store.commit import Change
from migma_mock.sharing.store.parts import WINDOW, decode, encode

_CHUNK = 64
"""Times in one chunk."""


class _Head(NamedTuple):
    """The head of the windows of a key.

    Attributes:
        counted: How many requests were counted so far.
        sizes: How many of them count in each window.
    """

    counted: int
    sizes: Sequence[int]

    @classmethod
    def parse(cls, text: str | None) -> "_Head":
        counted, *sizes = decode(text) if text else (0,)
        return cls(counted, sizes)

    @property
    def first(self) -> int:
        """The number of the first request in the longest window."""
        return self.counted - max(self.sizes, default=0)

    @property
    def chunks(self) -> range:
        """The numbers of the chunks that have a time in a window."""
        return range(self.first // _CHUNK, -(-self.counted // _CHUNK)) if self.first < self.counted else range(0)


def window_changes(name: str, windows: KeyWindows | None, known: Mapping[str, str]) -> list[Change]:
    """Return how the parts of the windows of a key change.

    Args:
        name: The name of the key.
        windows: The windows; None if the key has sent no request.
        known: All parts of the account as they were, by name.
    """
    text = None if windows is None or not windows.counted else encode([windows.counted, *windows.sizes])
    before, now = _Head.parse(known.get(WINDOW + name)), _Head.parse(text)
    changes = [Change(WINDOW + name, text)] if text != known.get(WINDOW + name) else []
    # Another limiter may have begun to count again.
    is_longer = before.counted <= now.counted
    new = [number for number in now.chunks if not is_longer or number >= before.counted // _CHUNK]
    if windows is not None and new and changes:
        begin = max(new[0] * _CHUNK, now.first)
        times = windows.latest(now.counted - begin)
        for number in new:
            start, end = max(number * _CHUNK, begin) - begin, (number + 1) * _CHUNK - begin
            changes.append(Change(_chunk_name(name, number), encode([begin + start, *times[start:end]])))
    changes += [Change(_chunk_name(name, number), None) for number in before.chunks if number not in now.chunks]
    return changes


def counted_requests(name: str, known: Mapping[str, str]) -> CountedRequests | None:
    """Return the counted requests of a key from the parts of its account; None if it has none."""
    head = _Head.parse(known.get(WINDOW + name))
    if not head.counted:
        return None
    times: list[float] = []
    for number in head.chunks:
        start, in_chunk = _times(known[_chunk_name(name, number)])
        times += in_chunk[max(head.first - start, 0) :]
    return CountedRequests(head.counted, head.sizes, times)


def key_of(part: str) -> str:
    """Return the name of the key that a part with counted requests belongs to."""
    return part.removeprefix(WINDOW).partition(":")[0]


def _chunk_name(name: str, number: int) -> str:
    return f"{WINDOW}{name}:{number}"


@lru_cache(4096)
def _times(text: str) -> tuple[int, Sequence[float]]:
    start, *times = decode(text)
    return start, times
