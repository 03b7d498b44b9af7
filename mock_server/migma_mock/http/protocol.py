"""The one subclass of uvicorn's HTTP protocol: bounds on size and time that uvicorn has no setting for."""

import asyncio
from typing import Any, cast

import httptools

from migma_mock.http.asgi import MockApp
from migma_mock.http.fast_path import FastPathProtocol
from migma_mock.http.fault_connection import UvicornConnection, head
from migma_mock.http.send import send_reply
from migma_mock.http.upgrade import past_upgrade
from migma_mock.messages.asgi import ANSWER, EXTENSION, Receive, Scope, Send
from migma_mock.messages.reply import Reply

MAX_TARGET_BYTES = 8 * 1024
MAX_HEADER_BYTES = 64 * 1024
MAX_BODY_BYTES = 1024 * 1024
HEADERS_SECONDS = 10.0
"""How long a client may take from connecting to the first byte of a request, and from there to its headers' end."""

BODY_SECONDS = 10.0
"""How long from there to the end of the body."""

STOP_SECONDS = 0.8
"""How long a connection lives on when the server stops; a bit later uvicorn would cancel what runs, with an error."""

LINGER_SECONDS = 1.0
"""How long what a client still sends is read and dropped after it was refused."""

REFUSALS = {
    "BAD_REQUEST": (400, "This is not an HTTP/1.1 request that can be understood."),
    "CONTENT_TOO_LARGE": (413, f"The request's body is larger than {MAX_BODY_BYTES} bytes."),
    "REQUEST_TIMEOUT": (408, f"Headers have {HEADERS_SECONDS:g} seconds to come, and a body {BODY_SECONDS:g} more."),
    "URI_TOO_LONG": (414, f"The request target is longer than {MAX_TARGET_BYTES} bytes."),
    "HEADERS_TOO_LARGE": (431, f"The request's headers are larger than {MAX_HEADER_BYTES} bytes."),
}


