"""The profile ``edge``: coherent stats with boundary values, where client code breaks first."""

from collections.abc import Mapping
from typing import Any, Literal

from hypothesis import strategies as st

from migma_contract.stats import MAX_COUNT
from migma_mock.generation.stats_builder import build_stats

_SENT = (0, 1, 2, 3, 10, 101, 1_000, 999_999, 2**31 - 1, 2**31, 2**32, MAX_COUNT - 1, MAX_COUNT)
"""Values where divisions fail, where thirds appear, and where the integers of 32 bits and of doubles end."""

Share = Literal["none", "one", "a third", "half", "all but one", "all"]
"""A part of a whole."""

Repeats = Literal["once", "one more", "twice", "most"]
"""The number of opens or clicks of each recipient who opened or clicked."""

_share: st.SearchStrategy[Share] = st.sampled_from(("none", "one", "a third", "half", "all but one", "all"))
_repeats: st.SearchStrategy[Repeats] = st.sampled_from(("once", "one more", "twice", "most"))

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
        "date": st.sampled_from(("2000-02-29", "1970-01-01", "1999-12-31", "2024-02-29", "2024-12-31", "2025-01-01")),
        "time": st.sampled_from(("00:00:00", "23:59:59")) | st.times().map("{:%H:%M:%S}".format),
        "fraction": st.sampled_from(("", ".0", ".000", ".999", ".000001", ".999999", ".123456789"))
        | st.binary(min_size=2, max_size=2).map(lambda two: f".{int.from_bytes(two):06d}"),
        "offset": st.sampled_from(
            ("Z", "+00:00", "-00:00", "+14:00", "-12:00", "+05:45", "-03:30", "+00:01", "-00:01")
        ),
    }
)
"""The parts of a campaign: any combination is coherent, and no part depends on another."""


def stats(parts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the stats for values of PARTS."""
    sent = parts["sent"]
    delivered = _some(parts["delivered"], sent)
    unique_opens = _some(parts["openers"], delivered)
    total_opens = _repeated(parts["opens"], unique_opens)
    unique_clicks = _some(parts["clickers"], delivered)
    total_clicks = _repeated(parts["clicks"], unique_clicks)
    result = build_stats(
        sent=sent,
        delivered=delivered,
        bounces=_some(parts["bounced"], sent - delivered),
        opens=(unique_opens, total_opens),
        clicks=(unique_clicks, total_clicks),
        unsubscribes=_some(parts["unsubscribed"], delivered),
        decimals=parts["decimals"],
        last_updated=f"{parts['date']}T{parts['time']}{parts['fraction']}{parts['offset']}",
    )
    for name, whole in (("botOpens", total_opens), ("botClicks", total_clicks), ("mppOpens", total_opens)):
        if parts[name] is not None:
            result[name] = _some(parts[name], whole)
    return result


def _some(share: Share, whole: int) -> int:
    match share:
        case "none":
            return 0
        case "one":
            return min(1, whole)
        case "a third":
            return whole // 3
        case "half":
            return whole // 2
        case "all but one":
            return max(0, whole - 1)
        case "all":
            return whole


def _repeated(repeats: Repeats, unique: int) -> int:
    if not unique:
        return 0
    match repeats:
        case "once":
            return unique
        case "one more":
            return min(unique + 1, MAX_COUNT)
        case "twice":
            return min(unique * 2, MAX_COUNT)
        case "most":
            return MAX_COUNT
