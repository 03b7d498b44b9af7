"""A local stand-in for the Migma.ai campaign stats API.

::

    from mock_server import MockServer

    with MockServer() as mock:
        httpx.get(mock.stats_url(mock.example_id), headers=mock.headers)
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from mock_server.version import __version__

if TYPE_CHECKING:
    from mock_server.app import MockApp as MockApp
    from mock_server.app import create_app as create_app
    from mock_server.handle import Handle as Handle
    from mock_server.server import MockServer as MockServer
    from mock_server.settings import Settings as Settings
    from mock_server.transport import MockTransport as MockTransport

_HOMES = {
    "Handle": "mock_server.handle",
    "MockApp": "mock_server.app",
    "MockServer": "mock_server.server",
    "MockTransport": "mock_server.transport",
    "Settings": "mock_server.settings",
    "create_app": "mock_server.app",
}

__all__ = ["Handle", "MockApp", "MockServer", "MockTransport", "Settings", "__version__", "create_app"]


def __getattr__(name: str) -> Any:
    # Lazy (PEP 562): importing the package must not load a web framework for those who want one function.
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    return __all__
