"""Rates as fractions and as percentages, checked with either setting; rounded, cut off, or of other counts."""

import math
import struct
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from gallery.api import Change, Reply, Request
from gallery.changes import both, data, of_campaign, read, when
from gallery.variant import Variant, drift
from migma_contract.rate_unit import WHOLE, RateUnit
from migma_contract.stats import RATES

_semantic = partial(drift, category="semantic")
Stats = Mapping[str, Any]


def _plain(value: float) -> float:
    return value


def rates(unit: RateUnit, *names: str, form: Callable[[float], Any] = _plain, of: str = "totalDelivered") -> Change:
    """Write rates (without names, both) in a unit, each formed by a function, as parts of a count."""

    def written(stats: Stats) -> dict[str, Any]:
        shown = {name: WHOLE[unit] * stats[RATES[name]] / (stats[of] or 1) for name in names or RATES}
        return {**stats, **{name: form(value) for name, value in shown.items()}}

    return data(written)


def _of_total(stats: Stats) -> dict[str, Any]:
    shares = {name: stats[unique.replace("unique", "total")] for name, unique in RATES.items()}
    return {**stats, **{name: 100 * count / stats["totalDelivered"] for name, count in shares.items()}}


def _click_to_open(stats: Stats) -> dict[str, Any]:
    return {**stats, "openRate": 38.17, "clickRate": round(100 * stats["uniqueClicks"] / stats["uniqueOpens"], 2)}


def to(decimals: int, rounding: Callable[[float], int] = round) -> Callable[[float], float]:
    """Return the function that rounds with some decimals, in the arithmetic of JavaScript."""
    return lambda value: rounding(value * 10**decimals) / 10**decimals


def half_up(value: float) -> int:
    return math.floor(value + 0.5)


def single(value: float) -> float:
    return float(struct.unpack("f", struct.pack("f", value))[0])


def counts(**changed: int) -> Change:
    return data(lambda stats: {**stats, **changed})


def checked_with_percent(variant: Variant) -> Variant:
    """Return the variant as one that is checked with ``--rates percent``."""
    described = f"{variant.description}; checked with `--rates percent`"
    return replace(variant, rates="percent", description=described)


def nothing(stats: Stats) -> dict[str, Any]:
    return {**dict.fromkeys(stats, 0), "lastUpdated": stats["lastUpdated"]}


def everyone(stats: Stats) -> dict[str, Any]:
    names = ("uniqueOpens", "totalOpens", "uniqueClicks", "totalClicks")
    return {**stats, **dict.fromkeys(names, stats["totalDelivered"])}


_CLICKS = {"uniqueOpens": 31_270, "totalOpens": 40_000, "uniqueClicks": 380, "totalClicks": 400}
FEW_CLICKS = counts(totalSent=120_000, totalDelivered=100_000, **_CLICKS)
FEW_OPENS = counts(totalSent=120_000, totalDelivered=100_000, uniqueOpens=540, totalOpens=812, uniqueClicks=97)
_NO_CLICKS = counts(uniqueClicks=0, totalClicks=4)


def _percentages_later(reply: Reply, request: Request) -> Reply:
    return when(read(2), rates("percent", form=to(2)))(reply, request)


_IS_PERCENTAGE, _IS_FRACTION = "rate-is-percentage", "rate-is-fraction"

