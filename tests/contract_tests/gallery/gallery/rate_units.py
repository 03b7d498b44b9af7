"""Rates as fractions and as percentages, checked with either setting; rounded, cut off, or of other counts."""

import math
import struct
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from gallery.api import Change, Reply, Request
from gallery.changes import both, data, of_campaign, read, when
from gallery.variant import Variant, additive, conforming, drift
from migma_contract.rate_unit import WHOLE, RateUnit
from migma_contract.stats import RATES

_semantic = partial(drift, category="semantic")
Stats = Mapping[str, Any]


def _plain(value: float) -> float:
    return value


def _rates(unit: RateUnit, *names: str, form: Callable[[float], Any] = _plain, of: str = "totalDelivered") -> Change:
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


def _to(decimals: int, rounding: Callable[[float], int] = round) -> Callable[[float], float]:
    """Return the function that rounds with some decimals, in the arithmetic of JavaScript."""
    return lambda value: rounding(value * 10**decimals) / 10**decimals


def _half_up(value: float) -> int:
    return math.floor(value + 0.5)


def _single(value: float) -> float:
    return float(struct.unpack("f", struct.pack("f", value))[0])


def _counts(**changed: int) -> Change:
    return data(lambda stats: {**stats, **changed})


def _percent(variant: Variant) -> Variant:
    """Return the variant as one that is checked with ``--rates percent``."""
    described = f"{variant.description}; checked with `--rates percent`"
    return replace(variant, rates="percent", description=described)


def _nothing(stats: Stats) -> dict[str, Any]:
    return {**dict.fromkeys(stats, 0), "lastUpdated": stats["lastUpdated"]}


def _everyone(stats: Stats) -> dict[str, Any]:
    names = ("uniqueOpens", "totalOpens", "uniqueClicks", "totalClicks")
    return {**stats, **dict.fromkeys(names, stats["totalDelivered"])}


_CLICKS = {"uniqueOpens": 31_270, "totalOpens": 40_000, "uniqueClicks": 380, "totalClicks": 400}
_FEW_CLICKS = _counts(totalSent=120_000, totalDelivered=100_000, **_CLICKS)
_FEW_OPENS = _counts(totalSent=120_000, totalDelivered=100_000, uniqueOpens=540, totalOpens=812, uniqueClicks=97)
_NO_CLICKS = _counts(uniqueClicks=0, totalClicks=4)


def _percentages_later(reply: Reply, request: Request) -> Reply:
    return when(read(2), _rates("percent", form=_to(2)))(reply, request)


_IS_PERCENTAGE, _IS_FRACTION = "rate-is-percentage", "rate-is-fraction"

DRIFTED = (
    _semantic("all-percentages", "both rates are percentages, 15 digits", _rates("percent"), _IS_PERCENTAGE),
    _semantic(
        "all-percentages-two",
        "both rates of two campaigns are percentages, 2 decimals",
        _rates("percent", form=_to(2)),
        _IS_PERCENTAGE,
        campaigns=2,
    ),
    _semantic("whole-percentages", "both rates are whole percentages", _rates("percent", form=round), _IS_PERCENTAGE),
    _semantic(
        "percentages-truncated",
        "both rates are percentages, truncated to 1 decimal",
        _rates("percent", form=_to(1, math.floor)),
        _IS_PERCENTAGE,
    ),
    _semantic(
        "percentages-of-sent",
        "both rates are percentages of sent",
        _rates("percent", of="totalSent", form=_to(2)),
        _IS_PERCENTAGE,
    ),
    _semantic(
        "percentages-below-one",
        "both rates are percentages, the click rate below 1",
        both(_FEW_CLICKS, _rates("percent")),
        _IS_PERCENTAGE,
    ),
    _semantic(
        "percentages-all-below-one",
        "both rates are percentages below 1",
        both(_FEW_OPENS, _rates("percent", form=_to(2))),
        _IS_PERCENTAGE,
    ),
    _semantic(
        "one-percentage",
        "`openRate` is a percentage, `clickRate` is 0, which shows no unit",
        both(_NO_CLICKS, _rates("percent", form=_to(1))),
        _IS_PERCENTAGE,
    ),
    _semantic(
        "percentages-in-a-campaign",
        "the rates of one campaign are percentages, those of the other one fractions",
        when(of_campaign(1), _rates("percent", form=_to(2))),
        _IS_PERCENTAGE,
        campaigns=2,
    ),
    _semantic("percentages-later", "the rates are percentages in the second read", _percentages_later, _IS_PERCENTAGE),
    _semantic(
        "rounded-up-3",
        "`clickRate` is rounded up to 3 decimals: 0.085",
        _counts(clickRate=0.085),
        "click-rate-inconsistent",
    ),
    _semantic(
        "rounded-up-2", "`openRate` is rounded up to 2 decimals: 0.39", _counts(openRate=0.39), "open-rate-inconsistent"
    ),
    *map(
        _percent,
        (
            _semantic("all-fractions", "both rates are fractions", _rates("fraction"), _IS_FRACTION),
            _semantic(
                "all-fractions-two",
                "both rates of two campaigns are fractions",
                _rates("fraction"),
                _IS_FRACTION,
                campaigns=2,
            ),
            _semantic(
                "fractions-rounded",
                "both rates are fractions, 2 decimals",
                _rates("fraction", form=_to(2)),
                _IS_FRACTION,
            ),
            _semantic(
                "one-fraction",
                "`clickRate` is a fraction, `openRate` a percentage",
                _rates("percent", "openRate", form=_to(2)),
                _IS_FRACTION,
            ),
            _semantic("fractions-first", "the rates are fractions in the first read", _percentages_later, _IS_FRACTION),
            _semantic(
                "fractions-in-a-campaign",
                "the rates of one campaign are fractions, those of the other one percentages",
                when(of_campaign(1), _rates("percent", form=_to(2))),
                _IS_FRACTION,
                campaigns=2,
            ),
            _semantic(
                "everyone-fraction",
                "everyone opened and clicked: both rates are 1",
                both(data(_everyone), _rates("fraction")),
                _IS_FRACTION,
            ),
            _semantic(
                "percent-over-sent",
                "both rates are percentages of sent",
                _rates("percent", of="totalSent", form=_to(2)),
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
                both(_rates("percent"), data(lambda s: {**s, "openRate": s["openRate"] + 10})),
                "open-rate-inconsistent",
            ),
            _semantic(
                "percent-rounded-up-0",
                "both rates are rounded up to whole percentages",
                _rates("percent", form=math.ceil),
                "open-rate-inconsistent",
                also=("click-rate-inconsistent",),
            ),
            _semantic(
                "permille",
                "both rates are per mille",
                both(_rates("percent"), data(lambda s: {**s, **{name: 10 * s[name] for name in RATES}})),
                "open-rate-inconsistent",
                also=("click-rate-inconsistent",),
            ),
        ),
    ),
)

