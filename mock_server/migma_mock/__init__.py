"""A local mock server for the Migma.ai campaign stats API.

::

    from migma_mock import MockServer

    with MockServer() as mock:
        httpx.get(mock.stats_url(mock.example_id), headers=mock.auth_headers)
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from migma_contract.errors import ArgumentError as ArgumentError
    from migma_contract.errors import IneffectiveFaultWarning as IneffectiveFaultWarning
    from migma_contract.errors import ProxyWarning as ProxyWarning
    from migma_contract.errors import RemoteMockError as RemoteMockError
    from migma_contract.errors import ServerError as ServerError
    from migma_contract.version import __version__ as __version__
    from migma_mock.accounts.registry import UnknownAccountError as UnknownAccountError
    from migma_mock.http.application import create_app as create_app
    from migma_mock.mock import Mock as Mock
    from migma_mock.server import MockServer as MockServer
    from migma_mock.settings import Settings as Settings
    from migma_mock.testing.account_handle import MigmaMock as MigmaMock
    from migma_mock.testing.httpx_transport import MockTransport as MockTransport

_HOMES = {
    "ArgumentError": "migma_contract.errors",
    "IneffectiveFaultWarning": "migma_contract.errors",
    "MigmaMock": "migma_mock.testing.account_handle",
    "Mock": "migma_mock.mock",
    "MockServer": "migma_mock.server",
    "MockTransport": "migma_mock.testing.httpx_transport",
    "ProxyWarning": "migma_contract.errors",
    "RemoteMockError": "migma_contract.errors",
    "ServerError": "migma_contract.errors",
    "Settings": "migma_mock.settings",
    "UnknownAccountError": "migma_mock.accounts.registry",
    "__version__": "migma_contract.version",
    "create_app": "migma_mock.http.application",
}

__all__ = [
    "ArgumentError",
    "IneffectiveFaultWarning",
    "MigmaMock",
    "Mock",
    "MockServer",
    "MockTransport",
    "ProxyWarning",
    "RemoteMockError",
    "ServerError",
    "Settings",
    "UnknownAccountError",
    "__version__",
    "create_app",
]


def __getattr__(name: str) -> Any:
    # Lazy (PEP 562): importing the package must not load a web framework for those who want one function.
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    return __all__
