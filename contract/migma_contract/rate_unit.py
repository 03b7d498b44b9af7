"""RateUnit: the unit of openRate and clickRate, on which the vendor's sources disagree.

The API's page describes them as "Unique opens divided by delivered", which is a fraction; the vendor's SDK annotates
``0-100``. The contract says how it is read (:attr:`migma_contract.openapi.Contract.rates`), and everything follows it.
"""

from collections.abc import Mapping
from typing import Literal, get_args

RateUnit = Literal["fraction", "percent"]
"""A fraction from 0 to 1, or a percentage from 0 to 100."""

RATE_UNITS: tuple[RateUnit, ...] = get_args(RateUnit)
"""All units, the default first."""

WHOLE: Mapping[RateUnit, int] = {"fraction": 1, "percent": 100}
"""The rate of a campaign that everyone opened, in each unit."""


NOUN: Mapping[RateUnit, str] = {"fraction": "fraction", "percent": "percentage"}
"""The word for a rate in each unit."""


def other_unit(unit: RateUnit) -> RateUnit:
    """Return the unit that is not the given one."""
    return "percent" if unit == "fraction" else "fraction"
