"""The one subclass of uvicorn's HTTP protocol: bounds on size and time that uvicorn has no setting for."""

import asyncio
from typing import Any, cast

import httptools
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from mock_server.app import MockApp
from mock_server.at_once import AtOnceProtocol
from mock_server.connection import UvicornConnection, head
from mock_server.reply import Reply
from mock_server.sending import ANSWER, EXTENSION, Receive, Scope, Send, send_reply

MAX_TARGET_BYTES = 8 * 1024
MAX_HEADER_BYTES = 64 * 1024
MAX_BODY_BYTES = 1024 * 1024
HEADERS_SECONDS = 10.0
"""How long a client may take from connecting, or from the first byte of a request, to the end of its headers."""

LINGER_SECONDS = 1.0
"""How long what a client still sends is read and dropped after it was refused."""

REFUSALS = {
    "BAD_REQUEST": (400, "This is not an HTTP/1.1 request that can be understood."),
    "CONTENT_TOO_LARGE": (413, f"The request's body is larger than {MAX_BODY_BYTES} bytes."),
    "REQUEST_TIMEOUT": (408, f"The request's headers were not complete after {HEADERS_SECONDS:g} seconds."),
    "URI_TOO_LONG": (414, f"The request target is longer than {MAX_TARGET_BYTES} bytes."),
    "HEADERS_TOO_LARGE": (431, f"The request's headers are larger than {MAX_HEADER_BYTES} bytes."),
}


class MockProtocol(AtOnceProtocol):
    """One connection.

    A target over 8 KiB gets 414, headers over 64 KiB 431, a body (trailers included) over 1 MiB 413, headers
    not complete in 10 seconds 408, broken HTTP 400, each with an error envelope, and the connection ends.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._head_is_open = True
        self._chunk_bytes = 0
        # Of the current head: what came since the chunk that it began in, and the length of that chunk.
        self._head_bytes = self._head_began_in = 0
        self._body_bytes = 0
        self._head_deadline: asyncio.TimerHandle | None = None
        self._is_over = False
        self._lost = asyncio.Event()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Start the clock for the first request's headers."""
        super().connection_made(transport)
        self._head_deadline = self.loop.call_later(HEADERS_SECONDS, self._head_is_late)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop it, and tell who holds a request that its client has left."""
        self._disarm()
        self._lost.set()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Feed the parser, within the bounds."""
        if self._is_over:
            return
        self._unset_keepalive_if_required()
        self._chunk_bytes = len(data)
        if self._head_is_open:
            self._head_bytes += len(data)
        else:
            self._body_bytes += len(data)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            # No upgrade is on offer: the request is answered as an ordinary one, and is the last.
            self._is_over = True
            self.cycle.keep_alive = False
        except httptools.HttpParserError:
            self._refuse("BAD_REQUEST")
            return
        if not self._head_is_open:
            self._disarm()
            if self._body_bytes > MAX_BODY_BYTES:
                self._refuse_body()
        elif self._head_bytes > MAX_HEADER_BYTES:
            self._refuse("URI_TOO_LONG" if len(self.url) > MAX_TARGET_BYTES else "HEADERS_TOO_LARGE")
        elif self._head_deadline is None:
            self._head_deadline = self.loop.call_later(HEADERS_SECONDS, self._head_is_late)

    def on_message_begin(self) -> None:
        """A request begins: its headers are open."""
        self._head_is_open = True
        self._head_began_in = self._chunk_bytes
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The headers are there: judge their size, then let uvicorn start the answer."""
        self._head_is_open = False
        is_large = self._head_began_in + self._head_bytes > MAX_HEADER_BYTES
        self._head_began_in = self._head_bytes = self._body_bytes = 0
        if len(self.url) > MAX_TARGET_BYTES:
            self._answer_with("URI_TOO_LONG")
        elif is_large and sum(len(name) + len(value) + 4 for name, value in self.headers) > MAX_HEADER_BYTES:
            self._answer_with("HEADERS_TOO_LARGE")
        else:
            super().on_headers_complete()
            if not self.is_answered:
                scope: Scope = cast("Scope", self.scope)
                connection = UvicornConnection(self, self.cycle, self._lost)
                scope["extensions"] = {EXTENSION: connection, ANSWER: self.answer}

    def _answer_with(self, code: str) -> None:
        """Let this request have a refusal for its answer, in its turn among pipelined ones."""
        app, self.app = self.app, self._refuser(code)
        # A longer one is more than uvicorn can take apart.
        self.url = self.url[:MAX_TARGET_BYTES]
        try:
            self.go_through_asgi()
        finally:
            self.app = app

    def _refuser(self, code: str) -> Any:
        """An ASGI application (uvicorn keeps its type to itself) that refuses."""

        async def refuse(scope: Scope, _receive: Receive, send: Send) -> None:
            reply = self._refusal(code, scope["method"], scope["raw_path"])
            await send_reply(reply, scope["method"], send)

        return refuse

    def _head_is_late(self) -> None:
        self._head_deadline = None
        if self._head_began_in:
            self._refuse("REQUEST_TIMEOUT")
        else:
            self.transport.close()

    def _refuse(self, code: str) -> None:
        """Answer what is no complete request, and end the connection."""
        self._disarm()
        self._is_over = True
        if self.transport.is_closing():
            return
        # uvicorn's annotation hides that there is no cycle before the first request.
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is not None and not cycle.response_complete:
            if self.pipeline and cycle.more_body:
                # The request that turned out broken waits for its turn: that will be a refusal.
                self.pipeline[0] = (cycle, self._refuser(code))
                return
            if not cycle.more_body:
                # Earlier requests were whole: they get their answers first, and then this is the end.
                cycle.keep_alive = False
                return
            cycle.disconnected = True
            cycle.message_event.set()
        reply = self._refusal(code)
        self.transport.write(head(reply, self) + reply.body)
        self._end()

    def _refuse_body(self) -> None:
        """Read no more of a body; whoever has the answer already, as after a POST, gets no second one."""
        if self.cycle.response_complete:
            self._is_over = True
            self._end()
        else:
            self._refuse("CONTENT_TOO_LARGE")

    def _end(self) -> None:
        """Say that nothing more will be sent, and close soon."""
        # Closing with unread data would reset the connection, and the client would not see the answer.
        self.transport.write_eof()
        self._head_deadline = self.loop.call_later(LINGER_SECONDS, self.transport.close)

    def _refusal(self, code: str, method: str = "-", raw_path: bytes = b"-") -> Reply:
        status, message = REFUSALS[code]
        app: MockApp = self.config.loaded_app
        reply = app.engine.standing.refusal(status, code, message)
        if app.log:
            app.log.request(method, raw_path, reply.status, reply.decided_by, 0)
        return reply

    def _disarm(self) -> None:
        if self._head_deadline is not None:
            self._head_deadline.cancel()
            self._head_deadline = None
