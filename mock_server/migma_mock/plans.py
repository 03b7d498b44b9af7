"""Plans: how many requests a key may send in a minute and in a day."""

import re
from typing import NamedTuple

MINUTE, DAY = 60, 86_400
"""The windows of time, in seconds, in which requests are counted together."""

MAX_REQUESTS = 100_000
"""The most requests of a limit; the mock keeps the time of each."""

UNLIMITED = "unlimited"

PLANS = {"free": 10, "pro": 100, "standard": 500, "enterprise": 1000}
"""Requests a minute of the vendor's plans: "Free 10/min and Pro 100/min" (introduction of its docs), "Standard 500/min,
Enterprise 1,000/min" (skill page). That page has another Free, which is ``100/min,1000/day``."""

_RATE = rf"(?:[1-9][0-9]{{0,4}}|{MAX_REQUESTS})"
PLAN_PATTERN = rf"^({UNLIMITED}|{'|'.join(PLANS)}|{_RATE}/min(,{_RATE}/day)?|{_RATE}/day)$"
"""The texts that :func:`parse_plan` accepts, for JSON schemas."""


class Limit(NamedTuple):
    """A limit of a plan.

    Attributes:
        requests: How many requests a key may send in a window.
        seconds: The length of the window.
    """

    requests: int
    seconds: int

    @property
    def name(self) -> str:
        """The name of the policy in the headers: ``minute`` or ``day``."""
        return "minute" if self.seconds == MINUTE else "day"


Limits = tuple[Limit, ...]
"""The limits of a plan, the shortest window first; empty if it has none."""


def parse_plan(text: str) -> Limits:
    """Return the limits of a plan such as ``free``, ``pro``, ``25/min``, ``1000/day`` or ``100/min,1000/day``.

    Raises:
        ValueError: It is no plan; the message says which there are.
    """
    if not re.fullmatch(PLAN_PATTERN, text):
        names = ", ".join((UNLIMITED, *PLANS))
        raise ValueError(
            f"one of {names}, or rates such as 25/min, 1000/day or 100/min,1000/day (at most {MAX_REQUESTS})"
        )
    if text == UNLIMITED:
        return ()
    if text in PLANS:
        return (Limit(PLANS[text], MINUTE),)
    rates = (rate.split("/") for rate in text.split(","))
    return tuple(Limit(int(number), MINUTE if unit == "min" else DAY) for number, unit in rates)
