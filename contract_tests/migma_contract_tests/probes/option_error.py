"""The error for an option, a variable or a file that cannot be used."""

from migma_contract.errors import Problem, SettingsError


def option_error(place: str, expected: str, got: str, hint: str = "") -> SettingsError:
    """Return the error for an option that cannot have this value."""
    return SettingsError([Problem(place, "", expected, got)], hint)
