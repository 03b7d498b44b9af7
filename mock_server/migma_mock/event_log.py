"""EventLog: what shows people the events of a mock."""

from typing import Protocol


class EventLog(Protocol):
    """Receives what happens in a mock, to show it to people."""

    def request(self, method: str, raw_path: bytes, status: int | str, matched_by: str, seconds: float) -> None:
        """Log one request, its status or what the client got instead, and how long the mock took, in seconds."""

    def note(self, text: str) -> None:
        """Log any other event."""
