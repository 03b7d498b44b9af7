"""The error for an option, a variable or a file that cannot be used."""

from migma_contract.errors import Problem, SettingsError
from migma_contract.redaction import mask


def option_error(place: str, expected: str, got: str, hint: str = "") -> SettingsError:
    """Return the error for an option that cannot have this value; an API key in the wrong place is not shown."""
    return SettingsError([Problem(mask(place), "", expected, mask(got))], mask(hint))
