"""Check at start that the installed uvicorn works as the mock's protocols expect.

uvicorn has no public interface for bounds on size and time, for answers without a task, and for connections that break:
all three build on its protocol class, which may change in any release. A dry run in memory shows if they still work.
"""

import asyncio
from types import SimpleNamespace
from typing import Any

import uvicorn
from uvicorn.server import ServerState

from migma_mock.http.protocol import MockProtocol
from migma_mock.messages.asgi import Receive, Scope, Send
from migma_mock.metrics.counts import Counts
from migma_mock.mock import Mock

_SECONDS = 5.0


class _MemoryTransport(asyncio.Transport):
    """Collects what a protocol writes."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.has_written = asyncio.Event()

    def write(self, data: Any) -> None:
        self.written += bytes(data)
        self.has_written.set()

    def is_closing(self) -> bool:
        return False

    def close(self) -> None:
        pass

    def pause_reading(self) -> None:
        pass

    def resume_reading(self) -> None:
        pass


async def find_incompatibility(protocol: type[MockProtocol], mock: Mock) -> str:
    """Return why a protocol does not work with the installed uvicorn; "" if it works.

    The dry run sends a plain request, which the fast path may answer, and one with a body, which goes through ASGI.
    """
    path = f"{mock.contract.operation.prefix}a{mock.contract.operation.suffix}"
    reply = mock.engine.static_replies.unknown_id
    stub: Any = SimpleNamespace(
        contract=mock.contract,
        engine=SimpleNamespace(answer=lambda _: reply),
        counts=Counts(),
        draining=False,
        log=None,
        telemetry=None,
    )
    transport = _MemoryTransport()
    try:
        config = uvicorn.Config(_echo, ws="none", log_config=None)
        config.load()
        connection = protocol(config, ServerState(), {}, asyncio.get_running_loop(), mock=stub)
        connection.connection_made(transport)
        connection.data_received(
            f"GET {path} HTTP/1.1\r\nhost: check\r\n\r\n"
            "POST / HTTP/1.1\r\nhost: check\r\ncontent-length: 5\r\n\r\ncheck".encode()
        )
        async with asyncio.timeout(_SECONDS):
            while not transport.written.endswith(b"\r\n\r\ncheck"):
                transport.has_written.clear()
                await transport.has_written.wait()
        connection.connection_lost(None)
    except Exception as error:  # noqa: BLE001  # an incompatible release may fail in any way
        return f"{type(error).__name__}: {error}"
    return ""


async def _echo(_scope: Scope, receive: Receive, send: Send) -> None:
    body = (await receive())["body"]
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})
