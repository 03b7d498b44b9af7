"""Curves: how deliveries, opens and clicks spread over the time after a campaign was sent.

The tables are not measured; they are chosen to look like a newsletter: half of the opens by people come within four
hours, nine in ten within two days, and the last ones within a month.
"""

from bisect import bisect_right
from typing import NamedTuple, Self

_HOUR, _DAY = 3_600, 86_400

WHOLE = 2**32
"""The share that stands for all of a count."""


class Curve(NamedTuple):
    """The share of a count reached at each age in seconds, with straight lines between."""

    ages: tuple[int, ...]
    shares: tuple[int, ...]

    @classmethod
    def through(cls, *points: tuple[int, float]) -> Self:
        """Return the curve from 0 at age 0 through ages and shares, both rising, to the share 1."""
        ages, shares = zip((0, 0.0), *points, strict=True)
        return cls(ages, tuple(round(share * WHOLE) for share in shares))

    def at(self, age: int, whole: int = WHOLE) -> int:
        """Return the share at an age, multiplied by the share ``whole``."""
        ages, shares = self
        after = bisect_right(ages, age)
        if after == len(ages):
            return whole
        start, end = ages[after - 1], ages[after]
        low, high = shares[after - 1], shares[after]
        return (low + (high - low) * (age - start) // (end - start)) * whole // WHOLE


DELIVERIES = Curve.through((60, 0.4), (180, 0.8), (600, 0.96), (1_800, 0.995), (_HOUR, 1))
BOUNCES = Curve.through((60, 0.35), (300, 0.8), (1_800, 0.97), (2 * _HOUR, 1))
MPP_OPENS = Curve.through((300, 0.25), (900, 0.6), (1_800, 0.82), (_HOUR, 0.95), (4 * _HOUR, 1))
BOTS = Curve.through((60, 0.5), (300, 0.85), (900, 0.95), (_HOUR, 1))
OPENS = Curve.through(
    *((300, 0.03), (900, 0.09), (1_800, 0.16), (_HOUR, 0.26), (2 * _HOUR, 0.38), (4 * _HOUR, 0.5), (8 * _HOUR, 0.63)),
    *((16 * _HOUR, 0.76), (_DAY, 0.84), (36 * _HOUR, 0.89), (2 * _DAY, 0.92), (4 * _DAY, 0.96), (7 * _DAY, 0.98)),
    *((14 * _DAY, 0.993), (30 * _DAY, 1)),
)
CLICKS_OF_OPENERS = Curve.through((300, 0.5), (_HOUR, 0.8), (6 * _HOUR, 0.95), (_DAY, 0.99), (3 * _DAY, 1))
UNSUBSCRIBES_OF_OPENERS = Curve.through((300, 0.3), (_HOUR, 0.7), (_DAY, 0.97), (7 * _DAY, 1))
