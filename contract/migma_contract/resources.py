"""Where openapi.json and fixtures/ are: relative to this package, never to the working directory."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def data_root() -> Path:
    """The folder that holds ``openapi.json`` and ``fixtures/``.

    In a checkout (an editable install included) its own top level, so that an edit is served at once;
    in an installed wheel the copy that the wheel carries.
    """
    checkout = _PACKAGE.parents[1]
    if all((checkout / name).exists() for name in ("pyproject.toml", "openapi.json", "fixtures")):
        return checkout
    return _PACKAGE / "_data"


def openapi_path() -> Path:
    """The contract that is used unless another is named."""
    return data_root() / "openapi.json"


def fixtures_path() -> Path:
    """The built-in fixtures: ``campaigns/*.json`` and ``keys.json``."""
    return data_root() / "fixtures"
