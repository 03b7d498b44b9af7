"""ASGI types, and the extensions of the scope that the mock uses."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Protocol
from urllib.parse import quote

from migma_mock.messages.reply import Reply

Scope = MutableMapping[str, Any]


Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]


Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


Hold = Callable[[float], Awaitable[None]]


EXTENSION = "migma_mock.connection"
"""Where the scope carries the :class:`Connection`, if there is a real one (``scope["extensions"]``)."""


ANSWER = "migma_mock.answer"
"""Where they carry what the engine said already, if it was asked (``scope["extensions"]``)."""


def request_target(scope: Scope) -> tuple[str, bytes]:
    """The path of a request and the same as it came, without the prefix that the application is mounted below.

    That is ``root_path``; paths begin with it where the server holds to the ASGI specification.
    """
    path: str = scope["path"]
    root: str = scope.get("root_path") or ""
    raw_path: bytes = scope.get("raw_path") or quote(path).encode()
    if not root or not f"{path}/".startswith(f"{root}/"):
        return path, raw_path
    path, raw_root = path.removeprefix(root) or "/", quote(root).encode()
    return path, raw_path.removeprefix(raw_root) or b"/" if raw_path.startswith(raw_root) else quote(path).encode()


class Connection(Protocol):
    """The bytes below HTTP, for what ASGI cannot say: false lengths, and connections that break."""

    def take(self) -> None:
        """From now on nobody else writes to it."""

    async def gone(self) -> None:
        """Return when the client has left."""

    def write_head(self, reply: Reply) -> None:
        """Status line and headers, as the reply has them."""

    def write(self, data: bytes) -> None:
        """Bytes of a body."""

    def close(self) -> None:
        """End it in order (FIN), after all that was written."""

    def reset(self) -> None:
        """Break it (RST), after all that was written has left."""

    def abort(self) -> None:
        """Break it at once, and drop what was not sent yet."""
