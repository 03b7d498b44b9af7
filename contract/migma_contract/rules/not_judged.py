"""Name the rules that a run could not judge, since its campaigns' numbers could not have shown a violation."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from migma_contract.rules.analysis.parsed_response import ParsedResponse
from migma_contract.rules.analysis.rate_evidence import can_show, decimals_of_rates, has_rate
from migma_contract.stats import COUNTS, RATES, number


class _Gap(NamedTuple):
    """A subject that was not judged, the reason, and the numbers that a campaign needs to show it."""

    subject: str
    reason: str
    needed: str


def not_judged(run: Sequence[ParsedResponse]) -> str:
    """Return one line on what the stats of a run could not show, and which campaign would; "" if nothing is missing.

    Only gaps that a user does not expect are worth the line. How often each rule could judge is in
    :attr:`Evaluation.judged`.
    """
    reads = [response for response in run if response.exchange.purpose == "campaign" and response.valid_stats]
    gaps = list(_gaps(reads)) if reads else []
    if not gaps:
        return ""
    missing = ", and ".join(f"{gap.subject}, since {gap.reason}" for gap in gaps)
    needed = " and ".join(gap.needed for gap in gaps)
    return f"Not judged: {missing}; a campaign with {needed} would show it."


def _gaps(reads: Sequence[ParsedResponse]) -> Iterator[_Gap]:
    stats = [read.valid_stats for read in reads]
    if not any(number(one, name) for one in stats for name in COUNTS):
        yield _Gap("how the numbers relate to each other", "all counts are 0", "opens and clicks")
        return
    rates = [one for one in stats if any(has_rate(one, name) for name in RATES)]
    if not rates:
        yield _Gap("how the rates are calculated", "uniqueOpens and uniqueClicks are 0", "opens and clicks")
        return
    if not _any_shows("rate-over-sent", reads):
        is_complete = all(_equal(one, "totalDelivered", "totalSent") for one in rates)
        reason = (
            "every campaign was delivered completely" if is_complete else "too few messages bounced to change the rates"
        )
        needed = "bounces" if is_complete else "more bounces"
        yield _Gap("whether rates are divided by delivered or by sent", reason, needed)
    if not _any_shows("rate-of-total-events", reads):
        reason = "too few recipients opened or clicked twice to change the rates"
        yield _Gap("whether rates count recipients or all events", reason, "repeated opens")


def _any_shows(rule_id: str, reads: Sequence[ParsedResponse]) -> bool:
    unit = reads[0].contract.rates
    decimals = decimals_of_rates([read.valid_stats for read in reads], unit)
    return any(can_show(rule_id, read.valid_stats, unit, decimals) for read in reads)


def _equal(stats: Mapping[str, Any], one: str, other: str) -> bool:
    return number(stats, one) == number(stats, other)
