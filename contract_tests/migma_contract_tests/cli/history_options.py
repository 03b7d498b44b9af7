"""Parse the options of a history."""

from datetime import timedelta
from pathlib import Path

from migma_contract.option_values import parse_duration
from migma_contract_tests.probes.option_error import option_error

_DEFAULT = timedelta(days=1)
_MINIMUM = timedelta(minutes=1)


def parse_max_age(text: str | None, history: Path | None) -> timedelta:
    """Return the time after which unchanged stats may be frozen.

    Raises:
        SettingsError: It is no duration, or there is no history.
    """
    if text is None:
        return _DEFAULT
    if history is None:
        raise option_error("--max-age", "--history FILE with it", "no history")
    return parse_duration("--max-age", text, minimum=_MINIMUM)
