"""Rules made from RELATIONS, the relations between the numbers of one campaign."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from migma_contract.exchange import Exchange
from migma_contract.finding import Level
from migma_contract.json_pointer import pointer
from migma_contract.rules.analysis.locations import STATS_POINTER
from migma_contract.rules.analysis.parsed_response import ParsedResponse
from migma_contract.rules.analysis.rate_diagnosis import diagnose_rate
from migma_contract.rules.rule import ResponseCheck, Rule, Violation, json_body
from migma_contract.stats import RATES, RELATIONS, Relation, RelationViolation, number
from migma_contract.timestamps import parse_http_date

TOLERANCE = timedelta(minutes=5)
"""Accepted difference between clocks before a time counts as in the future."""

_LAST = datetime.max.replace(tzinfo=UTC) - TOLERANCE


def _server_time(exchange: Exchange) -> datetime:
    """Return the time of the response by the server's clock, or by ours without a Date header."""
    return min(parse_http_date(exchange.header("date") or "") or exchange.started, _LAST)


def _violations(response: ParsedResponse, relation: Relation) -> Iterator[RelationViolation]:
    stats = response.valid_stats
    if relation.id != "negative-count":
        # A relation of its own reports negative numbers, once.
        stats = {name: value for name, value in stats.items() if (number(stats, name) or 0) >= 0}
    now = _server_time(response.exchange)
    if any(relation.violations(stats, now + TOLERANCE)):
        yield from relation.violations(stats, now)


def _violation(response: ParsedResponse, relation: Relation, violation: RelationViolation, message: str) -> Violation:
    schema = relation.reference.removeprefix("#") if relation.reference.startswith("#/") else ""
    where = response.at(f"{STATS_POINTER}{pointer(violation.field)}")
    return Violation(where, message, violation.expected, violation.got, schema)


def _relation_check(relation: Relation) -> ResponseCheck:
    def check(response: ParsedResponse) -> Iterator[Violation]:
        for violation in _violations(response, relation):
            if violation.field not in RATES or diagnose_rate(violation.field, response.valid_stats) is None:
                yield _violation(response, relation, violation, violation.message)

    return json_body(check)


def _diagnosis_check(rule: str) -> ResponseCheck:
    def check(response: ParsedResponse) -> Iterator[Violation]:
        for relation in RELATIONS:
            for violation in _violations(response, relation):
                if violation.field not in RATES:
                    continue
                diagnosis = diagnose_rate(violation.field, response.valid_stats)
                if diagnosis is not None and diagnosis.rule == rule:
                    message = f"{violation.field} is {diagnosis.description}."
                    yield _violation(response, relation, violation, message)

    return json_body(check)


_WHY = {
    "documented": "A client shows, sums or alerts on a number with another meaning than documented.",
    "derived": "A client that relies on it shows shares above 100 %, negative bars, or data from the future.",
}

_RELATIONS = tuple(
    Rule(
        relation.id,
        Level.BREAKING if relation.source == "documented" else Level.WARNING,
        relation.summary,
        _WHY[relation.source],
        f"openapi.json{relation.reference}" if relation.reference.startswith("#/") else relation.reference,
        f'HTTP/1.1 200 OK\n\n{{"success": true, "data": {{{relation.example}, …}}}}',
        check_response=_relation_check(relation),
    )
    for relation in RELATIONS
)

_DOCUMENTED = "openapi.json: “Unique opens divided by delivered.”, “Unique clicks divided by delivered.”"
_NUMBERS = '"totalSent": 1200, "totalDelivered": 1000, "uniqueOpens": 410, "totalOpens": 600'

_DIAGNOSES = (
    Rule(
        "rate-is-percentage",
        Level.BREAKING,
        "A rate is a fraction, not a percentage.",
        "A client that multiplies by 100 shows 4100 %.",
        _DOCUMENTED,
        f'HTTP/1.1 200 OK\n\n{{"success": true, "data": {{{_NUMBERS}, "openRate": 41.0, …}}}}',
        check_response=_diagnosis_check("rate-is-percentage"),
    ),
    Rule(
        "rate-over-sent",
        Level.BREAKING,
        "A rate is a fraction of delivered messages, not of sent ones.",
        "Rates cannot be compared with earlier ones, and the difference is too small to notice.",
        _DOCUMENTED,
        f'HTTP/1.1 200 OK\n\n{{"success": true, "data": {{{_NUMBERS}, "openRate": 0.3417, …}}}}',
        check_response=_diagnosis_check("rate-over-sent"),
    ),
    Rule(
        "rate-of-total-events",
        Level.BREAKING,
        "A rate counts each recipient once: unique events, not all events.",
        "Rates cannot be compared with earlier ones, and may exceed 1.",
        _DOCUMENTED,
        f'HTTP/1.1 200 OK\n\n{{"success": true, "data": {{{_NUMBERS}, "openRate": 0.6, …}}}}',
        check_response=_diagnosis_check("rate-of-total-events"),
    ),
    Rule(
        "rate-over-other-events",
        Level.BREAKING,
        "A rate is a fraction of delivered messages, not of other events (clicks by opens).",
        "Rates cannot be compared with earlier ones: click-to-open is several times the click rate.",
        _DOCUMENTED,
        'HTTP/1.1 200 OK\n\n{"success": true, "data": {"uniqueOpens": 410, "uniqueClicks": 52, "clickRate": 0.127}}',
        check_response=_diagnosis_check("rate-over-other-events"),
    ),
    Rule(
        "rate-truncated",
        Level.INFO,
        "A rate is rounded, not truncated.",
        "Little: it is too low by up to one of its last decimals. With few decimals it may also be a fraction of sent.",
        _DOCUMENTED,
        'HTTP/1.1 200 OK\n\n{"success": true, "data": {"totalDelivered": 1150, "uniqueOpens": 445, "openRate": 0.38}}',
        check_response=_diagnosis_check("rate-truncated"),
    ),
)

RULES = (*_DIAGNOSES, *_RELATIONS)
