"""ASGI types, and the extensions of the scope that the mock uses."""

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from migma_mock.messages.reply import Reply

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]

EXTENSION = "migma_mock.connection"
"""The extension of the scope that holds the connection below HTTP, if there is a real one."""

PROGRESS = "migma_mock.progress"
"""The extension of the scope that holds the request's :class:`Progress`, if the mock's own protocol reads it."""


@dataclass(slots=True)
class Progress:
    """The progress of a request; shared by the protocol, which may find it invalid, and the application.

    Attributes:
        is_asked: True once the engine is asked: an answer is on its way.
        reply: The engine's reply, once it is there.
        refusal: The refusal that the application sends in place of an answer, since the request is invalid.
        is_refused: True if the protocol has sent a refusal, so that nothing is left to do.
    """

    reply: Reply | None = None
    refusal: Reply | None = None
    is_refused: bool = False
    is_asked: bool = False


def progress_of(scope: Scope) -> Progress:
    """Return the progress of a request; a new one if another server reads it."""
    return (scope.get("extensions") or {}).get(PROGRESS) or Progress()


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
