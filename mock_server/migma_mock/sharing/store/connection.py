"""StoreConnection: the connection of a worker to the store, made again by itself when it is lost."""

import asyncio
import contextlib
import os
import ssl
from collections.abc import Callable
from typing import Any

from migma_mock.sharing.store.store_errors import StoreUnavailableError
from migma_mock.sharing.store.store_protocol import Argument, Handler, StoreProtocol, pack
from migma_mock.sharing.store.store_url import StoreUrl

REPLY_SECONDS = 1.0
"""A store that needs longer for a reply cannot be used."""

_CONNECT_LIMITS = 2
"""A connection may take so many times as long as a reply, since the handshakes are several."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 1.0
_OLDEST = (6, 2)
"""The oldest release of Redis that has all commands; each release of Valkey has them."""
_WITH_SCRIPT_FLAGS = (7, 0)


class StoreConnection:
    """The connection of a worker to the store.

    Args:
        url: Where the store is.
        limit: Seconds until a command without a reply closes the connection.

    Attributes:
        url: The same.
        is_up: True while it is connected.
        why: The reason while it is not connected, as a sentence without a full stop.
        generation: How often it was connected.
        has_script_flags: True if its scripts may say what they need, as those of Valkey and of Redis 7 do.
        on_change: Called on the event loop when ``is_up`` changes.
    """

    def __init__(self, url: StoreUrl, limit: float = REPLY_SECONDS) -> None:
        self.url = url
        self.is_up = False
        self.why = f"the store {url.place} was not connected yet"
        self.generation = 0
        self.has_script_flags = True
        self.on_change: Callable[[bool], object] = lambda _is_up: None
        self._limit = limit
        self._protocol: StoreProtocol | None = None
        self._keeper: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Connect, and stay connected until :meth:`close`.

        Raises:
            StoreUnavailableError: The first attempt failed. Further attempts follow by themselves.
        """
        first_attempt: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._keeper = asyncio.create_task(self._keep_connected(first_attempt))
        await asyncio.shield(first_attempt)

    async def close(self) -> None:
        """Close it. Calls that wait for a reply fail."""
        if self._keeper:
            self._keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeper
            self._keeper = None
        if self._protocol:
            self._protocol.lose(f"the connection to the store {self.url.place} was closed")

    def call(self, *arguments: Argument) -> "asyncio.Future[Any]":
        """Send a command, and return the future of its reply.

        Raises:
            StoreUnavailableError: It is not connected. The future has this error if the connection is lost before the
                reply comes, or if the store refuses the command.
        """
        return self.send(pack(arguments))

    def send(self, command: bytes, handler: Handler | None = None) -> "asyncio.Future[Any]":
        """Send a packed command as :meth:`call` does; a handler completes the future if one is given."""
        return self._connected().send(command, handler)

    def send_for(self, future: "asyncio.Future[Any]", command: bytes, handler: Handler) -> None:
        """Send a packed command whose reply completes a future that exists already."""
        self._connected().send_for(future, command, handler)

    def _connected(self) -> StoreProtocol:
        if self._protocol is None:
            raise StoreUnavailableError(self.why)
        return self._protocol

    async def _keep_connected(self, first_attempt: "asyncio.Future[None]") -> None:
        loop, pause = asyncio.get_running_loop(), _FIRST_PAUSE
        while True:
            try:
                protocol = await self._connect()
            except StoreUnavailableError as error:
                self.why = error.why
                if not first_attempt.done():
                    first_attempt.set_exception(error)
            else:
                self._protocol, self.is_up, self.generation = protocol, True, self.generation + 1
                since = loop.time()
                self.on_change(True)  # noqa: FBT003  # what is_up is now
                if not first_attempt.done():
                    first_attempt.set_result(None)
                await asyncio.wait({protocol.closed})  # to await it itself would cancel it with this task
                if loop.time() - since > _LONGEST_PAUSE:
                    pause = _FIRST_PAUSE
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    async def _connect(self) -> StoreProtocol:
        protocol = StoreProtocol(self.url.place, self._limit, self._lost)
        try:
            async with asyncio.timeout(_CONNECT_LIMITS * self._limit):
                await self._reach(protocol)
                await self._introduce(protocol)
                protocol.require_open()  # it may have said more than it was asked, or hung up
        except (OSError, StoreUnavailableError) as error:
            why = self._describe_failure(error)
            protocol.lose(why)
            is_mistake = isinstance(error, ssl.SSLCertVerificationError) or getattr(error, "is_mistake", False)
            raise StoreUnavailableError(why, is_mistake=is_mistake) from None
        except BaseException:
            protocol.lose("the attempt was given up")
            raise
        return protocol

    async def _reach(self, protocol: StoreProtocol) -> None:
        loop, url = asyncio.get_running_loop(), self.url
        if url.path:
            await loop.create_unix_connection(lambda: protocol, url.path)
            return
        tls = ssl.create_default_context() if url.is_tls else None
        await loop.create_connection(lambda: protocol, url.host, url.port, ssl=tls)

    async def _introduce(self, protocol: StoreProtocol) -> None:
        """Log in, check what answers, and choose the database."""
        url = self.url
        login = ("AUTH", url.user or "default", url.password.reveal()) if url.password else ()
        hello = await protocol.send(pack(("HELLO", 2, *login, "SETNAME", "migma-mock")))
        about = _about(hello)
        name, version = (about.get(each, b"").decode("utf-8", "replace") for each in (b"server", b"version"))
        release = tuple(int(part) for part in version.split(".")[:2] if part.isdecimal())
        self.has_script_flags = name != "redis" or release >= _WITH_SCRIPT_FLAGS
        if name == "redis" and release < _OLDEST:
            raise StoreUnavailableError(
                f"the store {url.place} is Redis {version}; 6.2 or newer is needed, or Valkey", is_mistake=True
            )
        if about.get(b"role") in (b"replica", b"slave"):
            raise StoreUnavailableError(
                f"the store {url.place} is a replica, which takes no changes; use the address of the primary"
            )
        if url.database:
            await protocol.send(pack(("SELECT", url.database)))

    def _lost(self, why: str) -> None:
        self.why = why
        if self.is_up:
            self._protocol, self.is_up = None, False
            self.on_change(False)  # noqa: FBT003  # as above

    def _describe_failure(self, error: OSError | StoreUnavailableError) -> str:
        place = self.url.place
        if isinstance(error, StoreUnavailableError):
            return error.why
        if isinstance(error, TimeoutError):
            kind = "TLS connection" if self.url.is_tls else "connection"
            return f"the store {place} cannot be reached: no {kind} within {_CONNECT_LIMITS * self._limit:g} s"
        if isinstance(error, ssl.SSLCertVerificationError):
            trust = "set SSL_CERT_FILE to the certificate of its authority"
            return f"the certificate of the store {place} is not trusted ({error.verify_message}); {trust}"
        if isinstance(error, ssl.SSLError):
            return f"the store {place} does not speak TLS there; without TLS, its URL begins with valkey://"
        # asyncio has words of its own for some numbers of the system, uvloop has not.
        number = error.errno or 0
        why = os.strerror(number) if number > 0 else error.strerror or error
        return f"the store {place} cannot be reached: {why}"


def _about(hello: Any) -> dict[bytes, bytes]:
    """Return what a store said about itself in its texts; nothing if it is none."""
    pairs = zip(hello[::2], hello[1::2], strict=False) if isinstance(hello, list) else ()
    return {name: text for name, text in pairs if isinstance(name, bytes) and isinstance(text, bytes)}
