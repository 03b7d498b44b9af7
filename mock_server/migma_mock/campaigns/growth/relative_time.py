"""Moments relative to another, as people write them: ``-2h``, ``+10m``, ``-3d12h``."""

import re
from datetime import timedelta

# At most six digits each, so that every duration is one that timedelta holds.
_UNITS = "".join(f"(?:([0-9]{{1,6}}){unit})?" for unit in "dhms")
_RELATIVE = re.compile(f"([+-])(?=[0-9]){_UNITS}")


def parse_relative(text: str) -> timedelta | None:
    """The duration that a text like ``-2h``, ``+10m`` or ``-3d12h`` writes; None for any other text."""
    match = _RELATIVE.fullmatch(text)
    if match is None:
        return None
    sign, *units = match.groups()
    days, hours, minutes, seconds = (int(unit or 0) for unit in units)
    duration = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    return -duration if sign == "-" else duration


def print_relative(duration: timedelta) -> str:
    """A duration as :func:`parse_relative` reads it; fractions of a second are dropped."""
    sign = "-" if duration < timedelta() else "+"
    size = abs(duration)
    minutes, seconds = divmod(size.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    units = {"d": size.days, "h": hours, "m": minutes, "s": seconds}
    return sign + ("".join(f"{count}{unit}" for unit, count in units.items() if count) or "0s")
