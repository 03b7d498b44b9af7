"""The control API over shared state: a request sees every earlier change, and its own is kept before it is answered."""

from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from migma_mock.control.errors import error_response
from migma_mock.control.shared_access import SharedAccess, shared_access
from migma_mock.messages.asgi import request_target
from migma_mock.mock import Mock
from migma_mock.sharing.store.store_errors import StoreUnavailableError, as_sentence

if TYPE_CHECKING:
    from migma_mock.sharing.shared_accounts import SharedAccounts


class SharingMiddleware:
    """Brings a worker's copy of the accounts up to date before a route runs, and commits what the route changed.

    A route that changes something runs with its response held back. If the copy turns out to be old, the change is
    undone, the copy is brought up to date, and the route runs again. So a route may act on nothing but the accounts.

    Without shared state it passes everything on.
    """

    def __init__(self, app: ASGIApp, mock: Mock) -> None:
        self._app = app
        self._mock = mock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the route of a request."""
        shared = self._mock.shared
        access = shared and scope["type"] == "http" and shared_access(scope["method"], request_target(scope)[0])
        if not shared or not access:
            await self._app(scope, receive, send)
            return
        try:
            if access.is_write:
                messages = await self._change(shared, access, scope, receive)
            else:
                await shared.bring_up_to_date(access.maps)
                messages = None
        except StoreUnavailableError as error:
            await _refusal(error, access)(scope, receive, send)
            return
        if messages is None:
            with shared.following(access.maps, is_on=access.follows):
                await self._app(scope, receive, send)
        for message in messages or ():
            await send(message)

    async def _change(
        self, shared: "SharedAccounts", access: SharedAccess, scope: Scope, receive: Receive
    ) -> list[Message]:
        """Return the response of a route whose change is kept; an empty list if the client has disconnected."""
        # Before anything is locked, since a client may send slowly.
        body = await _read(receive)
        if body is None:
            return []

        async def run() -> list[Message]:
            messages: list[Message] = []

            async def hold_back(message: Message) -> None:
                messages.append(message)

            # A scope of its own, since routing writes to it.
            await self._app({**scope}, _Replay(body, receive), hold_back)
            return messages

        return await shared.change(access.maps, run)


def _refusal(error: StoreUnavailableError, access: SharedAccess) -> Response:
    sentences = [as_sentence(error.why)]
    if access.is_write:
        sentences.append("The change may have been made." if error.is_uncertain else "Nothing was changed.")
    return error_response(503, " ".join(sentences))


class _Replay:
    """Receives a body that was read already, then what else comes."""

    def __init__(self, body: bytes, receive: Receive) -> None:
        self._body: bytes | None = body
        self._receive = receive

    async def __call__(self) -> MutableMapping[str, Any]:
        if self._body is None:
            return await self._receive()
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}


async def _read(receive: Receive) -> bytes | None:
    """Return the body of a request; None if the client disconnected before its end."""
    parts = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)
