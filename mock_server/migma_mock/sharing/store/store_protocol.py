"""StoreProtocol: one connection to the store; commands go out together, replies come back in the same order."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any, cast

import hiredis

from migma_mock.sharing.store.store_errors import StoreUnavailableError, refusal

Handler = Callable[["asyncio.Future[Any]", Any], object]
"""Completes the future of a call with the reply, which is a ``hiredis.ReplyError`` if the store refused."""

Argument = bytes | str | int | float

# Its type stub has tuples of one argument.
pack: Callable[[tuple[Argument, ...]], bytes] = hiredis.pack_command  # type: ignore[assignment]

_NO_REPLY = object()
_TICKS = 4
"""The number of times that the time is checked within the limit. A call is given up after up to one tick more."""

_LONG_REPLY = 64 * 1024
"""Bytes that come between two ticks if the store is busy with a long reply, such as an account with many campaigns."""

_PING = pack(("PING",))


class StoreProtocol(asyncio.Protocol):
    """One connection to the store.

    All commands of one turn of the event loop go out in one write. That is why there is no client library here: a
    command costs a worker some microseconds so, and about three times as much in redis-py, which awaits each one.

    A reply belongs to the oldest command without one. So a connection is closed if a reply does not come in time: the
    next reply would be taken for that of another command.

    Args:
        place: Where the store is, for messages.
        limit: Seconds until a command without a reply closes the connection.
        on_lost: Called with the reason when the connection is lost, before the calls that wait for a reply fail.

    Attributes:
        closed: Ends when the connection is lost.
    """

    def __init__(self, place: str, limit: float, on_lost: Callable[[str], object]) -> None:
        self._place = place
        self._limit = limit
        self._on_lost = on_lost
        self._loop = asyncio.get_running_loop()
        self._reader = hiredis.Reader(notEnoughData=_NO_REPLY)
        self._waiting: deque[tuple[asyncio.Future[Any], Handler]] = deque()
        self._unwritten: list[bytes] = []
        self._transport: asyncio.WriteTransport | None = None
        self.closed = self._loop.create_future()
        # How many replies came, and how many commands had been sent at the latest ticks: what was sent before the
        # oldest of them must be answered by now. One timer for all calls; and a worker that was busy for seconds has
        # one tick in this time, so that it reads the replies that came before it blames the store.
        self._answered = 0
        self._received = 0
        self._sent_at: deque[int] = deque(maxlen=_TICKS)
        self._tick_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to check the time."""
        self._transport = cast(asyncio.WriteTransport, transport)  # uvloop's is none by its class
        self._schedule_tick()

    def send(self, command: bytes, handler: Handler | None = None) -> "asyncio.Future[Any]":
        """Send a packed command, and return the future of its reply.

        Args:
            command: The command.
            handler: Completes the future, if it is not to have the reply as it is.
        """
        future: asyncio.Future[Any] = self._loop.create_future()
        self.send_for(future, command, handler or self.complete)
        return future

    def send_for(self, future: "asyncio.Future[Any]", command: bytes, handler: Handler) -> None:
        """Send a packed command whose reply completes a future that exists already."""
        self.require_open()
        if not self._unwritten:
            self._loop.call_soon(self._write)
        self._unwritten.append(command)
        self._waiting.append((future, handler))

    def require_open(self) -> None:
        """Check that the connection is not lost.

        Raises:
            StoreUnavailableError: It is; the error has the reason.
        """
        if self.closed.done():
            raise StoreUnavailableError(self.closed.result())

    def complete(self, future: "asyncio.Future[Any]", reply: Any) -> None:
        """Complete a future with a reply as it is, or with the error that it is."""
        if future.done():
            return
        if isinstance(reply, hiredis.ReplyError):
            future.set_exception(refusal(self._place, str(reply)))
        else:
            future.set_result(reply)

    def data_received(self, data: bytes) -> None:
        """Give each reply to the oldest call without one."""
        reader, waiting = self._reader, self._waiting
        self._received += len(data)
        reader.feed(data)
        try:
            while (reply := reader.gets()) is not _NO_REPLY:
                future, handler = waiting.popleft()
                self._answered += 1
                handler(future, reply)
                if isinstance(reply, hiredis.ReplyError) and str(reply).startswith("READONLY"):
                    # It was the primary; its address may lead to another one meanwhile.
                    self.lose(f"the store {self._place} has become a replica")
                    return
        except (hiredis.ProtocolError, IndexError):
            self.lose(f"the server at {self._place} is no Valkey or Redis: it speaks another protocol")

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail all calls without a reply."""
        why = f": {getattr(exc, 'strerror', None) or exc}" if exc else ""
        self.lose(f"the store {self._place} closed the connection{why}")

    def lose(self, why: str) -> None:
        """Close the connection, and fail all calls without a reply."""
        if self.closed.done():
            return
        self.closed.set_result(why)
        if self._tick_timer:
            self._tick_timer.cancel()
        if self._transport:
            self._transport.abort()
        self._on_lost(why)
        while self._waiting:
            future, _ = self._waiting.popleft()
            if not future.done():
                future.set_exception(StoreUnavailableError(why, is_uncertain=True))

    def _write(self) -> None:
        if self._transport and not self.closed.done():
            self._transport.write(b"".join(self._unwritten))
        self._unwritten.clear()

    def _schedule_tick(self) -> None:
        self._tick_timer = self._loop.call_later(self._limit / _TICKS, self._tick)

    def _tick(self) -> None:
        if self._received > _LONG_REPLY:
            self._sent_at.clear()  # it is answering, at length
        self._received = 0
        if len(self._sent_at) == _TICKS and self._sent_at[0] > self._answered:
            self.lose(f"the store {self._place} did not answer within {self._limit:g} s")
            return
        if not self._waiting:
            # A connection on which nothing is said may be dead; a request shall not be the first to notice.
            # Nobody waits for this reply, nor for the error in its place.
            self.send(_PING, lambda _future, _reply: None).cancel()
        self._sent_at.append(self._answered + len(self._waiting))
        self._schedule_tick()
