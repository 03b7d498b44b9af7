"""Time spans as people write them: ``-2h``, ``+10m``, ``-3d12h``."""

import re
from datetime import timedelta

# At most six digits each, so that a timedelta can hold every duration.
_UNITS = "".join(f"(?:([0-9]{{1,6}}){unit})?" for unit in "dhms")
_RELATIVE = re.compile(f"([+-])(?=[0-9]){_UNITS}")


def parse_relative(text: str) -> timedelta | None:
    """Return the duration of a text such as ``-2h``, ``+10m`` or ``-3d12h``; None for any other text."""
    match = _RELATIVE.fullmatch(text)
    if match is None:
        return None
    sign, *units = match.groups()
    days, hours, minutes, seconds = (int(unit or 0) for unit in units)
    duration = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    return -duration if sign == "-" else duration
