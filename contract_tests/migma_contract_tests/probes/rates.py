"""The unit in which a check reads rates, from the flag or the environment."""

from migma_contract.rate_unit import RATE_UNITS, RateUnit
from migma_contract.suggestions import did_you_mean
from migma_contract_tests.probes.option_error import option_error
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
    for unit in RATE_UNITS:
        if text.lower() == unit:
            return unit
    got = f"{text!r}{did_you_mean(text, RATE_UNITS)}"
    limit = "--rate" if name == "--rates" else "MIGMA_RATE"
    hint = f"{name} is the unit of openRate and clickRate; {limit} limits the number of requests."
    raise option_error(name, f"one of {', '.join(RATE_UNITS)}", got, hint)
