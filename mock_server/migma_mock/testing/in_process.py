"""InProcess: requests to a mock in the same process; Answer: how the reply to one of them arrives."""

import math
import traceback
from collections.abc import Iterator

import anyio

from migma_mock.engine.date_header import is_dated
from migma_mock.messages.delivery import Chunk
from migma_mock.messages.reply import Reply
from migma_mock.messages.request import Request
from migma_mock.mock import Mock
from migma_mock.testing.arguments import HIDDEN

__tracebackhide__ = HIDDEN


class Answer:
    """A reply as a client in the same process receives it; its errors are those of a socket.

    Attributes:
        reply: The reply of the mock.
        wait: Seconds until the head arrives, or until the client's time-out.
    """

    def __init__(self, reply: Reply, method: str, read_timeout: float | None) -> None:
        self.reply = reply
        self._body = b"" if method == "HEAD" else reply.body
        self._allowed = math.inf if read_timeout is None else read_timeout
        # A client without a time-out would wait forever; a test needs only the error.
        is_hanging = reply.delivery.kind == "hang"
        self._is_late = is_hanging or reply.delay > self._allowed
        self.wait = 0.0 if is_hanging else min(reply.delay, self._allowed)

    def check_head(self) -> None:
        """Raise the error that came in place of a head, after :attr:`wait`.

        Raises:
            TimeoutError: The head is too late, or never comes.
            ConnectionResetError: The connection is reset.
        """
        if self._is_late:
            raise _timed_out()
        if self.reply.delivery.kind == "reset":
            raise _reset()

    def body(self) -> Iterator[Chunk]:
        """Yield the parts of the body as they are sent, which may be too few or too many bytes.

        Raises:
            TimeoutError: The next part is too late.
            ConnectionResetError: The connection is reset after these parts.
        """
        if not self._body:
            return
        for chunk in self.reply.delivery.schedule(self._body):
            if chunk.wait > self._allowed:
                yield Chunk(self._allowed, b"")
                raise _timed_out()
            yield chunk
        if self.reply.delivery.kind == "reset-mid-body":
            raise _reset()


def _timed_out() -> TimeoutError:
    return TimeoutError("timed out")


def _reset() -> ConnectionResetError:
    return ConnectionResetError(104, "Connection reset by peer")


class InProcess:
    """Sends requests to a mock without a socket; the mock answers whatever the host of a URL is."""

    def __init__(self, mock: Mock) -> None:
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
            reply = self._mock.on_loop(lambda: self._mock.engine.answer(request))
        except Exception as error:  # noqa: BLE001  # it is raised again
            # Local variables on the way to it have the key of the request, and pytest -l would show them.
            error.add_note("".join(["In the mock:\n", *traceback.format_tb(error.__traceback__)]))
            raise error.with_traceback(None) from error.__cause__
        if not is_dated(reply):  # while a server runs, the reply leaves that header to it
            reply = reply.with_headers(self._mock.engine.date.header)
        return Answer(reply, request.method, read_timeout)
