"""uvicorn's HTTP protocol with bounds on size and time, for which uvicorn has no settings."""

import asyncio
from collections import deque
from types import SimpleNamespace
from typing import Any, ClassVar, cast

import httptools
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from migma_mock.http import bounds
from migma_mock.http.fault_connection import UvicornConnection
from migma_mock.http.refusing_protocol import RefusingProtocol
from migma_mock.http.request_head import find_authority, has_valid_target, is_http, lacks_version
from migma_mock.http.resets import reset
from migma_mock.messages.asgi import EXTENSION, PROGRESS, Progress, Scope
from migma_mock.messages.reply import Reply
from migma_mock.messages.request import FRAMING
from migma_mock.mock import Mock

_SLASH = ord("/")
_AFTER_GET = len("GET ")


class MockProtocol(RefusingProtocol):
    """One connection.

    A target over 8 KiB gets 414, headers over 64 KiB 431, a body (trailers included) over 1 MiB 413, headers or
    a body that are incomplete after 10 seconds 408, invalid HTTP and other protocols 400, each with an error envelope,
    and the connection ends. It also ends if no request follows an answer within 5 seconds, uvicorn's default, or if the
    client reads nothing for 30 seconds while responses wait for it.

    Attributes:
        is_answered: True if the current request is answered already, or gets no answer.
        version: The HTTP version of the current request.
        given: The headers of the current request by name; of equal names, the last one.
        answer: The reply to the current request, if the engine was asked before the request goes through ASGI.
        refusal: The refusal of the current request, if its head is invalid.
        cycles: The requests that wait for their answers, in order; the first ones may be answered by now.
    """

    # The latest Host header that was found valid, on any connection.
    _host: ClassVar[bytes | None] = None

    def __init__(self, *args: Any, mock: Mock, **kwargs: Any) -> None:
        super().__init__(*args, mock=mock, **kwargs)
        self.is_answered = False
        self.url = self._chunk = b""
        self._has_blanks = False
        self.version = ""
        self.given: dict[bytes, bytes] = {}
        self.answer: Reply | None = None
        self.refusal: Reply | None = None
        self.cycles: deque[RequestResponseCycle] = deque()
        # What was received, before the bytes that are being read, of a head that is not complete.
        self._earlier = bytearray()
        # Where the request lines end that were found in the bytes that are being read.
        self._searched = 0
        # The current head: bytes since the chunk in which it began, and the length of that chunk.
        self._head_bytes = self._head_began_in = 0
        self._body_bytes = 0
        # True when another head or body began after the deadline was set.
        self._deadline_is_old = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn annotates
        """Start the deadline of the first request."""
        super().connection_made(transport)
        if transport.get_extra_info("sslcontext"):
            transport.set_write_buffer_limits(bounds.WAITING_BYTES)
        self._restart_deadline()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the deadline, and tell every pending request that its client disconnected."""
        self.stop_deadline()
        for cycle in self.cycles:
            # uvicorn tells only the last one, and an earlier one that waits to write would fail.
            cycle.disconnected = True
            cycle.message_event.set()
        self.cycles.clear()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """Finish what can be finished soon, since the server stops; reset the rest."""
        super().shutdown()
        self.loop.call_later(bounds.STOP_SECONDS, reset, self.transport)

    def data_received(self, data: bytes) -> None:
        """Feed the parser within the bounds."""
        if self.is_over:
            return
        self._chunk, self._searched = data, 0
        # Once for all requests in it: many are pipelined at a time.
        self._has_blanks = b" \r" in data or b"\t\r" in data
        if self.head_is_open:
            self._head_bytes += len(data)
        else:
            self._body_bytes += len(data)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            self._read_past_upgrade(data[upgrade.args[0] :])
            return
        except httptools.HttpParserError:
            if self.cycle is None and data.startswith(bounds.TLS_HANDSHAKE):
                self.refuse("BAD_REQUEST", "TLS on a port for plain HTTP")
            else:
                self.refuse_invalid()
            return
        self._chunk = b""
        if self.head_is_open:
            self._await_rest_of_head(data)
        elif self._body_bytes > bounds.MAX_BODY_BYTES:
            self.refuse_body("CONTENT_TOO_LARGE")
        elif not self.is_whole:
            self._await_rest()
        else:
            self._await_next()

    def on_message_begin(self) -> None:
        """Start counting the head of a request."""
        self.head_is_open = self._deadline_is_old = True
        self._head_began_in = len(self._chunk)
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Check the head, then answer."""
        self.is_whole = False
        self._deadline_is_old = True
        self.answer = None
        headers, url = self.headers, self.url
        if self._earlier or self._has_blanks:
            # Blanks at the end are no part of a value (RFC 9110, 5.5); the parser removes those at the beginning.
            headers[:] = [(name, value.rstrip(b" \t")) for name, value in headers]
        given = self.given = dict(headers)
        line = url + b" HTTP/1.1\r\n"
        if self._earlier:
            place = -1
        elif not self._searched and self._chunk.startswith(line, _AFTER_GET):
            place = _AFTER_GET
        else:
            place = self._chunk.find(line, self._searched)
        is_usual = (
            place >= 0
            and self._head_began_in + self._head_bytes <= bounds.MAX_HEADER_BYTES
            and len(url) <= bounds.MAX_TARGET_BYTES
            and url[0] == _SLASH
            and len(given) == len(headers)
            and b"host" in given
            and given[b"host"] == self._host
        )
        self.version = "1.1" if is_usual else self.parser.get_http_version()
        self.refusal = None if is_usual else self._check_head()
        if place >= 0:
            self._searched = place + 1
        if self._earlier:
            self._earlier = bytearray()
        # A request that follows one which ended the connection gets no answer.
        self.is_answered = (self.refusal is None and self.answer_now()) or self.transport.is_closing()
        if not self.is_answered:
            self._go_through_asgi()
        self.head_is_open = False
        self._head_began_in = self._head_bytes = self._body_bytes = 0

    def _check_head(self) -> Reply | None:
        """Return the refusal of an invalid or too large head; None if it is valid.

        Raises:
            ValueError: It is none of HTTP/1.0 or HTTP/1.1; the parser fails then.
        """
        received = bytes(self._earlier) + self._chunk[self._searched :]
        if not is_http(self.version, self.url, received) or not has_valid_target(self.url):
            raise ValueError("another protocol")
        if len(self.url) > bounds.MAX_TARGET_BYTES:
            self.url = self.url[: bounds.MAX_TARGET_BYTES]  # uvicorn cannot parse a longer one
            return self.refusal_of("URI_TOO_LONG")
        if self._is_large_head():
            return self.refusal_of("HEADERS_TOO_LARGE")
        authority = find_authority(self.version, self.url, self.headers)
        if authority is None:
            return self.refusal_of("INVALID_HOST")
        if self.url[:1] == b"/":
            MockProtocol._host = authority
        else:
            # What looks at the Host header has to see the authority that counts. uvicorn's scope has this very list.
            self.headers[:] = [(n, authority if n == b"host" else value) for n, value in self.headers]
        return None

    def _is_large_head(self) -> bool:
        if self._head_began_in + self._head_bytes <= bounds.MAX_HEADER_BYTES:
            return False
        return sum(len(name) + len(value) + 4 for name, value in self.headers) > bounds.MAX_HEADER_BYTES

    def answer_now(self) -> bool:
        """Answer the current request without ASGI if possible; True if it was. Here it never is."""
        return False

    def _go_through_asgi(self) -> None:
        """Let uvicorn start its task for the current request."""
        super().on_headers_complete()
        cycle = cast("RequestResponseCycle", self.cycle)
        cycle.on_response = self._on_asgi_response
        connection = UvicornConnection(self.transport, self.close_when_read, self.server_state, cycle)
        progress = Progress(self.answer, self.refusal)
        cast("Scope", self.scope)["extensions"] = {EXTENSION: connection, PROGRESS: progress}
        while self.cycles and self.cycles[0].response_complete:
            self.cycles.popleft()
        self.cycles.append(cycle)
        # The application has this list; trailers are no headers and must not be added to it (RFC 9110, 6.5.1).
        self.headers = []

    def _on_asgi_response(self) -> None:
        """Start the next pipelined request; read more only when none waits, or ever more of them would wait."""
        if self.transport.is_closing():
            self.close_when_read()
        self.on_response_complete()
        if self.pipeline:
            self.flow.pause_reading()

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
            self.is_over = True
            return
        self.cycle.keep_alive = self.is_whole = False
        framing = [b"%s: %s\r\n" % header for header in self.scope["headers"] if header[0] in FRAMING]
        head_again = b"".join([b"POST / HTTP/1.1\r\nconnection: close\r\n", *framing, b"\r\n"])
        listener = SimpleNamespace(on_body=self.on_body, on_message_complete=self.on_message_complete)
        self.parser = httptools.HttpRequestParser(listener)
        self._body_bytes = -len(head_again)
        self.data_received(head_again + rest)

    def _await_rest_of_head(self, data: bytes) -> None:
        if self._head_bytes > bounds.MAX_HEADER_BYTES:
            self.refuse("URI_TOO_LONG" if len(self.url) > bounds.MAX_TARGET_BYTES else "HEADERS_TOO_LARGE")
            return
        self._earlier += data[self._searched :]
        if lacks_version(self.parser.get_http_version(), self.url, bytes(self._earlier)):
            self.refuse_invalid()
        else:
            self._await_rest()

    def _await_rest(self) -> None:
        self._unset_keepalive_if_required()
        if self._deadline_is_old:
            self._restart_deadline()

    def _await_next(self) -> None:
        """Let the connection be idle for as long as uvicorn allows, once the request is answered."""
        if self.deadline is not None:
            self.stop_deadline()
        if self.cycle is not None and not self.cycle.response_complete:
            self._unset_keepalive_if_required()
        elif self.timeout_keep_alive_task is None and not self.transport.is_closing():
            seconds, handler = self.timeout_keep_alive, self.timeout_keep_alive_handler
            self.timeout_keep_alive_task = self.loop.call_later(seconds, handler)

    def _restart_deadline(self) -> None:
        """Give the client time for the rest of a head or a body."""
        self.stop_deadline()
        self._deadline_is_old = False
        seconds = bounds.HEADERS_SECONDS if self.head_is_open else bounds.BODY_SECONDS
        self.deadline = self.loop.call_later(seconds, self._on_deadline)

    def _on_deadline(self) -> None:
        self.deadline = None
        if self.flow.read_paused:
            # The rest may have arrived: pipelined requests are read one by one.
            self._restart_deadline()
        elif not self.head_is_open:
            self.refuse_body("REQUEST_TIMEOUT")
        elif self._head_began_in:
            self.refuse("REQUEST_TIMEOUT")
        else:
            self.close_when_read()
