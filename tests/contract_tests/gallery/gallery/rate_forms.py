"""Neighbours of the drifted rates: right in either unit, rounded in all ways, truncated and rounded up."""

import math

from gallery.changes import both, data
from gallery.rate_units import (
    FEW_CLICKS,
    FEW_OPENS,
    checked_with_percent,
    counts,
    everyone,
    half_up,
    nothing,
    rates,
    single,
    to,
)
from gallery.variant import additive, conforming

NEIGHBOURS = (
    *map(
        checked_with_percent,
        (
            conforming("percent-exact", "both rates are percentages, 15 digits", rates("percent")),
            conforming("percent-two-campaigns", "percentages of two campaigns", rates("percent"), campaigns=2),
            *(
                conforming(f"percent-{n}", f"percentages, rounded to {n} decimals", rates("percent", form=to(n)))
                for n in range(1, 5)
            ),
            conforming("percent-whole", "percentages, rounded to whole numbers", rates("percent", form=round)),
            conforming(
                "percent-half-up",
                "38.5 and 8.5 %, rounded half up to whole numbers",
                both(
                    counts(totalDelivered=1000, uniqueOpens=385, uniqueClicks=85),
                    rates("percent", form=half_up),
                ),
            ),
            conforming(
                "percent-half-even",
                "38.5 and 8.5 %, rounded half to even",
                both(counts(totalDelivered=1000, uniqueOpens=385, uniqueClicks=85), rates("percent", form=round)),
            ),
            conforming("percent-single", "percentages stored as float32", rates("percent", form=single)),
            conforming("percent-zeros", "nothing was sent", data(nothing)),
            conforming("percent-everyone", "everyone opened and clicked: 100", both(data(everyone), rates("percent"))),
            conforming("percent-below-one", "a click rate of 0.38 %", both(FEW_CLICKS, rates("percent", form=to(2)))),
            conforming(
                "percent-below-half",
                "a click rate of 0.38 %, rounded to the whole number 0",
                both(FEW_CLICKS, rates("percent", form=round)),
            ),
            conforming(
                "percent-about-one",
                "an open rate of 0.54 %, rounded to the whole number 1",
                both(FEW_OPENS, rates("percent", form=round)),
            ),
        ),
    ),
    conforming("fraction-below-one-percent", "a click rate of 0.0038", both(FEW_CLICKS, rates("fraction"))),
    conforming(
        "fraction-half-up",
        "0.385 and 0.085, rounded half up to 2 decimals",
        both(
            counts(totalDelivered=1000, uniqueOpens=385, uniqueClicks=85),
            rates("fraction", form=to(2, half_up)),
        ),
    ),
    additive(
        "rounded-up-4", "`clickRate` is rounded up to 4 decimals: 0.0844", counts(clickRate=0.0844), "rate-rounded-up"
    ),
    additive(
        "rounded-up-5",
        "`openRate` is rounded up to 5 decimals",
        both(counts(uniqueOpens=450), rates("fraction", form=to(5, math.ceil))),
        "rate-rounded-up",
    ),
    additive(
        "rounded-up-6",
        "both rates are rounded up to 6 decimals",
        both(counts(uniqueOpens=450), rates("fraction", form=to(6, math.ceil))),
        "rate-rounded-up",
    ),
    additive(
        "truncated-by-noise",
        "0.29 is truncated to 0.28, since 0.29 * 100 is 28.999999999999996",
        both(counts(totalDelivered=1000, uniqueOpens=290), rates("fraction", form=to(2, math.floor))),
        "rate-truncated",
    ),
    *map(
        checked_with_percent,
        (
            additive(
                "percent-rounded-up-2",
                "percentages, rounded up to 2 decimals",
                rates("percent", form=to(2, math.ceil)),
                "rate-rounded-up",
            ),
            additive(
                "percent-truncated-1",
                "percentages, truncated to 1 decimal",
                rates("percent", form=to(1, math.floor)),
                "rate-truncated",
            ),
            additive(
                "percent-truncated-0",
                "percentages, truncated to whole numbers",
                both(counts(uniqueOpens=445), rates("percent", form=math.floor)),
                "rate-truncated",
            ),
        ),
    ),
)
