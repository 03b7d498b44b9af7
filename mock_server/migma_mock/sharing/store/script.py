"""Script: a Lua script that the store runs as one step, and how a worker calls it."""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import hiredis

from migma_mock.sharing.store.connection import StoreConnection
from migma_mock.sharing.store.parts import UNREADABLE
from migma_mock.sharing.store.store_errors import StoreDataError, StoreLostError, refusal
from migma_mock.sharing.store.store_protocol import Argument, pack


class Script:
    """A Lua script, which lies beside this module.

    Args:
        names: Names of its files, which are one text.
        flags: What the store must know of it before it runs it, such as ``allow-oom``.

    Attributes:
        text: The script.
    """

    def __init__(self, *names: str, flags: str = "") -> None:
        folder = Path(__file__).parent
        first = [f"#!lua flags={flags}"] if flags else []
        files = ((folder / f"{name}.lua").read_text(encoding="utf-8") for name in names)
        self.text = "\n".join([*first, *files])
        self._sha = hashlib.sha1(self.text.encode(), usedforsecurity=False).hexdigest()

    def run(
        self,
        connection: StoreConnection,
        keys: Sequence[str],
        arguments: Sequence[Argument],
        convert: Callable[[Any], object],
    ) -> "asyncio.Future[Any]":
        """Let the store run it; return the future of its result.

        Args:
            connection: The connection to the store.
            keys: The keys that it reads and changes.
            arguments: Its other arguments.
            convert: Makes the result of the reply.

        Raises:
            StoreUnavailableError: There is no connection; or the future has it.
            StoreLostError: The future has it: the reply is 0, since the epoch is another one.
            StoreDataError: The future has it: the keys have data that no mock wrote.
        """
        rest = (len(keys), *keys, *arguments)

        def complete(future: "asyncio.Future[Any]", reply: Any) -> None:
            if future.done():
                return
            if not isinstance(reply, hiredis.ReplyError):
                if reply == 0:
                    future.set_exception(StoreLostError())
                    return
                try:
                    future.set_result(convert(reply))
                except UNREADABLE:
                    future.set_exception(StoreDataError(connection.url.place))
                return
            message = str(reply)
            if not message.startswith("NOSCRIPT"):
                future.set_exception(refusal(connection.url.place, message))
                return
            # The store forgot its scripts; this way it learns it again.
            connection.send_for(future, pack(("EVAL", self.text, *rest)), complete)

        return connection.send(pack(("EVALSHA", self._sha, *rest)), complete)
