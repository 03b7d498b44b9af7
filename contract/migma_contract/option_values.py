"""Parse the values of command-line options, with messages in plain words."""

import math
import re
from collections.abc import Iterable
from datetime import timedelta

from migma_contract.errors import Problem, SettingsError
from migma_contract.suggestions import did_you_mean
from migma_contract.timestamps import describe_duration


def parse_whole_number(option: str, text: str, *, minimum: int, maximum: int | None = None) -> int:
    """Return the whole number that an option has.

    Raises:
        SettingsError: It is not a whole number, or out of range.
    """
    try:
        number = int(text)
    except ValueError:
        number = None
    if number is not None and minimum <= number and (maximum is None or number <= maximum):
        return number
    limits = f"{minimum} or more" if maximum is None else f"from {minimum} to {maximum}"
    raise SettingsError([Problem(option, "", f"a whole number, {limits}", repr(text))])


def parse_seconds(option: str, text: str, *, zero: bool = False, maximum: float = math.inf) -> float:
    """Return the seconds that an option has: a finite number above 0, or also 0, and not above the maximum.

    Raises:
        SettingsError: It is no such number.
    """
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if math.isfinite(seconds) and (seconds > 0 or (zero and seconds == 0)) and seconds <= maximum:
        return seconds
    limits = f"{'0 or more' if zero else 'more than 0'}{f', at most {maximum:g}' if maximum < math.inf else ''}"
    raise SettingsError([Problem(option, "", f"seconds, {limits}", repr(text))])


_DURATION = re.compile(r"(\d{1,6})\s?(s|min|m|h|d|w)")
_UNITS = {"s": "seconds", "min": "minutes", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def parse_duration(option: str, text: str, *, minimum: timedelta = timedelta(seconds=1)) -> timedelta:
    """Return the duration that an option has: ``90s``, ``10min``, ``6h``, ``30d`` or ``2w``.

    Raises:
        SettingsError: It is no duration, or shorter than the minimum.
    """
    found = _DURATION.fullmatch(text.strip().lower())
    duration = timedelta(**{_UNITS[found[2]]: int(found[1])}) if found else None
    if duration is not None and duration >= minimum:
        return duration
    limit = f", of {describe_duration(minimum)} or more" if minimum > timedelta(seconds=1) else ""
    raise SettingsError([Problem(option, "", f"a duration such as 90s, 10min, 6h or 30d{limit}", repr(text))])


def parse_choice(option: str, text: str, choices: Iterable[str]) -> str:
    """Return the choice that an option has.

    Raises:
        SettingsError: It is none of the choices.
    """
    known = [str(choice) for choice in choices]
    if text in known:
        return text
    got = f"{text!r}{did_you_mean(text, known)}"
    raise SettingsError([Problem(option, "", f"one of {', '.join(known)}", got)])
