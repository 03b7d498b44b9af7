"""The time that a request may take, and the error if no complete response comes."""

import time

from migma_contract.exchange import FailureKind


class WireError(Exception):
    """No complete response came; ``kind`` and ``was_sent`` as in Failure. The text may contain what the server sent."""

    def __init__(self, kind: FailureKind, detail: str, *, was_sent: bool = True) -> None:
        super().__init__(detail)
        self.kind = kind
        self.was_sent = was_sent


class Deadline:
    """The moment at which every operation of a request ends."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def remaining(self) -> float:
        """Return the seconds until the deadline.

        Raises:
            WireError: It has passed.
        """
        seconds = self._end - time.monotonic()
        if seconds <= 0:
            raise WireError("timeout", f"not complete within {self.seconds:g} s")
        return seconds
