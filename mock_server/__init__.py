"""A local stand-in for the Migma.ai campaign stats API.

::

    from mock_server import MockServer

    with MockServer() as mock:
        httpx.get(f"{mock.url}/v1/campaigns/{mock.campaigns[0]}/stats", headers=mock.headers)
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from mock_server.version import __version__

if TYPE_CHECKING:
    from mock_server.app import MockApp as MockApp
    from mock_server.app import create_app as create_app
    from mock_server.server import MockServer as MockServer
    from mock_server.settings import Settings as Settings

_HOMES = {
    "MockApp": "mock_server.app",
    "MockServer": "mock_server.server",
    "Settings": "mock_server.settings",
    "create_app": "mock_server.app",
}

__all__ = ["MockApp", "MockServer", "Settings", "__version__", "create_app"]


def __getattr__(name: str) -> Any:
    # Lazy (PEP 562): importing the package must not load a web framework for those who want one function.
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    return __all__
