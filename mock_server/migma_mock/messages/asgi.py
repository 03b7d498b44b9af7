"""ASGI types, and the extensions of the scope that the mock uses."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import quote

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]

EXTENSION = "migma_mock.connection"
"""The extension of the scope that holds the connection below HTTP, if there is a real one."""

ANSWER = "migma_mock.answer"
"""The extension of the scope that holds the reply, if it is known already."""


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