NEIGHBOURS = (
    *map(
        _percent,
        (
            conforming("percent-exact", "both rates are percentages, 15 digits", _rates("percent")),
            conforming("percent-two-campaigns", "percentages of two campaigns", _rates("percent"), campaigns=2),
            *(
                conforming(f"percent-{n}", f"percentages, rounded to {n} decimals", _rates("percent", form=_to(n)))
                for n in range(1, 5)
            ),
            conforming("percent-whole", "percentages, rounded to whole numbers", _rates("percent", form=round)),
            conforming(
                "percent-half-up",
                "38.5 and 8.5 %, rounded half up to whole numbers",
                both(
                    _counts(totalDelivered=1000, uniqueOpens=385, uniqueClicks=85),
                    _rates("percent", form=_half_up),
                ),
            ),
            conforming(
                "percent-half-even",
                "38.5 and 8.5 %, rounded half to even",
                both(_counts(totalDelivered=1000, uniqueOpens=385, uniqueClicks=85), _rates("percent", form=round)),
            ),
            conforming("percent-single", "percentages stored as float32", _rates("percent", form=_single)),
            conforming("percent-zeros", "nothing was sent", data(_nothing)),
            conforming(
                "percent-everyone", "everyone opened and clicked: 100", both(data(_everyone), _rates("percent"))
            ),
            conforming(
                "percent-below-one", "a click rate of 0.38 %", both(_FEW_CLICKS, _rates("percent", form=_to(2)))
            ),
            conforming(
                "percent-below-half",
                "a click rate of 0.38 %, rounded to the whole number 0",
                both(_FEW_CLICKS, _rates("percent", form=round)),
            ),
            conforming(
                "percent-about-one",
                "an open rate of 0.54 %, rounded to the whole number 1",
                both(_FEW_OPENS, _rates("percent", form=round)),
            ),
        ),
    ),
    conforming("fraction-below-one-percent", "a click rate of 0.0038", both(_FEW_CLICKS, _rates("fraction"))),
    conforming(
        "fraction-half-up",
        "0.385 and 0.085, rounded half up to 2 decimals",
        both(
            _counts(totalDelivered=1000, uniqueOpens=385, uniqueClicks=85),
            _rates("fraction", form=_to(2, _half_up)),
        ),
    ),
    additive(
        "rounded-up-4", "`clickRate` is rounded up to 4 decimals: 0.0844", _counts(clickRate=0.0844), "rate-rounded-up"
    ),
    additive(
        "rounded-up-5",
        "`openRate` is rounded up to 5 decimals",
        both(_counts(uniqueOpens=450), _rates("fraction", form=_to(5, math.ceil))),
        "rate-rounded-up",
    ),
    additive(
        "rounded-up-6",
        "both rates are rounded up to 6 decimals",
        both(_counts(uniqueOpens=450), _rates("fraction", form=_to(6, math.ceil))),
        "rate-rounded-up",
    ),
    additive(
        "truncated-by-noise",
        "0.29 is truncated to 0.28, since 0.29 * 100 is 28.999999999999996",
        both(_counts(totalDelivered=1000, uniqueOpens=290), _rates("fraction", form=_to(2, math.floor))),
        "rate-truncated",
    ),
    *map(
        _percent,
        (
            additive(
                "percent-rounded-up-2",
                "percentages, rounded up to 2 decimals",
                _rates("percent", form=_to(2, math.ceil)),
                "rate-rounded-up",
            ),
            additive(
                "percent-truncated-1",
                "percentages, truncated to 1 decimal",
                _rates("percent", form=_to(1, math.floor)),
                "rate-truncated",
            ),
            additive(
                "percent-truncated-0",
                "percentages, truncated to whole numbers",
                both(_counts(uniqueOpens=445), _rates("percent", form=math.floor)),
                "rate-truncated",
            ),
        ),
    ),
)
