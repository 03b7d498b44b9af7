"""The profile ``realistic``: coherent stats with the shape of real email campaigns.

Each quantity is a number between 0 and 1 that is looked up in a table of quantiles: the values below which 0 %, 10 %, …
100 % of campaigns are, with straight lines between. The arithmetic is simple, so that all machines round the same way.
The tables follow the ranges in which the public benchmarks of email providers agree; none is copied from one.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from hypothesis import strategies as st

from migma_contract.rate_unit import RateUnit
from migma_mock.generation.stats_builder import with_rates

_SENT = (12, 80, 400, 1_500, 4_000, 9_000, 18_000, 38_000, 95_000, 320_000, 3_000_000)
_NEAR = (0.95, 1.05)
"""Multiplied by the size, so that sizes differ although two campaigns share a part."""
_DELIVERED_OF_SENT = (0.9, 0.945, 0.966, 0.977, 0.984, 0.988, 0.9915, 0.994, 0.996, 0.9975, 0.999)
_BOUNCED_OF_UNDELIVERED = (1, 1, 1, 1, 0.99, 0.95, 0.8)
"""The other messages are still being delivered."""
_OPENERS_OF_DELIVERED = (0.1, 0.19, 0.24, 0.28, 0.315, 0.345, 0.375, 0.405, 0.445, 0.5, 0.6)
_OPENS_OF_OPENER = (1.1, 1.2, 1.28, 1.36, 1.45, 1.55, 1.68, 1.9, 2.5)
_CLICKERS_OF_OPENERS = (0.02, 0.03, 0.04, 0.052, 0.065, 0.08, 0.1, 0.13, 0.2)
_CLICKS_OF_CLICKER = (1, 1.05, 1.1, 1.17, 1.25, 1.35, 1.5, 1.9)
_UNSUBSCRIBED_OF_DELIVERED = (0.0002, 0.0005, 0.0009, 0.0013, 0.0018, 0.0025, 0.0035, 0.0055, 0.01)
_MPP_OF_OPENS = (0.2, 0.31, 0.37, 0.41, 0.45, 0.5, 0.6)
_BOTS_OF_OPENS = (0.002, 0.01, 0.02, 0.03, 0.05, 0.1)
_BOTS_OF_CLICKS = (0.01, 0.04, 0.08, 0.13, 0.2, 0.35)

_UNIT = st.integers(0, 255).map(lambda step: step / 255)
# Hypothesis draws integers of this small range evenly; larger ones are mostly near zero, and floats mostly special.

PARTS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        **dict.fromkeys(("sent", "near", "delivered", "bounced", "openers", "opens", "clickers", "clicks"), _UNIT),
        "unsubscribed": _UNIT,
        "mpp": st.none() | _UNIT,
        "bots": st.none() | st.tuples(_UNIT, _UNIT),
        "decimals": st.sampled_from((None, 4)),
        # Past years, so that the stats do not depend on the clock.
        "date": st.dates(date(2024, 1, 1), date(2025, 12, 31)),
        "time": st.times(),
        "offset": st.sampled_from(("Z", "Z", "Z", ".000Z", ".000Z", "+00:00", "+02:00", "-05:00")),
    }
)
"""The parts of a campaign: any combination is coherent, and no part depends on another."""


def stats(parts: Mapping[str, Any], unit: RateUnit) -> dict[str, Any]:
    """Return the stats for values of PARTS, with rates in a unit."""
    sent = round(_quantile(_SENT, parts["sent"]) * _quantile(_NEAR, parts["near"]))
    delivered = _share(_DELIVERED_OF_SENT, parts["delivered"], sent)
    unique_opens = _share(_OPENERS_OF_DELIVERED, parts["openers"], delivered)
    total_opens = _share(_OPENS_OF_OPENER, parts["opens"], unique_opens)
    # Clicks come from openers: the more open, the more click, as in real campaigns.
    unique_clicks = _share(_CLICKERS_OF_OPENERS, parts["clickers"], unique_opens)
    total_clicks = _share(_CLICKS_OF_CLICKER, parts["clicks"], unique_clicks)
    counts = {
        "totalSent": sent,
        "totalDelivered": delivered,
        "uniqueOpens": unique_opens,
        "totalOpens": total_opens,
        "uniqueClicks": unique_clicks,
        "totalClicks": total_clicks,
        "unsubscribes": _share(_UNSUBSCRIBED_OF_DELIVERED, parts["unsubscribed"], delivered),
        "bounces": _share(_BOUNCED_OF_UNDELIVERED, parts["bounced"], sent - delivered),
    }
    last_updated = f"{parts['date']}T{parts['time']:%H:%M:%S}{parts['offset']}"
    result = with_rates(counts, unit, parts["decimals"], last_updated)
    if parts["bots"] is not None:
        opens, clicks = parts["bots"]
        result["botOpens"] = _share(_BOTS_OF_OPENS, opens, total_opens)
        result["botClicks"] = _share(_BOTS_OF_CLICKS, clicks, total_clicks)
    if parts["mpp"] is not None:
        result["mppOpens"] = _share(_MPP_OF_OPENS, parts["mpp"], total_opens)
    return result


def _quantile(table: Sequence[float], unit: float) -> float:
    place = unit * (len(table) - 1)
    below = min(int(place), len(table) - 2)
    return table[below] + (table[below + 1] - table[below]) * (place - below)


def _share(table: Sequence[float], unit: float, whole: int) -> int:
    return round(_quantile(table, unit) * whole)
