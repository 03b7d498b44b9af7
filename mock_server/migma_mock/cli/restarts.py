"""Restarts: when something that ended is started again, and later after each failure."""

import time

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
"""Seconds before something that ended soon after its start is started again: they double each time."""

_STEADY_SECONDS = 10.0
"""Seconds of answering after which something starts again without a pause."""


class Restarts:
    """The schedule by which one worker, or the store, is started again.

    Attributes:
        failures: How often in a row it ended before it had answered steadily.
        due: The time of its next start; None while it runs. The first one is due at once.
    """

    def __init__(self) -> None:
        self.failures = 0
        self.due: float | None = 0.0
        self._ready_since = float("inf")

    def note_start(self) -> None:
        """It starts now."""
        self.due, self._ready_since = None, float("inf")

    def note_ready(self) -> None:
        """It answers."""
        self._ready_since = min(self._ready_since, time.monotonic())

    def plan(self) -> float:
        """Plan the next start after its end, and return the seconds until then."""
        now = time.monotonic()
        self.failures = 0 if now - self._ready_since > _STEADY_SECONDS else self.failures + 1
        pause = min(FIRST_PAUSE * 2 ** (self.failures - 1), LONGEST_PAUSE) if self.failures else 0.0
        self.due = now + pause
        return pause
