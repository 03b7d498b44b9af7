"""``Prefer`` (RFC 7240), with the preferences that users of Prism know (code, example, dynamic), and ``wait``.

What ``wait`` means here is this project's own: the answer comes so much later. In the RFC it is the longest that a
client is willing to wait, which a mock that answers at once never has to heed.
"""

import math
from dataclasses import dataclass

MAX_WAIT = 60.0
"""The longest delay that ``wait`` may ask for, in seconds."""


class PreferenceError(ValueError):
    """A preference that cannot be met; the message says what could."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a request asked for; None where it did not say.

    Attributes:
        code: Answer with this status.
        example: Answer as for this campaign id.
        dynamic: True: generated stats; False: never generated ones.
        wait: Seconds to wait before answering.
    """

    code: int | None = None
    example: str | None = None
    dynamic: bool | None = None
    wait: float | None = None

    @property
    def applied(self) -> bytes:
        """The value of Preference-Applied."""
        given = {
            "code": self.code,
            "example": self.example,
            "dynamic": None if self.dynamic is None else str(self.dynamic).lower(),
            "wait": None if self.wait is None else f"{self.wait:g}",
        }
        return ", ".join(f"{name}={value}" for name, value in given.items() if value is not None).encode("latin-1")


def parse_prefer(value: bytes) -> Preferences:
    """Read the header; preferences of other names are ignored, as the RFC asks.

    Raises:
        PreferenceError: A known preference has an impossible value.
    """
    code: int | None = None
    example: str | None = None
    dynamic: bool | None = None
    wait: float | None = None
    for part in value.decode("latin-1").split(","):
        name, _, text = part.split(";")[0].partition("=")
        name, text = name.strip().lower(), text.strip().strip('"')
        if name == "code":
            code = _code(text)
        elif name == "example":
            example = text
        elif name == "dynamic":
            dynamic = _boolean(text)
        elif name == "wait":
            wait = _wait(text)
    return Preferences(code, example, dynamic, wait)


def _code(text: str) -> int:
    if len(text) == 3 and text.isascii() and text.isdigit() and "200" <= text <= "599":
        return int(text)
    message = f"Prefer: code= takes an HTTP status from 200 to 599, got {text[:40]!r}."
    raise PreferenceError(message)


def _boolean(text: str) -> bool:
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    message = f"Prefer: dynamic= takes true or false, got {text[:40]!r}."
    raise PreferenceError(message)


def _wait(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if 0 <= seconds <= MAX_WAIT:
        return seconds
    message = f"Prefer: wait= takes seconds from 0 to {MAX_WAIT:g}, got {text[:40]!r}."
    raise PreferenceError(message)
