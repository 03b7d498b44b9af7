"""InProcess: requests to a mock in the same process; Answer: how the reply to one of them arrives."""

import math
import traceback
from collections.abc import Iterator

import anyio

from migma_mock.engine.date_header import is_dated
from migma_mock.messages.delivery import FORWARD, Chunk
from migma_mock.messages.reply import Reply
from migma_mock.messages.request import Request
from migma_mock.mock import Mock
from migma_mock.testing.arguments import HIDDEN

__tracebackhide__ = HIDDEN


_NAP_SECONDS = 0.05
"""The longest sleep of a request that may be let go meanwhile."""


class Answer:
    """A reply as a client in the same process receives it; its errors are those of a socket.

    Attributes:
        reply: The reply of the mock.
    """

    def __init__(self, reply: Reply, method: str, read_timeout: float | None) -> None:
        self.reply = reply
        self._body = b"" if method == "HEAD" else reply.body
        self._allowed = math.inf if read_timeout is None else read_timeout

    def head(self) -> Iterator[float]:
        """Yield the seconds to sleep until the head arrives.

        Raises:
            TimeoutError: The head is too late, or never comes.
            ConnectionResetError: The connection is reset.
        """
        if self.reply.delivery.kind == "hang":
            # A client without a time-out would wait forever; a test needs only the error.
            raise _timed_out()
        yield from self._wait(self.reply.delay)
        if self.reply.sending is not None:
            self.reply.sending.begin()
        if self.reply.delivery.kind == "reset":
            raise _reset()

    def body(self) -> Iterator[Chunk]:
        """Yield the parts of the body as they are sent, which may be too few or too many bytes; some are empty.

        Raises:
            TimeoutError: The next part is too late.
            ConnectionResetError: The connection is reset after these parts.
        """
        if not self._body:
            return
        for wait, data in self.reply.delivery.schedule(self._body):
            for nap in self._wait(wait):
                yield Chunk(nap, b"")
            yield Chunk(0, data)
        if self.reply.delivery.kind == "reset-mid-body":
            raise _reset()

    def _wait(self, seconds: float) -> Iterator[float]:
        """Yield short sleeps until something is sent; none once the mock has let the request go."""
        hold, left = self.reply.hold, min(seconds, self._allowed)
        while left > 0 and not (hold and hold.is_over):
            nap = min(left, _NAP_SECONDS) if hold else left
            left -= nap
            yield nap
        if seconds > self._allowed and not (hold and hold.is_over):
            raise _timed_out()


def _timed_out() -> TimeoutError:
    return TimeoutError("timed out")


def _reset() -> ConnectionResetError:
    return ConnectionResetError(104, "Connection reset by peer")


class InProcess:
    """Sends requests to a mock without a socket; the mock answers whatever the host of a URL is."""

    def __init__(self, mock: Mock) -> None:
        mock.require_local_accounts()
        self._mock = mock

    def ask(self, request: Request, read_timeout: float | None) -> Answer:
        """Return the answer to a request of a client that waits so many seconds for each part; None is forever."""
        if self._mock.engine.needs_generator(request.headers):
            self._mock.generator.prepare()
        return self._answer(request, read_timeout)

    async def ask_async(self, request: Request, read_timeout: float | None) -> Answer:
        """Do the same without blocking the event loop."""
        if self._mock.engine.needs_generator(request.headers):
            await anyio.to_thread.run_sync(self._mock.generator.prepare)
        return self._answer(request, read_timeout)

    def _answer(self, request: Request, read_timeout: float | None) -> Answer:
        try:
            reply = self._mock.on_loop(lambda: self._reply(request))
        except Exception as error:  # noqa: BLE001  # it is raised again
            # Local variables on the way to it have the key of the request, and pytest -l would show them.
            error.add_note("".join(["In the mock:\n", *traceback.format_tb(error.__traceback__)]))
            raise error.with_traceback(None) from error.__cause__
        if not is_dated(reply):  # while a server runs, the reply leaves that header to it
            reply = reply.with_headers(self._mock.engine.date.header)
        return Answer(reply, request.method, read_timeout)

    def _reply(self, request: Request) -> Reply:
        reply = self._mock.engine.answer(request)
        return self._mock.engine.record(request, reply) if reply.delivery is FORWARD else reply
