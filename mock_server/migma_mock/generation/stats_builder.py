"""What has been counted, as stats: the coherent profiles draw counts, and rates follow from them."""

from typing import Any

from migma_contract.stats import rate


def counted(
    *,
    sent: int,
    delivered: int,
    bounces: int,
    opens: tuple[int, int],
    clicks: tuple[int, int],
    unsubscribes: int,
    decimals: int | None,
    last_updated: str,
) -> dict[str, Any]:
    """The required members of a campaign's stats.

    Args:
        sent: Mails, as are those that were delivered and that bounced.
        delivered: What rates are shares of.
        bounces: Of those not delivered.
        opens: Unique ones, and all.
        clicks: Unique ones, and all.
        unsubscribes: Of those delivered.
        decimals: To which rates are rounded; None for exact ones.
        last_updated: A date-time of RFC 3339.
    """
    unique_opens, total_opens = opens
    unique_clicks, total_clicks = clicks
    return {
        "totalSent": sent,
        "totalDelivered": delivered,
        "uniqueOpens": unique_opens,
        "totalOpens": total_opens,
        "uniqueClicks": unique_clicks,
        "totalClicks": total_clicks,
        "unsubscribes": unsubscribes,
        "bounces": bounces,
        "openRate": _printed_rate(unique_opens, delivered, decimals),
        "clickRate": _printed_rate(unique_clicks, delivered, decimals),
        "lastUpdated": last_updated,
    }


def _printed_rate(unique: int, delivered: int, decimals: int | None) -> float:
    """A rate as a JavaScript server prints it: exact or rounded, and 0 and 1 without a decimal point."""
    exact = rate(unique, delivered)
    shown = exact if decimals is None else round(exact, decimals)
    return int(shown) if shown in (0, 1) else shown
