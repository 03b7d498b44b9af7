"""The profile ``edge``: coherent stats with boundary values, where client code breaks first."""

from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import strategies as st

from migma_contract.rate_unit import RateUnit
from migma_contract.stats import MAX_COUNT
from migma_mock.generation.stats_builder import with_rates

_SENT = (0, 1, 2, 3, 10, 101, 1_000, 999_999, 2**31 - 1, 2**31, 2**32, MAX_COUNT - 1, MAX_COUNT)
"""Values where divisions fail, where thirds appear, and where the integers of 32 bits and of doubles end."""

_SHARES: Mapping[str, Callable[[int], int]] = {
    "none": lambda _whole: 0,
    "one": lambda whole: min(1, whole),
    "a third": lambda whole: whole // 3,
    "half": lambda whole: whole // 2,
    "all but one": lambda whole: max(0, whole - 1),
    "all": lambda whole: whole,
}
"""Parts of a whole."""

_REPEATS: Mapping[str, Callable[[int], int]] = {
    "once": lambda unique: unique,
    "one more": lambda unique: unique + 1,
    "twice": lambda unique: unique * 2,
    "most": lambda _unique: MAX_COUNT,
}
"""The number of opens or clicks, if some recipients opened or clicked."""

_share = st.sampled_from(tuple(_SHARES))
_repeats = st.sampled_from(tuple(_REPEATS))

PARTS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "sent": st.sampled_from(_SENT),
        "delivered": _share,
        "bounced": _share,
        "openers": _share,
        "opens": _repeats,
        "clickers": _share,
        "clicks": _repeats,
        "unsubscribed": _share,
        "botOpens": st.none() | _share,
        "botClicks": st.none() | _share,
        "mppOpens": st.none() | _share,
        "decimals": st.sampled_from((None, 6, 4, 3, 2)),
        "date": st.sampled_from(("2000-02-29", "2016-12-31", "2009-02-13", "2024-02-29", "2024-12-31", "2025-01-01")),
        "time": st.sampled_from(("00:00:00", "23:59:59")) | st.times().map("{:%H:%M:%S}".format),
        "fraction": st.sampled_from(("", ".0", ".000", ".999", ".000001", ".999999", ".123456789"))
        | st.binary(min_size=2, max_size=2).map(lambda two: f".{int.from_bytes(two):06d}"),
        "offset": st.sampled_from(
            ("Z", "+00:00", "-00:00", "+14:00", "-12:00", "+05:45", "-03:30", "+00:01", "-00:01")
        ),
    }
)
"""The parts of a campaign: any combination is coherent, and no part depends on another."""


def stats(parts: Mapping[str, Any], unit: RateUnit) -> dict[str, Any]:
    """Return the stats for values of PARTS, with rates in a unit."""
    sent = parts["sent"]
    delivered = _some(parts["delivered"], sent)
    unique_opens, unique_clicks = _some(parts["openers"], delivered), _some(parts["clickers"], delivered)
    total_opens, total_clicks = _total(parts["opens"], unique_opens), _total(parts["clicks"], unique_clicks)
    counts = {
        "totalSent": sent,
        "totalDelivered": delivered,
        "uniqueOpens": unique_opens,
        "totalOpens": total_opens,
        "uniqueClicks": unique_clicks,
        "totalClicks": total_clicks,
        "unsubscribes": _some(parts["unsubscribed"], delivered),
        "bounces": _some(parts["bounced"], sent - delivered),
    }
    last_updated = f"{parts['date']}T{parts['time']}{parts['fraction']}{parts['offset']}"
    result = with_rates(counts, unit, parts["decimals"], last_updated)
    for name, whole in (("botOpens", total_opens), ("botClicks", total_clicks), ("mppOpens", total_opens)):
        if parts[name] is not None:
            result[name] = _some(parts[name], whole)
    return result


def _some(share: str, whole: int) -> int:
    return _SHARES[share](whole)


def _total(repeats: str, unique: int) -> int:
    return min(_REPEATS[repeats](unique), MAX_COUNT) if unique else 0
