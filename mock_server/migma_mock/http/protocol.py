"""uvicorn's HTTP protocol with bounds on size and time, for which uvicorn has no settings."""

import asyncio
from collections import deque
from types import SimpleNamespace
from typing import Any, cast

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from migma_mock.http import bounds
from migma_mock.http.fault_connection import UvicornConnection, head
from migma_mock.messages.asgi import ANSWER, EXTENSION, Scope
from migma_mock.messages.reply import Reply
from migma_mock.mock import Mock

FRAMING = frozenset({b"content-length", b"transfer-encoding"})
"""Headers that tell where the body of a request ends."""


class MockProtocol(HttpToolsProtocol):
    """One connection.

    A target over 8 KiB gets 414, headers over 64 KiB 431, a body (trailers included) over 1 MiB 413, headers or
    a body that are incomplete after 10 seconds 408, invalid HTTP 400, each with an error envelope, and the connection
    ends. It also ends when no request follows an answer within 5 seconds, which is uvicorn's default.

    Attributes:
        mock: Answers the requests.
        is_answered: True if the current request is answered already, or gets no answer.
        is_whole: True if the current request was read to its end.
        answer: The reply to the current request, if it is known before the request goes through ASGI.
        cycles: The requests that wait for their answers, in order; the first ones may be answered by now.
    """

    cycle: RequestResponseCycle | None  # type: ignore[assignment]  # uvicorn's annotation leaves out the first state

    def __init__(self, *args: Any, mock: Mock, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mock = mock
        self.is_answered = self.is_whole = False
        self.answer: Reply | None = None
        self.cycles: deque[RequestResponseCycle] = deque()
        self._head_is_open = True
        self._chunk_bytes = 0
        # The current head: bytes since the chunk in which it began, and the length of that chunk.
        self._head_bytes = self._head_began_in = 0
        self._body_bytes = 0
        self._deadline: asyncio.TimerHandle | None = None
        # True when another head or body began after the deadline was set.
        self._deadline_is_old = False
        self._is_over = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn annotates
        """Start the deadline of the first request."""
        super().connection_made(transport)
        self._restart_deadline()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the deadline, and tell every pending request that its client disconnected."""
        self._stop_deadline()
        for cycle in self.cycles:
            # uvicorn tells only the last one, and an earlier one that waits to write would fail.
            cycle.disconnected = True
            cycle.message_event.set()
        self.cycles.clear()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """Finish what can be finished soon, since the server stops; abort the rest."""
        super().shutdown()
        self.loop.call_later(bounds.STOP_SECONDS, self.transport.abort)

    def data_received(self, data: bytes) -> None:
        """Feed the parser within the bounds."""
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
            self._read_past_upgrade(data[upgrade.args[0] :])
            return
        except httptools.HttpParserError:
            self._refuse("BAD_REQUEST")
            return
        if self._head_is_open and self._head_bytes > bounds.MAX_HEADER_BYTES:
            self._refuse("URI_TOO_LONG" if len(self.url) > bounds.MAX_TARGET_BYTES else "HEADERS_TOO_LARGE")
        elif not self._head_is_open and self._body_bytes > bounds.MAX_BODY_BYTES:
            self._refuse_body("CONTENT_TOO_LARGE")
        elif self._head_is_open or not self.is_whole:
            self._unset_keepalive_if_required()
            if self._deadline_is_old:
                self._restart_deadline()
        else:
            self._await_next()

    def on_message_begin(self) -> None:
        """Start counting the head of a request."""
        self._head_is_open = self._deadline_is_old = True
        self._head_began_in = self._chunk_bytes
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Check the size of the head, then answer."""
        self._head_is_open = self.is_whole = False
        self._deadline_is_old = True
        self.answer = None
        is_large = self._head_began_in + self._head_bytes > bounds.MAX_HEADER_BYTES
        self._head_began_in = self._head_bytes = self._body_bytes = 0
        if len(self.url) > bounds.MAX_TARGET_BYTES:
            self.answer = self._refusal("URI_TOO_LONG")
            self.url = self.url[: bounds.MAX_TARGET_BYTES]  # uvicorn cannot parse a longer one
        elif is_large and sum(len(name) + len(value) + 4 for name, value in self.headers) > bounds.MAX_HEADER_BYTES:
            self.answer = self._refusal("HEADERS_TOO_LARGE")
        # A request that follows one which ended the connection gets no answer.
        self.is_answered = (self.answer is None and self.answer_now()) or self.transport.is_closing()
        if not self.is_answered:
            self._go_through_asgi()

    def answer_now(self) -> bool:
        """Answer the current request without ASGI if possible; True if it was. Here it never is."""
        return False

    def _go_through_asgi(self) -> None:
        """Let uvicorn start its task for the current request."""
        super().on_headers_complete()
        cycle = cast("RequestResponseCycle", self.cycle)
        connection = UvicornConnection(self.transport, self.server_state, cycle)
        cast("Scope", self.scope)["extensions"] = {EXTENSION: connection, ANSWER: self.answer}
        while self.cycles and self.cycles[0].response_complete:
            self.cycles.popleft()
        self.cycles.append(cycle)
        # The application has this list; trailers are no headers and must not be added to it (RFC 9110, 6.5.1).
        self.headers = []

    def on_body(self, body: bytes) -> None:
        """Drop the body of a request that is answered."""
        if not self.is_answered:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """Note the end of a request; after a head that asks for an upgrade, which is no end, a body may follow."""
        self.is_whole = True
        if not self.is_answered and not self.parser.should_upgrade():
            super().on_message_complete()

    def _read_past_upgrade(self, rest: bytes) -> None:
        """Read on after a head with ``Upgrade``, as Java's HttpClient sends it: the request stays HTTP/1.1.

        The server offers no upgrade, so the body follows as if none were asked for (RFC 9110, 7.8); but httptools
        takes such a head for the end of HTTP. Another parser gets the framing headers again and reads the body.
        The request is the connection's last.
        """
        if self.is_answered or self.cycle is None:
            self._is_over = True
            return
        self.cycle.keep_alive = self.is_whole = False
        framing = [b"%s: %s\r\n" % header for header in self.scope["headers"] if header[0] in FRAMING]
        head_again = b"".join([b"POST / HTTP/1.1\r\nconnection: close\r\n", *framing, b"\r\n"])
        listener = SimpleNamespace(on_body=self.on_body, on_message_complete=self.on_message_complete)
        self.parser = httptools.HttpRequestParser(listener)
        self._body_bytes = -len(head_again)
        self.data_received(head_again + rest)

    def _await_next(self) -> None:
        """Let the connection be idle for as long as uvicorn allows, once the request is answered."""
        if self._deadline is not None:
            self._stop_deadline()
        if self.cycle is not None and not self.cycle.response_complete:
            self._unset_keepalive_if_required()
        elif self.timeout_keep_alive_task is None and not self.transport.is_closing():
            seconds, handler = self.timeout_keep_alive, self.timeout_keep_alive_handler
            self.timeout_keep_alive_task = self.loop.call_later(seconds, handler)

    def _stop_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _restart_deadline(self) -> None:
        """Give the client time for the rest of a head or a body."""
        self._stop_deadline()
        self._deadline_is_old = False
        seconds = bounds.HEADERS_SECONDS if self._head_is_open else bounds.BODY_SECONDS
        self._deadline = self.loop.call_later(seconds, self._on_deadline)

    def _on_deadline(self) -> None:
        self._deadline = None
        if self.flow.read_paused:
            # The rest may have arrived: pipelined requests are read one by one.
            self._restart_deadline()
        elif not self._head_is_open:
            self._refuse_body("REQUEST_TIMEOUT")
        elif self._head_began_in:
            self._refuse("REQUEST_TIMEOUT")
        else:
            self.transport.close()

    def _refuse(self, code: str) -> None:
        """Refuse an incomplete request and end the connection."""
        self._stop_deadline()
        self._unset_keepalive_if_required()
        self._is_over = True
        if self.transport.is_closing():
            return
        cycle = self.cycle
        if cycle is not None and not cycle.response_complete:
            if self.pipeline and cycle.more_body:
                # The invalid request waits in the pipeline: its answer is the refusal.
                cast("Scope", cycle.scope)["extensions"][ANSWER] = self._refusal(code)
                return
            if not cycle.more_body:
                # Earlier requests were complete: they get their answers, and then the connection ends.
                cycle.keep_alive = False
                return
            cycle.disconnected = True
            cycle.message_event.set()
            if cycle.response_started:
                self._end()
                return
        reply = self._refusal(code)
        if self.mock.log:
            self.mock.log.request("-", b"-", reply.status, reply.matched_by, 0)
        self.transport.write(head(reply, self.server_state) + reply.body)
        self._end()

    def _refuse_body(self, code: str) -> None:
        """Stop reading a body; a request that is answered already, as after a POST, gets no second answer."""
        if self.cycle is None or self.cycle.response_complete:
            self._is_over = True
            self._end()
        else:
            self._refuse(code)

    def _end(self) -> None:
        """Send FIN, and close the connection soon."""
        self._stop_deadline()
        if self.transport.is_closing():
            return
        # Closing with unread data would reset the connection, and the client would not see the answer.
        self.transport.write_eof()
        self._deadline = self.loop.call_later(bounds.LINGER_SECONDS, self.transport.close)

    def _refusal(self, code: str) -> Reply:
        status, message = bounds.REFUSALS[code]
        return self.mock.engine.static_replies.refusal(status, code, message)
