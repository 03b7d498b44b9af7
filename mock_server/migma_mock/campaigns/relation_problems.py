"""Check the numbers of a campaign file against what they mean."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from migma_contract.errors import Problem
from migma_contract.rate_unit import NOUN, RATE_UNITS, WHOLE, RateUnit
from migma_contract.stats import COUNTS, MAX_COUNT, RATES, rate, relation_violations
from migma_contract.stats.relation_checks import RelationViolation
from migma_contract.strict_json import describe_json


def relation_problems(
    stats: Mapping[str, Any], unit: RateUnit | None, served: RateUnit, now: datetime | None
) -> Iterator[Problem]:
    """Yield the contradictions in stats, without a file, each with the JSON pointer to the field in them.

    Args:
        stats: As in the file.
        unit: The unit of their rates; None if they are right in neither.
        served: The unit that the mock serves.
        now: The latest time that lastUpdated may be; None if that is not checked.
    """
    violations = relation_violations(stats, now, unit or served)
    wrong = {violation.field for _, violation in violations}
    for relation, violation in violations:
        if RATES.get(violation.field) in wrong:  # with the right count, the rate may be right
            continue
        is_rate = violation.field in RATES and relation.source == "documented"
        expected = _expected_rate(stats, violation, unit) if is_rate else violation.expected
        yield Problem("", f"/{violation.field}", f"{expected} ({relation.id})", violation.got)
    for name in COUNTS:
        value = stats.get(name)
        # Not number(), which returns None for an integer too large for a double.
        if isinstance(value, int | float) and value > MAX_COUNT:
            expected = f"at most {MAX_COUNT}, the largest integer that every JSON parser reads exactly"
            yield Problem("", f"/{name}", expected, describe_json(value))


def _expected_rate(stats: Mapping[str, Any], violation: RelationViolation, unit: RateUnit | None) -> str:
    """Return the right value of a rate as text: in the unit of the file, or in both if no unit is recognized."""
    name = violation.field
    if unit is not None:
        is_too_large = stats[name] > WHOLE[unit]
        scale = f"a {NOUN[unit]} from 0 to {WHOLE[unit]}, here " if is_too_large else ""
        return f"{scale}{violation.expected}"
    unique, delivered = stats[RATES[name]], stats["totalDelivered"]
    readings = " or ".join(f"the {NOUN[each]} {rate(unique, delivered, each):.6g}" for each in RATE_UNITS)
    return f"{readings}, both rates in one unit ({RATES[name]} {unique} / totalDelivered {delivered})"
