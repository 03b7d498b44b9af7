"""The fast path: a plain request whose reply is ready is answered from the parser's callback, with one write.

It needs no task and no ASGI messages. It is an accelerator and never another behaviour: the server works without this
file (``--no-fast-path``), and uses it only while all state is local.
"""

import re
import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any, ClassVar

from migma_mock.engine.date_header import undated
from migma_mock.http.answered import show_answer
from migma_mock.http.protocol import MockProtocol
from migma_mock.messages.delivery import NORMAL
from migma_mock.messages.reply import Headers
from migma_mock.messages.request import Request
from migma_mock.messages.response_head import are_valid, head_lines

_METHODS = {b"GET": "GET", b"HEAD": "HEAD"}
_QUERY = rb"(?:\?[A-Za-z0-9._~%!$'()*+,;:@/?&=-]*)?"


class FastPathProtocol(MockProtocol):
    """Answers a GET or HEAD of the contract's path at once if its reply has no delay and no special delivery.

    Everything else goes through ASGI as usual. It takes along the engine's reply if the engine was asked already, so
    that a request is counted and recorded once.
    """

    # The latest headers that the server adds to each response, of any connection, and their lines: all, and without
    # Date. One value, since several servers may run in threads.
    _added: ClassVar[tuple[list[tuple[bytes, bytes]], bytes, bytes]] = ([], b"", b"")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        operation = self.mock.contract.operation
        self._is_plain_target = _plain_target(operation.prefix, operation.suffix)

    def answer_now(self) -> bool:
        """Answer the current request if that needs no waiting; True if it was answered."""
        name = self.parser.get_method()
        mock = self.mock
        if name not in _METHODS or mock.draining or not self._may_answer():
            return False
        started = time.perf_counter()
        method, (path, _, query) = _METHODS[name], self.url.partition(b"?")
        try:
            request = Request(method, path, self.headers, query)
            reply = mock.engine.answer(request)
        except Exception:  # noqa: BLE001  # it fails again through ASGI, where uvicorn reports it
            return False
        self.answer = reply
        if reply.delay or reply.delivery is not NORMAL:
            return False
        found = _head(reply.status, reply.headers, len(reply.body))
        if found is None:
            return False
        head, is_dated = found
        keeps_alive = self.parser.should_keep_alive() and self.version == "1.1"
        added, lines, undated_lines = self._added
        if added is not self.server_state.default_headers:
            # The server has another list every second.
            added = self.server_state.default_headers
            lines, undated_lines = _lines(added), _lines(undated(added))
            FastPathProtocol._added = (added, lines, undated_lines)
        end = b"\r\n" if keeps_alive else b"connection: close\r\n\r\n"
        self.transport.write(
            b"".join((head, undated_lines if is_dated else lines, end, reply.body if method == "GET" else b""))
        )
        if not keeps_alive:
            self.close_when_read()
        self.on_response_complete()
        seconds = time.perf_counter() - started
        mock.counts.add(reply.status, reply.matched_by, seconds)
        if mock.log or mock.telemetry:
            show_answer(mock, request, reply, seconds)
        return True

    def _may_answer(self) -> bool:
        cycle = self.cycle
        if (
            not self._is_plain_target(self.url)
            or self.transport.is_closing()
            or (cycle is not None and not cycle.response_complete)
            or self.flow.write_paused
            or self.expect_100_continue
            or self.parser.should_upgrade()
        ):
            return False
        given = self.given
        if b"content-length" in given or b"transfer-encoding" in given:
            return False
        return not (b"prefer" in given and self.mock.engine.needs_generator(self.headers))


@lru_cache(16)
def _plain_target(prefix: str, suffix: str) -> Callable[[bytes], re.Match[bytes] | None]:
    """Return a function that matches the contract's path in plain characters, which needs no parsing."""
    start, end = re.escape(prefix.encode()), re.escape(suffix.encode())
    return re.compile(start + rb"[A-Za-z0-9._~%-]{1,256}" + end + _QUERY).fullmatch


def _lines(headers: list[tuple[bytes, bytes]]) -> bytes:
    return b"".join([b"%s: %s\r\n" % header for header in headers])


@lru_cache(1024)
def _head(status: int, headers: Headers, length: int) -> tuple[bytes, bool] | None:
    """Return status line and headers as bytes, and if one is Date; None if uvicorn has to add or to refuse one."""
    lengths = [value for name, value in headers if name == b"content-length"]
    if lengths != [str(length).encode()] or not are_valid(headers) or any(name == b"connection" for name, _ in headers):
        return None
    return head_lines(status, headers), any(name == b"date" for name, _ in headers)
