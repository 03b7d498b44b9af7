"""Quota: how many requests a key may make in a minute, as the vendor's plans have it."""

import math
import re
from collections import deque

PLANS = {"free": 10, "pro": 100}
"""Requests a minute of the vendor's plans (docs introduction: "Free 10/min and Pro 100/min")."""

WINDOW = 60.0
"""Seconds in which requests count together."""

MOST_PER_MINUTE = 100_000

PLAN_PATTERN = rf"^(unlimited|{'|'.join(PLANS)}|[1-9][0-9]{{0,4}}/min|{MOST_PER_MINUTE}/min)$"
"""What :func:`parse_plan` takes, for documents."""

_RATE = re.compile(r"([1-9][0-9]{0,5})/min")


def parse_plan(text: str) -> int | None:
    """Requests a minute of a plan: ``free``, ``pro``, ``25/min``; None for ``unlimited``.

    Raises:
        ValueError: It is none of these; the message says what is.
    """
    if text == "unlimited":
        return None
    match = _RATE.fullmatch(text)
    per_minute = PLANS.get(text) or (int(match[1]) if match else 0)
    if not 1 <= per_minute <= MOST_PER_MINUTE:
        names = ", ".join(("unlimited", *PLANS))
        raise ValueError(f"one of {names}, or a rate such as 25/min (at most {MOST_PER_MINUTE}/min)")
    return per_minute


class RateLimiter:
    """Counts requests in a sliding minute, for each key of an account by itself.

    Args:
        per_minute: How many are let through; None: all.
    """

    def __init__(self, per_minute: int | None = None) -> None:
        self.per_minute = per_minute
        self._taken: dict[str, deque[float]] = {}

    def acquire(self, key: str, now: float) -> int | None:
        """Count one request of a key, if there is room for it.

        Args:
            key: Which key it came with.
            now: The account's time, in seconds. Going back counts as a new beginning.

        Returns:
            None where the request may pass; else the whole seconds after which there is room (Retry-After).
        """
        if self.per_minute is None:
            return None
        taken = self._taken.setdefault(key, deque())
        if taken and now < taken[-1]:
            taken.clear()
        while taken and taken[0] <= now - WINDOW:
            taken.popleft()
        if len(taken) >= self.per_minute:
            wait = max(1, math.ceil(taken[0] + WINDOW - now))
            # Rounding may leave the sum short of the window's end by a hair.
            return wait if taken[0] <= now + wait - WINDOW else wait + 1
        taken.append(now)
        return None
