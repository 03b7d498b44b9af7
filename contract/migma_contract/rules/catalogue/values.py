"""Rules on single stats: values of the right type that are implausible, or that not every client can read."""

from collections.abc import Iterator
from datetime import datetime

from migma_contract.finding import Violation
from migma_contract.rules.analysis.implausible_times import cause_of_early_time, is_implausible, zero_time
from migma_contract.rules.analysis.parsed_response import ParsedResponse
from migma_contract.rules.rule import json_body, warning
from migma_contract.stats import MAX_COUNT, number
from migma_contract.timestamps import parse_rfc3339

_REFRESHED = "the time of the last refresh"


def _last_updated(response: ParsedResponse) -> datetime | None:
    return parse_rfc3339(response.valid_stats.get("lastUpdated"), clamp=True)


def _has_last_updated(response: ParsedResponse) -> bool:
    return _last_updated(response) is not None


def _zero_time(response: ParsedResponse) -> Iterator[Violation]:
    moment = _last_updated(response)
    zero = None if moment is None else zero_time(moment)
    if zero is not None:
        message = f"lastUpdated is {zero}: it was never set, or the stats were never refreshed."
        yield response.stats_violation("lastUpdated", message, _REFRESHED, response.valid_stats["lastUpdated"])


def _implausible_time(response: ParsedResponse) -> Iterator[Violation]:
    moment = _last_updated(response)
    if moment is not None and is_implausible(moment) and zero_time(moment) is None:
        message = f"lastUpdated is in the year {moment.year}, before APIs like this one. {cause_of_early_time(moment)}"
        yield response.stats_violation("lastUpdated", message, _REFRESHED, response.valid_stats["lastUpdated"])


def _unsafe_integer(response: ParsedResponse) -> Iterator[Violation]:
    for name in response.valid_stats:
        value = number(response.valid_stats, name)
        if value is not None and abs(value) > MAX_COUNT:
            message = f"{name} is too large for exact reading by every JSON parser."
            yield response.stats_violation(name, message, f"at most {MAX_COUNT} (2^53 - 1)", str(value))


RULES = (
    warning(
        "last-updated-zero",
        "lastUpdated is a real time, not the zero time of a system in place of an unset one.",
        "A client shows stats that are decades or millennia old, or treats new ones as outdated.",
        "openapi.json: “When these stats were last refreshed from the tracking worker.”",
        'HTTP/1.1 200 OK\n\n{"success": true, "data": {"lastUpdated": "0001-01-01T00:00:00Z", …}}',
        json_body(_zero_time, _has_last_updated),
    ),
    warning(
        "last-updated-implausible",
        "lastUpdated is not before the year 2000.",
        "A client shows stats that are decades or millennia old, or treats new ones as outdated.",
        "openapi.json: “When these stats were last refreshed from the tracking worker.”; JSON and RFC 3339 are younger",
        'HTTP/1.1 200 OK\n\n{"success": true, "data": {"lastUpdated": "1970-01-21T11:44:11Z", …}}',
        json_body(_implausible_time, _has_last_updated),
    ),
    warning(
        "unsafe-integer",
        "Numbers are at most 2^53 - 1, above which doubles are not exact.",
        "JavaScript, and every other parser that reads numbers as doubles, reads another number than was sent.",
        "RFC 7493 (I-JSON), section 2.2; the contract has no limit",
        'HTTP/1.1 200 OK\n\n{"success": true, "data": {"totalOpens": 9007199254740993, …}}',
        json_body(_unsafe_integer, lambda response: bool(response.valid_stats)),
    ),
)
