"""ASGI types, and the extensions of the scope that the mock uses."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Protocol
from urllib.parse import quote

from migma_mock.messages.reply import Reply

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]

EXTENSION = "migma_mock.connection"
"""The extension of the scope that holds the :class:`Connection`, if there is a real one."""

ANSWER = "migma_mock.answer"
"""The extension of the scope that holds the engine's reply, if the engine was asked already."""


def request_target(scope: Scope) -> tuple[str, bytes]:
    """Return the path of a request, decoded and raw, without the prefix that the application is mounted at.

    That prefix is ``root_path``; by the ASGI specification, paths begin with it.
    """
    path: str = scope["path"]
    root: str = scope.get("root_path") or ""
    raw_path: bytes = scope.get("raw_path") or quote(path).encode()
    if not root or not f"{path}/".startswith(f"{root}/"):
        return path, raw_path
    path, raw_root = path.removeprefix(root) or "/", quote(root).encode()
    return path, raw_path.removeprefix(raw_root) or b"/" if raw_path.startswith(raw_root) else quote(path).encode()


class Connection(Protocol):
    """The bytes below HTTP, for what ASGI cannot express: wrong lengths, and connections that break."""

    def take(self) -> None:
        """Keep the server from writing to it from now on."""

    async def gone(self) -> None:
        """Return when the client has disconnected."""

    def write_head(self, reply: Reply) -> None:
        """Write status line and headers exactly as the reply has them."""

    def write(self, data: bytes) -> None:
        """Write bytes of a body."""

    def close(self) -> None:
        """Close it in order (FIN), after everything that was written."""

    def reset(self) -> None:
        """Reset it (RST), after everything that was written has left."""
