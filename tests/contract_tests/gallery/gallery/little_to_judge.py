"""Conforming campaigns whose numbers say little: the report names what it could not judge."""

from typing import Any

from gallery.changes import Stats, both, data, fields, with_rates, without
from gallery.variant import Variant, conforming
from migma_contract.stats import COUNTS, RATES

_BOTS = {"botOpens": 0, "botClicks": 0, "mppOpens": 0}
_NO_CLICKS = {"uniqueClicks": 0, "totalClicks": 0, "botClicks": 0}


def _campaign(name: str, description: str, decimals: int | None = None, **counts: Any) -> Variant:
    def change(stats: Stats) -> Stats:
        changed = with_rates({**stats, **counts})
        rounded = {} if decimals is None else {rate: round(changed[rate], decimals) for rate in RATES}
        return {**changed, **rounded}

    return conforming(name, description, data(change))


VARIANTS = (
    _campaign("all-zero", "all counts are 0", **dict.fromkeys(COUNTS, 0)),
    conforming(
        "all-zero-no-bots",
        "all counts are 0, and the optional ones are absent",
        both(fields(**dict.fromkeys((*COUNTS, *RATES), 0)), without(*_BOTS)),
    ),
    _campaign("just-sent", "nothing was delivered yet", **dict.fromkeys(COUNTS, 0) | {"totalSent": 1200}),
    _campaign("every-bounced", "every message bounced", **dict.fromkeys(COUNTS, 0) | {"totalSent": 9, "bounces": 9}),
    _campaign("all-delivered", "no message bounced", totalDelivered=1200, bounces=0),
    _campaign("one-bounced", "one message bounced, and rates have 2 decimals", 2, totalDelivered=1199, bounces=1),
    _campaign("unopened", "nobody opened or clicked", uniqueOpens=0, totalOpens=0, **_BOTS | _NO_CLICKS),
    _campaign("without-links", "nobody clicked", **_NO_CLICKS),
    _campaign("opened-once", "nobody opened or clicked twice", totalOpens=439, totalClicks=97, **_BOTS),
    _campaign(
        "one-recipient",
        "one recipient opened and clicked once",
        **dict.fromkeys(COUNTS, 1) | {"unsubscribes": 0, "bounces": 0} | _BOTS,
    ),
    _campaign("in-delivery", "most messages are on their way", totalSent=90_000),
)
