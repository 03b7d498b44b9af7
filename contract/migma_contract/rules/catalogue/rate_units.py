"""Rules on the unit of the rates: the one in which the contract is read, in every response of a run."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from migma_contract.finding import Violation
from migma_contract.json_pointer import pointer
from migma_contract.rate_unit import NOUN, WHOLE, RateUnit
from migma_contract.rules.analysis.locations import STATS_POINTER
from migma_contract.rules.analysis.parsed_response import ParsedResponse
from migma_contract.rules.analysis.rate_diagnosis import WRONG_UNIT, diagnose_rate, unit_shown
from migma_contract.rules.rule import Rule, breaking
from migma_contract.stats import RATES
from migma_contract.stats.relation_checks import RelationViolation

RATES_DOCUMENTED = "openapi.json: “Unique opens divided by delivered.”, “Unique clicks divided by delivered.”"

_SOURCES = "The API page says “Unique opens divided by delivered”, a fraction; the vendor's SDK annotates 0-100."
_ADVICE: Mapping[RateUnit, str] = {
    "fraction": "If percentages are meant, use --rates percent (MIGMA_RATES=percent).",
    "percent": "If fractions are meant, remove --rates percent (MIGMA_RATES).",
}


class _ShownRate(NamedTuple):
    """A rate of a response, and the unit that its value shows."""

    response: ParsedResponse
    name: str
    unit: RateUnit


def _shown_rates(run: Sequence[ParsedResponse]) -> Iterator[_ShownRate]:
    """Yield the rates of a run that show their unit."""
    for response in run:
        if response.has_body and response.exchange.json.readable:
            for name in RATES:
                unit = unit_shown(name, response.valid_stats, response.contract.rates)
                if unit is not None:
                    yield _ShownRate(response, name, unit)


def _rule(unit: RateUnit, summary: str, why: str, example: str) -> Rule:
    """Return the rule for rates in another unit than the one in which the contract is read."""

    def check_run(run: Sequence[ParsedResponse]) -> Iterator[Violation]:
        if not run or run[0].contract.rates != unit:
            return
        shown = list(_shown_rates(run))
        found = [each for each in shown if each.unit != unit]
        right = [each for each in shown if each.unit == unit]
        for each in found:
            violation = _mixed(each, right, unit) if right else _throughout(each, unit)
            yield violation._replace(level=each.response.max_level)

    return breaking(
        WRONG_UNIT[unit],
        summary,
        why,
        f"{RATES_DOCUMENTED} The vendor's SDK annotates both rates with 0-100",
        f'HTTP/1.1 200 OK\n\n{{"success": true, "data": {{{example}}}}}',
        check=lambda response: check_run([response]),
        check_run=check_run,
        comparisons=lambda run: sum(each.response.contract.rates == unit for each in _shown_rates(run)),
    )


def _throughout(rate: _ShownRate, unit: RateUnit) -> Violation:
    """Return the violation if all rates of the run are in the wrong unit: one for all of them."""
    response, stats = rate.response, rate.response.valid_stats
    message = f"All rates are {NOUN[rate.unit]}s, not {NOUN[unit]}s. {_SOURCES} {_ADVICE[unit]}"
    expected = f"{NOUN[unit]}s from 0 to {WHOLE[unit]}: {rate.name} {_relation_violation(rate).expected}"
    got = ", ".join(f"{name} {stats[name]:.6g}" for name in RATES if name in stats)
    return response.violation(STATS_POINTER, message, expected, got, _schema(rate))


def _mixed(rate: _ShownRate, right: Sequence[_ShownRate], unit: RateUnit) -> Violation:
    """Return the violation if the run has rates in both units: one for each field in the wrong one."""
    diagnosis = diagnose_rate(rate.name, rate.response.valid_stats, unit)
    described = diagnosis.description if diagnosis else f"a {NOUN[rate.unit]}"
    # The closest one: in the same response, or else another read of the campaign.
    other = max(right, key=lambda each: (each.response is rate.response, _campaign(each) == _campaign(rate)))
    message = f"{rate.name} is {described}, but {_name(other, rate)} is a {NOUN[unit]}."
    violation, where = _relation_violation(rate), f"{STATS_POINTER}{pointer(rate.name)}"
    return rate.response.violation(where, message, violation.expected, violation.got, _schema(rate))


def _campaign(rate: _ShownRate) -> str:
    return rate.response.exchange.campaign_id


def _name(rate: _ShownRate, other: _ShownRate) -> str:
    """Return the name of a rate, with its campaign or its read if those are not the ones of the other rate."""
    if rate.response is other.response:
        return rate.name
    if _campaign(rate) != _campaign(other):
        return f"{rate.name} of campaign {_campaign(rate)}"
    return f"{rate.name} in read {rate.response.exchange.sample}"


def _relation_violation(rate: _ShownRate) -> RelationViolation:
    return next(each for _, each in rate.response.violated_relations if each.field == rate.name)


def _schema(rate: _ShownRate) -> str:
    return f"{rate.response.contract.stats.properties[rate.name]}/description"


_NUMBERS = '"totalDelivered": 1000, "uniqueOpens": 410'

RULES = (
    _rule(
        "fraction",
        "Rates are fractions, not percentages, unless --rates percent is given.",
        "A client that multiplies by 100 shows 4100 %.",
        f'{_NUMBERS}, "openRate": 41.0, …',
    ),
    _rule(
        "percent",
        "With --rates percent, rates are percentages, not fractions.",
        "A client that expects percentages shows 0.41 % in place of 41 %.",
        f'{_NUMBERS}, "openRate": 0.41, …',
    ),
)
