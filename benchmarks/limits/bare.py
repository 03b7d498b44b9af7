"""The limit: an ASGI function that sends the same bytes whatever is asked."""

import json
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

_FIXTURE = Path(__file__).parents[2] / "fixtures" / "campaigns" / "newsletter.json"
_STATS = json.loads(_FIXTURE.read_bytes())["stats"]
_BODY = json.dumps({"success": True, "data": _STATS}, separators=(",", ":")).encode()
_HEADERS = [(b"content-type", b"application/json"), (b"content-length", str(len(_BODY)).encode())]


async def app(
    _scope: MutableMapping[str, Any],
    _receive: Callable[[], Awaitable[MutableMapping[str, Any]]],
    send: Callable[[MutableMapping[str, Any]], Awaitable[None]],
) -> None:
    """Answer anything."""
    await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
    await send({"type": "http.response.body", "body": _BODY})
