"""Rules on single stats: values of the right type that are implausible, or that not every client can read."""

from collections.abc import Iterator
from datetime import UTC, datetime

from migma_contract.finding import Violation
from migma_contract.rules.analysis.parsed_response import ParsedResponse
from migma_contract.rules.rule import json_body, warning
from migma_contract.stats import MAX_COUNT, number
from migma_contract.timestamps import parse_rfc3339

_ZEROS = {
    datetime(1, 1, 1, tzinfo=UTC): "the zero time of Go and .NET",
    datetime(1970, 1, 1, tzinfo=UTC): "the zero time of Unix",
}
"""Printed forms of an unset time. Only these exact instants: any other may be a real one."""


def _zero_time(response: ParsedResponse) -> Iterator[Violation]:
    value = response.valid_stats.get("lastUpdated")
    moment = parse_rfc3339(value)
    if moment in _ZEROS:
        message = f"lastUpdated is {_ZEROS[moment]}: it was never set, or the stats were never refreshed."
        yield response.stats_violation("lastUpdated", message, "the time of the last refresh", str(value))


def _unsafe_integer(response: ParsedResponse) -> Iterator[Violation]:
    for name in response.valid_stats:
        value = number(response.valid_stats, name)
        if value is not None and abs(value) > MAX_COUNT:
            message = f"{name} is too large for exact reading by every JSON parser."
            yield response.stats_violation(name, message, f"at most {MAX_COUNT} (2^53 - 1)", str(value))


RULES = (
    warning(
        "last-updated-zero",
        "lastUpdated is a real time, not the zero value for an unset one.",
        "A client shows stats that are decades or millennia old, or treats new ones as outdated.",
        "openapi.json: “When these stats were last refreshed from the tracking worker.”",
        'HTTP/1.1 200 OK\n\n{"success": true, "data": {"lastUpdated": "0001-01-01T00:00:00Z", …}}',
        json_body(_zero_time, lambda response: "lastUpdated" in response.valid_stats),
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
