"""Journal: what was asked and answered, bounded, the oldest entry going first."""

from collections import deque
from datetime import UTC, datetime
from typing import NamedTuple


class Entry(NamedTuple):
    """One request and its answer.

    Attributes:
        time: Seconds since the epoch, when the answer was decided.
        method, path: As received; the path is percent-encoded and cut at 512 bytes.
        status: Of the answer.
        decided_by: What chose it: a campaign, a missing key, a preference …
    """

    time: float
    method: str
    path: bytes
    status: int
    decided_by: str

    def as_dict(self) -> dict[str, str | int]:
        """For people and for JSON."""
        return {
            "time": datetime.fromtimestamp(self.time, UTC).isoformat(),
            "method": self.method,
            "path": self.path.decode("latin-1"),
            "status": self.status,
            "decidedBy": self.decided_by,
        }


class Journal:
    """The last ``bound`` entries; ``dropped`` counts those that had to go."""

    def __init__(self, bound: int) -> None:
        self._entries: deque[Entry] = deque(maxlen=bound)
        self._seen = 0

    def record(self, entry: Entry) -> None:
        """Keep one entry."""
        self._entries.append(entry)
        self._seen += 1

    @property
    def entries(self) -> list[Entry]:
        """A copy, oldest first."""
        return list(self._entries)

    @property
    def dropped(self) -> int:
        """How many entries are gone because of the bound."""
        return self._seen - len(self._entries)
