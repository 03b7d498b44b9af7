"""Rules about single stats: values of the right type that cannot be meant, or that not every client can read."""

from collections.abc import Iterator
from datetime import UTC, datetime

from migma_contract.finding import Level
from migma_contract.json_pointer import pointer
from migma_contract.rules.analysis.locations import STATS_POINTER
from migma_contract.rules.analysis.parsed_response import ParsedResponse
from migma_contract.rules.rule import Rule, Violation, of_json
from migma_contract.stats import MAX_COUNT, number
from migma_contract.timestamps import parse_rfc3339

_ZEROS = {
    datetime(1, 1, 1, tzinfo=UTC): "the zero time of Go and .NET",
    datetime(1970, 1, 1, tzinfo=UTC): "the zero time of Unix",
}
"""What an unset time becomes when it is printed. Only these very instants: any other may be meant."""


def _unset(answer: ParsedResponse) -> Iterator[Violation]:
    stamp = answer.valid_stats.get("lastUpdated")
    moment = parse_rfc3339(stamp)
    if moment is not None and moment in _ZEROS:
        says = f"lastUpdated is {_ZEROS[moment]}: it was never set, or the stats were never refreshed."
        rule = answer.contract.stats.properties["lastUpdated"]
        yield Violation(
            answer.at(f"{STATS_POINTER}/lastUpdated"), says, "when the stats were last refreshed", str(stamp), rule
        )


def _inexact(answer: ParsedResponse) -> Iterator[Violation]:
    for name in answer.valid_stats:
        value = number(answer.valid_stats, name)
        if value is not None and abs(value) > MAX_COUNT:
            says = f"{name} is larger than every JSON reader keeps exactly."
            rule = answer.contract.stats.properties[name]
            yield Violation(
                answer.at(f"{STATS_POINTER}{pointer(name)}"), says, f"at most {MAX_COUNT} (2^53 - 1)", str(value), rule
            )


RULES = (
    Rule(
        "last-updated-zero",
        Level.WARNING,
        "lastUpdated is a moment, not the zero that stands for none.",
        "A client shows stats that are decades or millennia old, or takes fresh ones for stale.",
        "openapi.json: “When these stats were last refreshed from the tracking worker.”",
        'HTTP/1.1 200 OK\n\n{"success": true, "data": {"lastUpdated": "0001-01-01T00:00:00Z", …}}',
        answer=of_json(_unset),
    ),
    Rule(
        "unsafe-integer",
        Level.WARNING,
        "Numbers are at most 2^53 - 1, beyond which doubles have gaps.",
        "JavaScript, and whatever else reads numbers as doubles, reads another number than was sent.",
        "RFC 7493 (I-JSON), section 2.2; the contract sets no bound",
        'HTTP/1.1 200 OK\n\n{"success": true, "data": {"totalOpens": 9007199254740993, …}}',
        answer=of_json(_inexact),
    ),
)
