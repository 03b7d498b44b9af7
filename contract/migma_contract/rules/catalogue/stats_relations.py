"""Rules made from RELATIONS: what the numbers of one campaign mean to each other."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from migma_contract.exchange import Exchange
from migma_contract.finding import Level
from migma_contract.json_pointer import pointer
from migma_contract.rules.analysis.locations import STATS_POINTER
from migma_contract.rules.analysis.parsed_response import ParsedResponse
from migma_contract.rules.analysis.rate_diagnosis import reading
from migma_contract.rules.rule import Rule, Violation, of_json
from migma_contract.stats import RATES, RELATIONS, Relation, RelationViolation, number
from migma_contract.timestamps import parse_http_date

TOLERANCE = timedelta(minutes=5)
"""How far clocks may differ before a moment counts as in the future."""

_LAST = datetime.max.replace(tzinfo=UTC) - TOLERANCE


def _latest(exchange: Exchange) -> datetime:
    """The latest moment that is not in the future, by the server's clock where it tells it."""
    moment = parse_http_date(exchange.header("date") or "") or exchange.started
    return min(moment, _LAST) + TOLERANCE


def _stats(answer: ParsedResponse, *, negative: bool) -> Mapping[str, Any]:
    """What the schema accepts; without what is negative, which has a relation of its own and is named once."""
    stats = answer.valid_stats
    return stats if negative else {name: value for name, value in stats.items() if (number(stats, name) or 0) >= 0}


def _breaches(answer: ParsedResponse, relation: Relation) -> Iterator[RelationViolation]:
    stats = _stats(answer, negative=relation.id == "negative-count")
    return relation.relation_violations(stats, _latest(answer.exchange))


def _hit(answer: ParsedResponse, relation: Relation, violation: RelationViolation, says: str) -> Violation:
    place = relation.reference.removeprefix("#") if relation.reference.startswith("#/") else ""
    where = answer.at(f"{STATS_POINTER}{pointer(violation.field)}")
    return Violation(where, says, violation.expected, violation.got, place)


def _check(relation: Relation) -> Callable[[ParsedResponse], Iterator[Violation]]:
    def check(answer: ParsedResponse) -> Iterator[Violation]:
        for violation in _breaches(answer, relation):
            if violation.field not in RATES or reading(violation.field, answer.valid_stats) is None:
                yield _hit(answer, relation, violation, f"Does not hold: {relation.sentence}")

    return check


def _named(rule: str) -> Callable[[ParsedResponse], Iterator[Violation]]:
    def check(answer: ParsedResponse) -> Iterator[Violation]:
        for relation in RELATIONS:
            for violation in _breaches(answer, relation):
                found = reading(violation.field, answer.valid_stats) if violation.field in RATES else None
                if found is not None and found.rule == rule:
                    yield _hit(answer, relation, violation, f"{violation.field} is {found.words}.")

    return check


_WHY = {
    "documented": "A client shows, sums or alerts on a number that means something else than documented.",
    "derived": "A client that relies on it shows shares beyond 100 %, negative bars, or data from the future.",
}

_RELATIONS = tuple(
    Rule(
        relation.id,
        Level.BREAKING if relation.source == "documented" else Level.WARNING,
        relation.sentence,
        _WHY[relation.source],
        relation.reference.replace("#/", "openapi.json, ", 1),
        f'HTTP/1.1 200 OK\n\n{{"success": true, "data": {{{relation.example}, …}}}}',
        answer=of_json(_check(relation)),
    )
    for relation in RELATIONS
)

_DOCUMENTED = "openapi.json: “Unique opens divided by delivered.”, “Unique clicks divided by delivered.”"
_NUMBERS = '"totalSent": 1200, "totalDelivered": 1000, "uniqueOpens": 410, "totalOpens": 600'

_NAMED = (
    Rule(
        "rate-is-percentage",
        Level.BREAKING,
        "A rate is a fraction, not a percentage.",
        "A client that multiplies by 100 shows 4100 %.",
        _DOCUMENTED,
        f'HTTP/1.1 200 OK\n\n{{"success": true, "data": {{{_NUMBERS}, "openRate": 41.0, …}}}}',
        answer=of_json(_named("rate-is-percentage")),
    ),
    Rule(
        "rate-over-sent",
        Level.BREAKING,
        "A rate is a fraction of what was delivered, not of what was sent.",
        "Rates cannot be compared with those of before; the difference is too small to be noticed.",
        _DOCUMENTED,
        f'HTTP/1.1 200 OK\n\n{{"success": true, "data": {{{_NUMBERS}, "openRate": 0.3417, …}}}}',
        answer=of_json(_named("rate-over-sent")),
    ),
    Rule(
        "rate-of-total-events",
        Level.BREAKING,
        "A rate counts each recipient once: unique events, not all events.",
        "Rates cannot be compared with those of before, and may exceed 1.",
        _DOCUMENTED,
        f'HTTP/1.1 200 OK\n\n{{"success": true, "data": {{{_NUMBERS}, "openRate": 0.6, …}}}}',
        answer=of_json(_named("rate-of-total-events")),
    ),
    Rule(
        "rate-over-other-events",
        Level.BREAKING,
        "A rate is a fraction of what was delivered, not of other events (clicks by opens).",
        "Rates cannot be compared with those of before: click-to-open is several times the click rate.",
        _DOCUMENTED,
        'HTTP/1.1 200 OK\n\n{"success": true, "data": {"uniqueOpens": 410, "uniqueClicks": 52, "clickRate": 0.127}}',
        answer=of_json(_named("rate-over-other-events")),
    ),
)

_CUT_OFF = Rule(
    "rate-truncated",
    Level.INFO,
    "A rate is rounded, not cut off.",
    "Little: it is up to one of its last decimals too low. Of few decimals, it may as well be over what was sent.",
    _DOCUMENTED,
    'HTTP/1.1 200 OK\n\n{"success": true, "data": {"totalDelivered": 1150, "uniqueOpens": 445, "openRate": 0.38, …}}',
    answer=of_json(_named("rate-truncated")),
)

RULES = (*_NAMED, _CUT_OFF, *_RELATIONS)