DRIFTED = (
    _semantic("all-percentages", "both rates are percentages, 15 digits", rates("percent"), _IS_PERCENTAGE),
    _semantic(
        "all-percentages-two",
        "both rates of two campaigns are percentages, 2 decimals",
        rates("percent", form=to(2)),
        _IS_PERCENTAGE,
        campaigns=2,
    ),
    _semantic("whole-percentages", "both rates are whole percentages", rates("percent", form=round), _IS_PERCENTAGE),
    _semantic(
        "percentages-truncated",
        "both rates are percentages, truncated to 1 decimal",
        rates("percent", form=to(1, math.floor)),
        _IS_PERCENTAGE,
    ),
    _semantic(
        "percentages-of-sent",
        "both rates are percentages of sent",
        rates("percent", of="totalSent", form=to(2)),
        _IS_PERCENTAGE,
        also=("rate-over-sent",),
    ),
    _semantic(
        "percentages-below-one",
        "both rates are percentages, the click rate below 1",
        both(FEW_CLICKS, rates("percent")),
        _IS_PERCENTAGE,
    ),
    _semantic(
        "percentages-all-below-one",
        "both rates are percentages below 1",
        both(FEW_OPENS, rates("percent", form=to(2))),
        _IS_PERCENTAGE,
    ),
    _semantic(
        "one-percentage",
        "`openRate` is a percentage, `clickRate` is 0, which shows no unit",
        both(_NO_CLICKS, rates("percent", form=to(1))),
        _IS_PERCENTAGE,
    ),
    _semantic(
        "percentages-in-a-campaign",
        "the rates of one campaign are percentages, those of the other one fractions",
        when(of_campaign(1), rates("percent", form=to(2))),
        _IS_PERCENTAGE,
        campaigns=2,
    ),
    _semantic("percentages-later", "the rates are percentages in the second read", _percentages_later, _IS_PERCENTAGE),
    _semantic(
        "rounded-up-3",
        "`clickRate` is rounded up to 3 decimals: 0.085",
        counts(clickRate=0.085),
        "click-rate-inconsistent",
    ),
    _semantic(
        "rounded-up-2", "`openRate` is rounded up to 2 decimals: 0.39", counts(openRate=0.39), "open-rate-inconsistent"
    ),
    *map(
        checked_with_percent,
        (
            _semantic("all-fractions", "both rates are fractions", rates("fraction"), _IS_FRACTION),
            _semantic(
                "all-fractions-two",
                "both rates of two campaigns are fractions",
                rates("fraction"),
                _IS_FRACTION,
                campaigns=2,
            ),
            _semantic(
                "fractions-rounded",
                "both rates are fractions, 2 decimals",
                rates("fraction", form=to(2)),
                _IS_FRACTION,
            ),
            _semantic(
                "one-fraction",
                "`clickRate` is a fraction, `openRate` a percentage",
                rates("percent", "openRate", form=to(2)),
                _IS_FRACTION,
            ),
            _semantic("fractions-first", "the rates are fractions in the first read", _percentages_later, _IS_FRACTION),
            _semantic(
                "fractions-in-a-campaign",
                "the rates of one campaign are fractions, those of the other one percentages",
                when(of_campaign(1), rates("percent", form=to(2))),
                _IS_FRACTION,
                campaigns=2,
            ),
            _semantic(
                "everyone-fraction",
                "everyone opened and clicked: both rates are 1",
                both(data(everyone), rates("fraction")),
                _IS_FRACTION,
            ),
            _semantic(
                "percent-over-sent",
                "both rates are percentages of sent",
                rates("percent", of="totalSent", form=to(2)),
                "rate-over-sent",
            ),
            _semantic("percent-of-total", "both rates count all events", data(_of_total), "rate-of-total-events"),
            _semantic(
                "percent-click-to-open",
                "`clickRate` is a percentage of the openers",
                data(_click_to_open),
                "rate-over-other-events",
            ),
            _semantic(
                "percent-off",
                "`openRate` is 10 percentage points too high",
                both(rates("percent"), data(lambda s: {**s, "openRate": s["openRate"] + 10})),
                "open-rate-inconsistent",
            ),
            _semantic(
                "percent-rounded-up-0",
                "both rates are rounded up to whole percentages",
                rates("percent", form=math.ceil),
                "open-rate-inconsistent",
                also=("click-rate-inconsistent",),
            ),
            _semantic(
                "permille",
                "both rates are per mille",
                both(rates("percent"), data(lambda s: {**s, **{name: 10 * s[name] for name in RATES}})),
                "open-rate-inconsistent",
                also=("click-rate-inconsistent",),
            ),
        ),
    ),
)
