"""What a test passes to a handle, held to what can be: taken as it is, or refused with what would do."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn, TypedDict

from migma_contract.errors import ArgumentError, Problem
from migma_mock.accounts.clock import LATEST, is_in_range
from migma_mock.accounts.rate_limit import parse_plan

_SHOWN = 80
_ONLY_FORWARD = "Time goes forward here; only clock.set(…) goes back."


def refuse(where: str, expected: str, got: object, hint: str = "") -> NoReturn:
    """Raise that a call cannot be carried out: ``clock.advance(hours): expected 0 or more, got -3``, and what to do."""
    shown = repr(got)
    raise ArgumentError([Problem(where, "", expected, shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…")], hint)


def an_id(where: str, given: object) -> str:
    """An id to ask for, whether or not a campaign can have it.

    Raises:
        ArgumentError: It is no text, or has halves of surrogate pairs, which no URL can carry.
    """
    if not isinstance(given, str) or any("\ud800" <= character <= "\udfff" for character in given):
        refuse(f"{where}(campaign_id)", "the id of a campaign, as text", given)
    return given


def a_plan(where: str, given: object) -> int | None:
    """Requests a minute of a plan, as :func:`migma_mock.accounts.rate_limit.parse_plan` has it.

    Raises:
        ArgumentError: It is none.
    """
    try:
        return parse_plan(given if isinstance(given, str) else "")
    except ValueError as error:
        expected = str(error)
    refuse(f"{where}(plan)", expected, given)


def an_instant(where: str, given: object) -> datetime:
    """An instant that a clock can show, in UTC.

    Raises:
        ArgumentError: It is no datetime, has no offset, or is outside the years 1970 to 9999.
    """
    instant = None
    if isinstance(given, datetime) and given.utcoffset() is not None:
        try:
            instant = given.astimezone(UTC)
        except OverflowError:
            instant = None
    if instant is None or not is_in_range(instant):
        expected = "a datetime with its offset, of the years 1970 to 9999"
        refuse(where, expected, given, "Write it as datetime(2026, 1, 31, 9, 30, tzinfo=UTC).")
    return instant


class Units(TypedDict, total=False):
    """A duration in the words of :class:`datetime.timedelta`, each 0 or more."""

    weeks: float
    days: float
    hours: float
    minutes: float
    seconds: float
    milliseconds: float
    microseconds: float


def a_duration(where: str, now: datetime, whole: object, units: Mapping[str, object]) -> timedelta:
    """A duration from ``now`` on.

    Args:
        where: For messages.
        now: When it begins.
        whole: A timedelta; None where it is said in units.
        units: Numbers by the names that :class:`Units` has.

    Raises:
        ArgumentError: It is neither, or both; a unit is unknown; a number is negative or none at all; or the time
            would leave the year 9999 behind.
    """
    if (whole is None) is not bool(units) or not (whole is None or isinstance(whole, timedelta)):
        got = whole if not units else units if whole is None else (whole, units)
        refuse(where, f"a timedelta, or some of {', '.join(Units.__annotations__)}", got)
    if isinstance(whole, timedelta):
        if whole < timedelta():
            refuse(where, "a duration, 0 or more", whole, _ONLY_FORWARD)
        units = {"days": whole.days, "seconds": whole.seconds, "microseconds": whole.microseconds}
    numbers: dict[str, float] = {}
    for unit, value in units.items():
        one_of(f"{where}(unit)", unit, Units.__annotations__)
        # "Not at least" and not "less", so that NaN is none either.
        if not isinstance(value, int | float) or isinstance(value, bool) or not value >= 0:
            refuse(f"{where}({unit})", "a number, 0 or more", value, _ONLY_FORWARD)
        numbers[unit] = value
    try:
        duration = timedelta(**numbers)
    except OverflowError:
        duration = timedelta.max
    if duration > LATEST - now:
        given = {unit: number for unit, number in numbers.items() if number}
        refuse(where, f"a time before the end of the year 9999 (it is {now:%Y-%m-%d})", given)
    return duration


def a_document(where: str, given: object) -> Any:
    """What a reader of JSON makes of a document; a copy, which its giver may go on changing.

    Raises:
        ArgumentError: JSON cannot carry it.
    """
    try:
        return json.loads(json.dumps(given, allow_nan=False))
    except (TypeError, ValueError, RecursionError) as error:
        why = f"{error}."
    refuse(where, "what JSON can carry", given, why)


def one_of(where: str, given: str, known: Iterable[str]) -> None:
    """Nothing, where a word is one of those that are known.

    Raises:
        ArgumentError: It is not.
    """
    words = list(known)
    if given not in words:
        refuse(where, f"one of {', '.join(words)}", given)
