"""The reference page of settings: options, environment variables and keyword arguments, from Settings."""

from typing import get_args, get_origin

from migma_mock.settings import Settings, flag, variable
from tools.reference.markdown import code, page, plain, table

_INTRODUCTION = """\
Each setting is an option of `migma-mock serve`, an environment variable, and a keyword argument of `MockServer` and
`create_app` (from `migma_mock`). An option overrides a variable. An empty variable is ignored. The mock warns at
start about an unknown variable whose name begins with `MIGMA_MOCK_`, as does `migma-mock doctor`."""


def settings_page() -> str:
    """Return the page: a table of all settings."""
    rows = []
    for name, field in Settings.model_fields.items():
        shown = f"{flag(name)}/--no-{flag(name)[2:]}" if field.annotation is bool else flag(name)
        choices = ", ".join(map(code, get_args(field.annotation))) if _is_choice(field.annotation) else ""
        meaning = f"{plain(field.description or '')} {f'One of {choices}.' if choices else ''}"
        rows.append((code(shown), code(variable(name)), code(name), _shown(field.default), meaning))
    return page(
        "Settings", _INTRODUCTION, table(["option", "variable", "keyword", "default", "meaning"], rows), _VARIABLES
    )


def _is_choice(annotation: object) -> bool:
    return all(isinstance(each, str) for each in get_args(annotation)) and get_origin(annotation) is not list


def _shown(default: object) -> str:
    if isinstance(default, bool):
        return "on" if default else "off"
    return "none" if default is None or default == [] else code(default)


_VARIABLES = """\
`migma-contract check` and the live suite use other variables: `MIGMA_BASE_URL`, `MIGMA_API_KEY` and
`MIGMA_CAMPAIGN_IDS`; see [migma-contract](migma-contract.md). In pytest, some settings are also ini options: see
[testing](../testing.md)."""
