"""Locations of openapi.json and fixtures/: relative to this package, never to the working directory."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def data_root() -> Path:
    """Return the folder that contains ``openapi.json`` and ``fixtures/``.

    In a checkout (also with an editable install) that is its top level, so that edits take effect;
    in an installed wheel it is the copy in the wheel.
    """
    checkout = _PACKAGE.parents[1]
    if all((checkout / name).exists() for name in ("pyproject.toml", "openapi.json", "fixtures")):
        return checkout
    return _PACKAGE / "_data"


def openapi_path() -> Path:
    """Return the path of the built-in contract."""
    return data_root() / "openapi.json"


def fixtures_path() -> Path:
    """Return the folder of the built-in fixtures: ``campaigns/*.json`` and ``keys.json``."""
    return data_root() / "fixtures"
