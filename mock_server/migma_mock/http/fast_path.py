"""Answers written at once: what waits for nothing needs no task, no ASGI messages, and one write."""

import re
import time
from collections import deque
from collections.abc import Callable
from functools import lru_cache
from typing import Any, cast

from migma_mock.http.asgi import MockApp
from migma_mock.http.uvicorn_internals import RequestResponseCycle, UvicornProtocol
from migma_mock.messages.delivery import NORMAL
from migma_mock.messages.reply import Headers, Reply
from migma_mock.messages.request import Request
from migma_mock.messages.response_head import are_sound, head_lines

FRAMING = frozenset({b"content-length", b"transfer-encoding"})
"""Headers of a request that has a body, by which its end is found."""

_METHODS = {b"GET": "GET", b"HEAD": "HEAD"}
_QUERY = rb"(?:\?[A-Za-z0-9._~%!$'()*+,;:@/?&=-]*)?"


class FastPathProtocol(UvicornProtocol):
    """uvicorn's protocol, with a way past ASGI for what is known the moment that a request's headers are there.

    That is a plain GET or HEAD of the contract's path, in its turn, whose reply is to be sent undelayed and unspoilt.
    All else goes through ASGI as usual, taking along the answer if the engine has given it already: a request is
    asked, counted and recorded once.

    Attributes:
        is_answered: Whether the current request was answered so, or is to get no answer.
        is_whole: Whether the current request has come to its end.
        answer: What the engine said to the current request, where that is to go through ASGI.
        cycles: What is not answered yet, in order; those at its front may be since.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_answered = self.is_whole = False
        self.answer: Reply | None = None
        self.cycles: deque[RequestResponseCycle] = deque()
        app: MockApp = self.config.loaded_app
        self._is_plain = _plain_target(app.contract.operation.prefix, app.contract.operation.suffix)

    def on_headers_complete(self) -> None:
        """Answer, if that can be done at once; else let uvicorn start its task."""
        self.answer = None
        self.is_answered = self._may_answer() and self._answer_at_once()
        if not self.is_answered:
            self.go_through_asgi()

    def go_through_asgi(self) -> None:
        """Let uvicorn start its task for the current request."""
        # What comes after a request that ended the connection has nobody to answer to.
        self.is_answered = self.transport.is_closing()
        if not self.is_answered:
            super().on_headers_complete()
            while self.cycles and self.cycles[0].response_complete:
                self.cycles.popleft()
            self.cycles.append(cast("RequestResponseCycle", self.cycle))
            # Trailers would be added to the list, which the application has; they are no headers (RFC 9110, 6.5.1).
            self.headers = []

    def on_body(self, body: bytes) -> None:
        """Nobody waits for the body of a request that is answered."""
        if not self.is_answered:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """Nor for its end. The parser takes a head that asks for an upgrade for one; a body may come yet."""
        self.is_whole = True
        if not self.is_answered and not self.parser.should_upgrade():
            super().on_message_complete()

    def _may_answer(self) -> bool:
        cycle = self.cycle
        if (
            not self._is_plain(self.url)
            or self.transport.is_closing()
            or (cycle is not None and not cycle.response_complete)
            or self.flow.write_paused
            or self.expect_100_continue
            or self.parser.should_upgrade()
            or self.parser.get_method() not in _METHODS
        ):
            return False
        names = [name for name, _ in self.headers]
        app: MockApp = self.config.loaded_app
        return FRAMING.isdisjoint(names) and not (b"prefer" in names and app.engine.needs_generator(self.headers))

    def _answer_at_once(self) -> bool:
        started = time.perf_counter()
        app: MockApp = self.config.loaded_app
        method, path = _METHODS[self.parser.get_method()], self.url.partition(b"?")[0]
        try:
            answer = app.engine.answer(Request(method, path, self.headers))
        except Exception:  # noqa: BLE001  # it fails again on the usual way, where uvicorn reports it
            return False
        self.answer = answer
        if answer.delay or answer.delivery is not NORMAL:
            return False
        head = _head(answer.status, answer.headers, len(answer.body))
        if head is None:
            return False
        keeps = self.parser.should_keep_alive() and self.parser.get_http_version() == "1.1"
        static_replies = b"".join([b"%s: %s\r\n" % header for header in self.server_state.default_headers])
        end = b"\r\n" if keeps else b"connection: close\r\n\r\n"
        self.transport.write(b"".join((head, static_replies, end, answer.body if method == "GET" else b"")))
        if not keeps:
            self.transport.close()
        self.on_response_complete()
        if app.log:
            app.log.request(method, path, answer.status, answer.matched_by, time.perf_counter() - started)
        return True


def _plain_target(prefix: str, suffix: str) -> Callable[[bytes], object]:
    """Whether a target is the contract's path in plain characters: it needs no taking apart."""
    start, end = re.escape(prefix.encode()), re.escape(suffix.encode())
    return re.compile(start + rb"[A-Za-z0-9._~%-]{1,256}" + end + _QUERY).fullmatch


@lru_cache(1024)
def _head(status: int, headers: Headers, length: int) -> bytes | None:
    """Status line and headers as they go on the wire; None where uvicorn is to add, or to refuse, something."""
    lengths = [value for name, value in headers if name == b"content-length"]
    if lengths != [str(length).encode()] or not are_sound(headers) or any(name == b"connection" for name, _ in headers):
        return None
    return head_lines(status, headers)
