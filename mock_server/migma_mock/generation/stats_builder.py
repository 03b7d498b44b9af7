"""Build stats from counts, for the profiles that draw counts."""

from typing import Any

from migma_contract.stats import rate


def build_stats(
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
    """Return the required fields of a campaign's stats.

    Args:
        sent: Messages sent.
        delivered: Messages delivered; the rates are relative to these.
        bounces: Messages that bounced.
        opens: Unique opens and total opens.
        clicks: Unique clicks and total clicks.
        unsubscribes: Recipients who unsubscribed.
        decimals: The number of decimals to which rates are rounded; None for exact rates.
        last_updated: An RFC 3339 date-time.
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
        "openRate": _rate_as_sent(unique_opens, delivered, decimals),
        "clickRate": _rate_as_sent(unique_clicks, delivered, decimals),
        "lastUpdated": last_updated,
    }


def _rate_as_sent(unique: int, delivered: int, decimals: int | None) -> float:
    """Return a rate as a JavaScript server sends it: exact or rounded, and 0 and 1 without a decimal point."""
    exact = rate(unique, delivered)
    rounded = exact if decimals is None else round(exact, decimals)
    return int(rounded) if rounded in (0, 1) else rounded
