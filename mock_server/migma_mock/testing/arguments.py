"""Helpers that check the arguments of a handle's methods; their errors name each argument as the test wrote it."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from operator import methodcaller
from typing import Any

from anyio.lowlevel import current_token
from pydantic.alias_generators import to_camel, to_snake

from migma_contract.errors import ArgumentError, IneffectiveFaultWarning, MigmaError, Problem
from migma_mock import plans
from migma_mock.accounts.clock import LATEST, is_in_range
from migma_mock.input_models import unknown_name
from migma_mock.plans import Limits
from migma_mock.testing.keyword_arguments import DurationArguments

HIDDEN = methodcaller("errisinstance", (MigmaError, AssertionError, IneffectiveFaultWarning))
"""As ``__tracebackhide__`` of a module: pytest shows the line of the test that made the call, and none below it."""

__tracebackhide__ = HIDDEN

_SHOWN = 80
_LONGEST_WAIT = 60
_ONLY_FORWARD = "Time only advances here; clock.set(…) goes back."
_UNITS = "weeks, days, hours, minutes, seconds, milliseconds, microseconds"


def argument_error(where: str, expected: str, got: object, hint: str = "") -> ArgumentError:
    """Return the error of one argument: ``clock.advance(hours): expected 0 or more, got -3``, and what to do."""
    shown = repr(got)
    return ArgumentError([Problem(where, "", expected, shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…")], hint)


def require_id(call: str, value: object) -> str:
    """Return a campaign id that a URL can carry, even if no campaign can have it.

    Raises:
        ArgumentError: It is not text, or it contains halves of surrogate pairs.
    """
    if not isinstance(value, str) or any("\ud800" <= character <= "\udfff" for character in value):
        raise argument_error(f"{call}(campaign_id)", "the id of a campaign, as text", value)
    return value


def parse_plan(call: str, plan: object) -> Limits:
    """Return the limits of a plan; empty if it has none.

    Raises:
        ArgumentError: There is no such plan.
    """
    try:
        return plans.parse_plan(plan if isinstance(plan, str) else "")
    except ValueError as error:
        raise argument_error(f"{call}(plan)", str(error), plan) from None


def parse_instant(where: str, value: object) -> datetime:
    """Return a datetime in UTC.

    Raises:
        ArgumentError: It is not a datetime, has no offset, or is outside the years 1970 to 9999.
    """
    if not isinstance(value, datetime) or not is_in_range(value):
        hint = "Write it as datetime(2026, 1, 31, 9, 30, tzinfo=UTC)."
        raise argument_error(where, "a datetime with an offset, in the years 1970 to 9999", value, hint)
    return value.astimezone(UTC)


def parse_duration(call: str, now: datetime, duration: object, units: DurationArguments) -> timedelta:
    """Return a duration that a clock can advance by, given as a timedelta or in the units of timedelta.

    Raises:
        ArgumentError: It is neither or both, it is negative, or it leads beyond the year 9999.
    """
    given = (duration, units) if duration is not None and units else units if duration is None else duration
    if any(isinstance(value, bool) for value in units.values()):
        raise argument_error(call, f"a timedelta, or numbers of {_UNITS}", given)
    try:
        parsed = timedelta(**units) if duration is None else duration
    except OverflowError:
        parsed = timedelta.max
    except (TypeError, ValueError):  # an unknown unit, not a number, or NaN
        parsed = None
    if not isinstance(parsed, timedelta) or (duration is None) is not bool(units):
        raise argument_error(call, f"a timedelta, or numbers of {_UNITS}", given)
    if parsed < timedelta():
        raise argument_error(call, "a duration of 0 or more", given, _ONLY_FORWARD)
    if parsed > LATEST - now:
        raise argument_error(call, f"a time before the end of the year 9999 (it is {now:%Y-%m-%d})", given)
    return parsed


def parse_timeout(call: str, timeout: object) -> float:
    """Return a time-out in seconds.

    Raises:
        ArgumentError: It is not a number from 0 to 60.
    """
    if isinstance(timeout, bool) or not isinstance(timeout, int | float) or not 0 <= timeout <= _LONGEST_WAIT:
        raise argument_error(f"{call}(timeout)", f"a number of seconds from 0 to {_LONGEST_WAIT}", timeout)
    return float(timeout)


def blocking_timeout(call: str, timeout: object) -> float:
    """Return the time-out of a call that blocks its thread.

    Raises:
        ArgumentError: It is not a number from 0 to 60, or an event loop runs in this thread.
    """
    seconds = parse_timeout(call, timeout)
    if seconds and _has_event_loop():
        hint = "Use `await mock.wait_until_requested(…)`, or call this in a thread: `await asyncio.to_thread(…)`."
        expected = "0 in a thread with an event loop, which could not run on meanwhile and let the client send requests"
        raise argument_error(f"{call}(timeout)", expected, timeout, hint)
    return seconds


def _has_event_loop() -> bool:
    try:
        current_token()
    except RuntimeError:
        return False
    return True


def is_json(value: object) -> bool:
    """True if JSON can have a value."""
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        return False
    return True


@lru_cache(256)
def to_argument(member: str) -> str:
    """Return the name of the Python argument for a member of JSON: ``retry_after`` for ``retryAfter``."""
    return "campaign_id" if member in ("campaign", "id") else to_snake(member)


def to_members(call: str, arguments: Mapping[str, Any], known: Iterable[str]) -> dict[str, Any]:
    """Return keyword arguments as members of JSON, the opposite of :func:`to_argument`.

    Args:
        call: The method, for messages.
        arguments: By name.
        known: The members that JSON can have there.

    Raises:
        ArgumentError: Some arguments are unknown.
    """
    names = [to_argument(member) for member in known]
    unknown = [name for name in arguments if name not in names]
    if unknown:
        raise ArgumentError(unknown_name(call, "argument", name, names) for name in unknown)
    return {"campaign" if name == "campaign_id" else to_camel(name): value for name, value in arguments.items()}


def argument_problems(
    call: str, problems: Iterable[Problem], above: str = "", name: Callable[[str], str] = to_argument
) -> Iterator[Problem]:
    """Yield the problems of a document with the arguments of a call as their places.

    Args:
        call: The method.
        problems: Of a document that was made of the arguments.
        above: Pointer to where in the document they are.
        name: Returns the name of the argument that became a member.
    """
    for problem in problems:
        member, slash, rest = problem.pointer.removeprefix(above).removeprefix("/").partition("/")
        inner = problem.pointer.startswith(f"{above}/")
        argument = name(member) if inner else to_argument(member)
        yield problem._replace(file=f"{call}({argument})" if member else call, pointer=slash + rest)
