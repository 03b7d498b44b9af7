"""The ASGI front door of the socket server: it answers the contract's path before FastAPI is imported."""

import asyncio
import importlib
import sys
import threading
import time
from collections.abc import MutableMapping
from contextlib import AsyncExitStack
from datetime import datetime
from typing import Any

from migma_contract.errors import MigmaError
from migma_mock.http.send import respond, send_reply
from migma_mock.messages.asgi import ASGIApp, Receive, Scope, Send, progress_of, request_target
from migma_mock.mock import Mock
from migma_mock.own_pages import is_own_page

_APPLICATION = "migma_mock.http.application"
_OWN_PAGE = "the mock's own page"
_FROZEN = (
    "freezegun has frozen the time, and FastAPI cannot be imported then, which the mock's own pages need. Import "
    "freezegun before the mock starts, or open one of these pages before the time is frozen."
)


def prepare_for_freezegun() -> None:
    """Import FastAPI now if the tests of this process have freezegun, since that is not possible in frozen time.

    If the time is frozen already, nothing is imported.
    """
    if "freezegun" in sys.modules and _can_import():
        importlib.import_module(_APPLICATION)


def _can_import() -> bool:
    """True unless freezegun has replaced ``datetime`` by a class of another kind, which pydantic does not expect."""
    return type(datetime) is type or _APPLICATION in sys.modules


class FrontDoor:
    """An ASGI application that answers as the FastAPI application of ``create_app`` does, and starts sooner.

    Args:
        mock: Answers the requests.

    Attributes:
        mock: The same.
        failure: Why the mock cannot run; None while it can.
    """

    def __init__(self, mock: Mock) -> None:
        prepare_for_freezegun()
        self.mock = mock
        self.failure: MigmaError | None = None
        self._app: ASGIApp | None = None
        self._creating = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request, or run the lifespan."""
        if scope["type"] == "lifespan":
            await self._run_lifespan(receive, send)
        elif is_own_page(request_target(scope)[0]) and not progress_of(scope).refusal:
            await self._show_own_page(scope, receive, send)
        else:
            await respond(self.mock, scope, receive, send)

    async def _show_own_page(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        app = self._app
        if app is None and not _can_import():
            refusal = self.mock.engine.static_replies.refusal(503, "SERVICE_UNAVAILABLE", _FROZEN)
            await send_reply(refusal, scope["method"], send)
            return
        if app is None:
            app = await asyncio.to_thread(self._create_app)
        if progress_of(scope).is_refused:
            return

        async def send_and_log(message: MutableMapping[str, Any]) -> None:
            await send(message)
            if message["type"] != "http.response.start":
                return
            mock, status = self.mock, message["status"]
            mock.counts.add_own_page(status, _OWN_PAGE)
            if mock.log:
                raw_path = scope.get("raw_path") or scope["path"].encode()
                mock.log.request(scope["method"], raw_path, status, _OWN_PAGE, time.perf_counter() - started)

        await app(scope, receive, send_and_log)

    def _create_app(self) -> ASGIApp:
        # FastAPI takes longer to import than everything else together.
        from migma_mock.http.application import create_app

        with self._creating:
            app = self._app = self._app or create_app(self.mock)
            return app

    async def _run_lifespan(self, receive: Receive, send: Send) -> None:
        await receive()  # lifespan.startup
        async with AsyncExitStack() as running:
            try:
                await running.enter_async_context(self.mock.running())
            except MigmaError as error:
                # Not a failure of the lifespan, which uvicorn would log with its traceback.
                self.failure = error
            await send({"type": "lifespan.startup.complete"})
            await receive()  # lifespan.shutdown
        await send({"type": "lifespan.shutdown.complete"})
