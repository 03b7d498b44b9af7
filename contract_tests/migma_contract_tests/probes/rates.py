"""The unit in which a check reads rates, from the flag or the environment."""

from migma_contract.option_values import parse_choice
from migma_contract.rate_unit import RATE_UNITS, RateUnit
from migma_contract_tests.probes.variables import from_environment

RATES = "MIGMA_RATES"
"""The environment variable for the unit, if there is no flag."""


def rate_unit(flag: str | None = None) -> RateUnit:
    """Return the unit that ``--rates`` has, or else the variable; by default a fraction.

    Raises:
        SettingsError: It is no unit.
    """
    name, text = (RATES, from_environment(RATES)) if flag is None else ("--rates", flag)
    if flag is None and not text:
        return RATE_UNITS[0]
    known = parse_choice(name, text.lower(), RATE_UNITS)
    return next(unit for unit in RATE_UNITS if unit == known)
