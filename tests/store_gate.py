"""A gate before a store: passes bytes both ways, looks at them, and cuts the connection where a test wants it."""

import asyncio
from contextlib import asynccontextmanager, suppress


class StoreGate:
    """The traffic between clients and a store.

    Attributes:
        writes: The chunks that came from clients.
        replied: How many bytes of replies passed.
        port: Its port, if it is not on a Unix socket.
        cut_after: After so many bytes of replies all connections are cut; None for never.
    """

    def __init__(self, store_path):
        self.writes = []
        self.replied = 0
        self.port = self.cut_after = None
        self._store_path = store_path
        self._tasks = set()

    async def serve(self, reader, writer):
        """Pass the bytes of one client."""
        self._tasks.add(asyncio.current_task())
        try:
            store_reader, store_writer = await asyncio.open_unix_connection(self._store_path)
            try:
                async with asyncio.TaskGroup() as group:
                    group.create_task(self._pass_commands(reader, store_writer))
                    group.create_task(self._pass_replies(store_reader, writer))
            finally:
                await _abort(store_writer)
        except* OSError:
            pass
        finally:
            await _abort(writer)
            self._tasks.discard(asyncio.current_task())

    async def close(self):
        """Cut all connections."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _pass_commands(self, reader, writer):
        while data := await reader.read(1 << 20):
            self.writes.append(data)
            writer.write(data)
        raise ConnectionError

    async def _pass_replies(self, reader, writer):
        while data := await reader.read(1 << 20):
            if self.cut_after is not None and self.replied + len(data) >= self.cut_after:
                writer.write(data[: self.cut_after - self.replied])
                await writer.drain()
                self.cut_after, self.replied = None, self.replied + len(data)
                writer.write_eof()
                break
            self.replied += len(data)
            writer.write(data)
        raise ConnectionError


@asynccontextmanager
async def store_gate(store_path, gate_path=None, tls=None):
    """Open a gate on a Unix socket; without a path on the ``port`` of this machine, with TLS."""
    gate = StoreGate(store_path)
    if gate_path:
        opening = asyncio.start_unix_server(gate.serve, gate_path)
    else:
        opening = asyncio.start_server(gate.serve, "127.0.0.1", 0, ssl=tls)
    async with await opening as server:
        if not gate_path:
            gate.port = server.sockets[0].getsockname()[1]
        try:
            yield gate
        finally:
            await gate.close()


async def _abort(writer):
    writer.transport.abort()
    with suppress(OSError):
        await writer.wait_closed()


class _Scripted(asyncio.Protocol):
    """One connection to what is no store."""

    def __init__(self, replies):
        self._replies = list(replies)

    def connection_made(self, transport):
        self._transport = transport

    def data_received(self, data):
        if self._replies:
            self._transport.write(self._replies.pop(0))
        if not self._replies:
            self._transport.close()


@asynccontextmanager
async def scripted_store(path, *replies):
    """Serve on a Unix socket what is no store: it answers what a client writes with these replies, then hangs up."""
    async with await asyncio.get_running_loop().create_unix_server(lambda: _Scripted(replies), path):
        yield


async def until(condition, seconds=60):
    """Return once a condition holds."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110  # whatever it is
            await asyncio.sleep(0.002)  # between two looks
