"""Is a figure level over time, or does it grow? A line through its later samples decides, against their noise."""

from collections.abc import Sequence
from statistics import fmean, pstdev
from typing import NamedTuple

_WARM_SHARE = 1 / 3
"""The first samples do not count: buffers and caches fill up."""
_NOISES = 2.0
"""A line that rises by less than so many standard deviations of the samples around it is level."""
_LEAST_SHARE = 0.03
"""And so is one that rises by less than this share of the mean."""


class Verdict(NamedTuple):
    """The judgement of a series.

    Attributes:
        grows: True if the figure grows.
        first, last: The line at its beginning and its end, without the first samples.
        noise: The standard deviation of the samples around the line.
    """

    grows: bool
    first: float
    last: float
    noise: float

    def __str__(self) -> str:
        word = "GROWS" if self.grows else "level"
        return f"{self.first:,.1f} → {self.last:,.1f} (± {self.noise:,.1f}): {word}"


def judge(samples: Sequence[tuple[float, float]], least: float = 0.0) -> Verdict:
    """Judge the samples of a figure.

    Args:
        samples: Times and values, in order; at least six.
        least: A rise by less is level in any case.
    """
    later = samples[int(len(samples) * _WARM_SHARE) :]
    times, values = [time for time, _ in later], [value for _, value in later]
    middle, mean = fmean(times), fmean(values)
    spread = sum((time - middle) ** 2 for time in times)
    slope = sum((time - middle) * (value - mean) for time, value in later) / spread
    noise = pstdev(value - mean - slope * (time - middle) for time, value in later)
    rise = slope * (times[-1] - times[0])
    grows = rise > max(_NOISES * noise, _LEAST_SHARE * mean, least)
    return Verdict(grows, mean + slope * (times[0] - middle), mean + slope * (times[-1] - middle), noise)