class MockProtocol(FastPathProtocol):
    """One connection.

    A target over 8 KiB gets 414, headers over 64 KiB 431, a body (trailers included) over 1 MiB 413, headers or
    a body not complete in 10 seconds 408, broken HTTP 400, each with an error envelope, and the connection ends.
    It ends too when no request follows an answer in 5 seconds, which is uvicorn's default.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._head_is_open = True
        self._chunk_bytes = 0
        # Of the current head: what came since the chunk that it began in, and the length of that chunk.
        self._head_bytes = self._head_began_in = 0
        self._body_bytes = 0
        # What is waited for until then, a head or a body, may have begun since: then the time starts anew.
        self._deadline: asyncio.TimerHandle | None = None
        self._deadline_is_old = False
        self._is_over = False
        self._lost = asyncio.Event()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Start the clock for the first request."""
        super().connection_made(transport)
        self._deadline = self.loop.call_later(HEADERS_SECONDS, self._is_late)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop it, and tell who holds a request that its client has left."""
        self._disarm()
        self._lost.set()
        for cycle in self.cycles:
            # uvicorn tells the last one only, and an earlier one, which waits to write, would be surprised.
            cycle.disconnected = True
            cycle.message_event.set()
        self.cycles.clear()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """Finish what can be finished soon, since the server stops; break off the rest."""
        super().shutdown()
        self.loop.call_later(STOP_SECONDS, self.transport.abort)

    def data_received(self, data: bytes) -> None:
        """Feed the parser, within the bounds."""
        if self._is_over:
            return
        self._chunk_bytes = len(data)
        if self._head_is_open:
            self._head_bytes += len(data)
        else:
            self._body_bytes += len(data)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            self._read_on(data[upgrade.args[0] :])
            return
        except httptools.HttpParserError:
            self._refuse("BAD_REQUEST")
            return
        if self._head_is_open and self._head_bytes > MAX_HEADER_BYTES:
            self._refuse("URI_TOO_LONG" if len(self.url) > MAX_TARGET_BYTES else "HEADERS_TOO_LARGE")
        elif not self._head_is_open and self._body_bytes > MAX_BODY_BYTES:
            self._refuse_body("CONTENT_TOO_LARGE")
        elif self._head_is_open or not self.is_whole:
            self._await_more()
        else:
            self._await_next()

    def on_message_begin(self) -> None:
        """A request begins: its headers are open."""
        self._head_is_open = self._deadline_is_old = True
        self._head_began_in = self._chunk_bytes
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The headers are there: judge their size, then let uvicorn start the answer."""
        self._head_is_open = self.is_whole = False
        self._deadline_is_old = True
        is_large = self._head_began_in + self._head_bytes > MAX_HEADER_BYTES
        self._head_began_in = self._head_bytes = self._body_bytes = 0
        if len(self.url) > MAX_TARGET_BYTES:
            self._answer_with("URI_TOO_LONG")
        elif is_large and sum(len(name) + len(value) + 4 for name, value in self.headers) > MAX_HEADER_BYTES:
            self._answer_with("HEADERS_TOO_LARGE")
        else:
            super().on_headers_complete()
            if not self.is_answered and self.cycle:
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

    def _read_on(self, rest: bytes) -> None:
        """Read the body of a request that asks for an upgrade; it is the connection's last."""
        if self.is_answered or self.cycle is None:
            self._is_over = True
            return
        self.cycle.keep_alive = self.is_whole = False
        self.parser, head_again = past_upgrade(self, self.scope["headers"])
        self._body_bytes = -len(head_again)
        self.data_received(head_again + rest)

    def _await_more(self) -> None:
        """Give what the client has begun its time."""
        self._unset_keepalive_if_required()
        if self._deadline_is_old:
            self._disarm()
            self._deadline_is_old = False
            self._deadline = self.loop.call_later(self._seconds, self._is_late)

    def _await_next(self) -> None:
        """Let the connection be idle until the next request, as long as uvicorn has it, if there was an answer."""
        if self._deadline is not None:
            self._disarm()
        if self.cycle is not None and not self.cycle.response_complete:
            self._unset_keepalive_if_required()
        elif self.timeout_keep_alive_task is None and not self.transport.is_closing():
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )

    @property
    def _seconds(self) -> float:
        return HEADERS_SECONDS if self._head_is_open else BODY_SECONDS

    def _is_late(self) -> None:
        self._deadline = None
        if self.flow.read_paused:
            # It may be there: pipelined requests are read one by one.
            self._deadline = self.loop.call_later(self._seconds, self._is_late)
        elif not self._head_is_open:
            self._refuse_body("REQUEST_TIMEOUT")
        elif self._head_began_in:
            self._refuse("REQUEST_TIMEOUT")
        else:
            self.transport.close()

    def _refuse(self, code: str) -> None:
        """Answer what is no complete request, and end the connection."""
        self._disarm()
        self._unset_keepalive_if_required()
        self._is_over = True
        if self.transport.is_closing():
            return
        cycle = self.cycle
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
            if cycle.response_started:
                self._end()
                return
        reply = self._refusal(code)
        self.transport.write(head(reply, self) + reply.body)
        self._end()

    def _refuse_body(self, code: str) -> None:
        """Read no more of a body; whoever has the answer already, as after a POST, gets no second one."""
        if self.cycle is None or self.cycle.response_complete:
            self._disarm()
            self._is_over = True
            self._end()
        else:
            self._refuse(code)

    def _end(self) -> None:
        """Say that nothing more will be sent, and close soon."""
        if self.transport.is_closing():
            return
        # Closing with unread data would reset the connection, and the client would not see the answer.
        self.transport.write_eof()
        self._deadline = self.loop.call_later(LINGER_SECONDS, self.transport.close)

    def _refusal(self, code: str, method: str = "-", raw_path: bytes = b"-") -> Reply:
        status, message = REFUSALS[code]
        app: MockApp = self.config.loaded_app
        reply = app.engine.static_replies.refusal(status, code, message)
        if app.log:
            app.log.request(method, raw_path, reply.status, reply.matched_by, 0)
        return reply

    def _disarm(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
