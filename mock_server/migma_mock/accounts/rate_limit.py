"""RateLimiter: how many requests a key may send in a minute, as the vendor's plans limit it."""

import math
import re
from collections import deque
from collections.abc import Hashable

PLANS = {"free": 10, "pro": 100}
"""Requests a minute of the vendor's plans (introduction of its docs: "Free 10/min and Pro 100/min")."""

WINDOW = 60.0
"""The seconds in which requests are counted together."""

MAX_PER_MINUTE = 100_000

_TIME_BYTES = 40
"""What the time of a request needs in memory."""

PLAN_PATTERN = rf"^(unlimited|{'|'.join(PLANS)}|[1-9][0-9]{{0,4}}/min|{MAX_PER_MINUTE}/min)$"
"""The texts that :func:`parse_plan` accepts, for JSON schemas."""


def parse_plan(text: str) -> int | None:
    """Return the requests a minute of a plan such as ``free``, ``pro`` or ``25/min``; None for ``unlimited``.

    Raises:
        ValueError: It is no plan; the message says which there are.
    """
    if not re.fullmatch(PLAN_PATTERN, text):
        names = ", ".join(("unlimited", *PLANS))
        raise ValueError(f"one of {names}, or a rate such as 25/min (at most {MAX_PER_MINUTE}/min)")
    return None if text == "unlimited" else PLANS.get(text) or int(text.removesuffix("/min"))


class RateLimiter:
    """Counts the requests of each key of an account in a sliding minute.

    Args:
        per_minute: How many requests each key may send in a minute; None for no limit.
    """

    def __init__(self, per_minute: int | None = None) -> None:
        self.per_minute = per_minute
        self._times: dict[Hashable, deque[float]] = {}

    @property
    def most_bytes(self) -> int:
        """How many bytes it needs when a key has used up its limit."""
        return (self.per_minute or 0) * _TIME_BYTES

    def acquire(self, key: Hashable, now: float) -> int | None:
        """Count a request of a key unless the key has reached the limit.

        Args:
            key: The key of the request.
            now: The account's time in seconds; if it went back, the count starts again.

        Returns:
            None if the request is allowed, else the whole seconds to wait (Retry-After).
        """
        if self.per_minute is None:
            return None
        times = self._times.setdefault(key, deque())
        if times and now < times[-1]:
            times.clear()
        while times and times[0] <= now - WINDOW:
            times.popleft()
        if len(times) >= self.per_minute:
            wait = max(1, math.ceil(times[0] + WINDOW - now))
            # Rounding may leave the sum slightly before the end of the window.
            return wait if times[0] <= now + wait - WINDOW else wait + 1
        times.append(now)
        return None
