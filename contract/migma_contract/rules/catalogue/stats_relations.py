"""Rules made from RELATIONS, the relations between the numbers of one campaign."""

from collections.abc import Iterator

from migma_contract.finding import Level, Violation
from migma_contract.json_pointer import pointer
from migma_contract.rules.analysis.locations import STATS_POINTER
from migma_contract.rules.analysis.parsed_response import ParsedResponse
from migma_contract.rules.analysis.rate_diagnosis import diagnoses
from migma_contract.rules.analysis.rate_evidence import can_show, decimals_of_rates
from migma_contract.rules.catalogue.rate_units import RATES_DOCUMENTED
from migma_contract.rules.rule import Rule, json_body
from migma_contract.stats import RELATIONS


def _rule(rule_id: str, summary: str, why: str, source: str, stats: str, *, level: Level = Level.BREAKING) -> Rule:
    """Return the rule for violated relations: those with this id, or those for which this mistake is known."""

    def check(response: ParsedResponse) -> Iterator[Violation]:
        for relation, violation in response.violated_relations:
            found = list(diagnoses(violation.field, response.valid_stats, response.contract.rates))
            messages = {each.rule: f"{violation.field} is {each.description}." for each in found}
            message = (messages or {relation.id: violation.message}).get(rule_id)
            if message:
                schema = relation.reference.removeprefix("#") if relation.reference.startswith("#/") else ""
                where = f"{STATS_POINTER}{pointer(violation.field)}"
                yield response.violation(where, message, violation.expected, violation.got, schema)

    def judges(response: ParsedResponse) -> bool:
        if any(check(response)):
            return True
        if rule_id in _BY_ID:
            return _BY_ID[rule_id].check.tells(response.valid_stats)
        stats, unit = response.valid_stats, response.contract.rates
        return can_show(rule_id, stats, unit, decimals_of_rates([stats], unit))

    example = f'HTTP/1.1 200 OK\n\n{{"success": true, "data": {{{stats}}}}}'
    return Rule(level, rule_id, summary, why, source, example, json_body(check, judges))


_BY_ID = {relation.id: relation for relation in RELATIONS}
_NUMBERS = '"totalSent": 1200, "totalDelivered": 1000, "uniqueOpens": 410, "totalOpens": 600'
_WHY = {
    "documented": "A client shows, sums or alerts on a number with another meaning than documented.",
    "derived": "A client that relies on it shows shares above 100 %, negative bars, or data from the future.",
}

RULES = (
    _rule(
        "rate-over-sent",
        "A rate is a part of delivered messages, not of sent ones.",
        "Rates cannot be compared with earlier ones, and the difference is too small to notice.",
        RATES_DOCUMENTED,
        f'{_NUMBERS}, "openRate": 0.3417, …',
    ),
    _rule(
        "rate-of-total-events",
        "A rate counts each recipient once: unique events, not all events.",
        "Rates cannot be compared with earlier ones, and may exceed 1 (100 %).",
        RATES_DOCUMENTED,
        f'{_NUMBERS}, "openRate": 0.6, …',
    ),
    _rule(
        "rate-over-other-events",
        "A rate is a part of delivered messages, not of other events (clicks by opens).",
        "Rates cannot be compared with earlier ones: click-to-open is several times the click rate.",
        RATES_DOCUMENTED,
        '"uniqueOpens": 410, "uniqueClicks": 52, "clickRate": 0.127',
    ),
    _rule(
        "rate-truncated",
        "A rate is rounded, not truncated.",
        "Little: it is too low by up to one of its last decimals. With few decimals it may also be a fraction of sent.",
        RATES_DOCUMENTED,
        '"totalDelivered": 1150, "uniqueOpens": 445, "openRate": 0.38',
        level=Level.INFO,
    ),
    _rule(
        "rate-rounded-up",
        "A rate is rounded, not rounded up. Recognized from the fourth decimal of the fraction on.",
        "Little: it is too high by up to one of its last decimals.",
        RATES_DOCUMENTED,
        '"totalDelivered": 1150, "uniqueOpens": 439, "openRate": 0.3818',
        level=Level.INFO,
    ),
    *(
        _rule(
            relation.id,
            relation.summary,
            _WHY[relation.source],
            f"openapi.json{relation.reference}" if relation.reference.startswith("#/") else relation.reference,
            f"{relation.example}, …",
            level=Level.BREAKING if relation.source == "documented" else Level.WARNING,
        )
        for relation in RELATIONS
    ),
)
