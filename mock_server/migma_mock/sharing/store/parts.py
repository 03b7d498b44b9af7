"""The names of the parts of an account's state in the store, and their form: compact JSON."""

import json
from datetime import datetime
from typing import Any

CLOCK = "clock"
STARTED = "started"
LIMITS = "limits"
FAULTS = "faults"
CLAIMS = "claims"
PAUSE = "pause"
JOURNAL = "journal"
"""The part that says when the journal began; the store writes it."""

CAMPAIGN = "campaign:"
"""Before the id of a campaign that was put, or of a fixture that was deleted."""

PROGRESS = "progress:"
"""Before the id of a campaign whose script has counted requests."""

LOST_COUNT = "null"
"""The text of such a part, if the store lost how many these are."""

WINDOW = "window:"
"""Before the name of a key whose requests are counted, and in front of the number of a chunk of their times."""


_ENCODER = json.JSONEncoder(separators=(",", ":"))
"""Made once: :func:`json.dumps` makes one for each call."""

UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)
"""The errors of reading data that no mock wrote: it has any form."""


class UnreadablePartError(Exception):
    """A part has a form that no mock gave it."""


def encode(value: object) -> str:
    """Return the text of a part; equal values have equal texts."""
    return _ENCODER.encode(value)


def decode(text: str) -> Any:
    """Return the value of the text of a part."""
    return json.loads(text)


def encode_time(time: datetime | None) -> str | None:
    """Return a time as a part has it, to the microsecond; None for none."""
    return time.isoformat() if time else None


def decode_time(text: str | None) -> datetime | None:
    """Return the time of such a text; None for none."""
    return datetime.fromisoformat(text) if text else None
