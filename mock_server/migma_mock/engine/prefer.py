"""Parse ``Prefer`` (RFC 7240): the preferences of Prism (code, example, dynamic), and ``wait``.

``wait`` has a meaning of its own here: it delays the answer. In the RFC it is the longest time that a client is
willing to wait.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

MAX_WAIT = 60.0
"""The longest delay that ``wait`` may ask for, in seconds."""


class PreferenceError(ValueError):
    """A preference has an impossible value; the message lists the possible ones."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """The preferences of a request; None for those that it does not have.

    Attributes:
        code: Answer with this HTTP status.
        example: Answer as for the campaign with this id.
        dynamic: True for generated stats, False for none that are generated.
        wait: Seconds to wait before answering.
    """

    code: int | None = None
    example: str | None = None
    dynamic: bool | None = None
    wait: float | None = None

    @property
    def applied(self) -> bytes:
        """The value of the header ``Preference-Applied``."""
        formats = {"dynamic": lambda value: str(value).lower(), "wait": "{:g}".format}
        given = {name: value for name, value in asdict(self).items() if value is not None}
        return ", ".join(f"{name}={formats.get(name, str)(value)}" for name, value in given.items()).encode("latin-1")


def parse_prefer(value: bytes) -> Preferences:
    """Parse the header; preferences with other names are ignored, as the RFC asks.

    Raises:
        PreferenceError: A known preference has an impossible value.
    """
    given: dict[str, Any] = {}
    for part in value.decode("latin-1").split(","):
        name, _, text = part.split(";")[0].partition("=")
        name, text = name.strip().lower(), text.strip().strip('"')
        if name in _PARSERS and name not in given:  # the first one counts (RFC 7240, section 2)
            given[name] = _PARSERS[name](text)
    return Preferences(**given)


def _code(text: str) -> int:
    if len(text) == 3 and text.isascii() and text.isdigit() and "200" <= text <= "599":
        return int(text)
    raise PreferenceError(f"Prefer: code= takes an HTTP status from 200 to 599, got {text[:40]!r}.")


def _boolean(text: str) -> bool:
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    raise PreferenceError(f"Prefer: dynamic= takes true or false, got {text[:40]!r}.")


def _wait(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if 0 <= seconds <= MAX_WAIT:
        return seconds
    raise PreferenceError(f"Prefer: wait= takes seconds from 0 to {MAX_WAIT:g}, got {text[:40]!r}.")


_PARSERS: Mapping[str, Callable[[str], object]] = {"code": _code, "example": str, "dynamic": _boolean, "wait": _wait}
