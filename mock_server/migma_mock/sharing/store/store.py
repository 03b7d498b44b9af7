"""Store: the state of all accounts in Valkey or Redis, changed in one step for each request."""

import asyncio
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from migma_mock.accounts.kept import Kept
from migma_mock.sharing.store.commit import (
    ACCOUNT,
    LOST,
    REGISTRY,
    UNKNOWN_KEY,
    Change,
    Commit,
    Committed,
    Stale,
    change_arguments,
)
from migma_mock.sharing.store.connection import StoreConnection
from migma_mock.sharing.store.parts import UNREADABLE
from migma_mock.sharing.store.replies import (
    UNREADABLE_HEAD,
    Changes,
    Head,
    JournalPage,
    Opened,
    committed,
    journal_page,
    opening,
    recorded,
)
from migma_mock.sharing.store.replies import changes as read_changes
from migma_mock.sharing.store.script import Script
from migma_mock.sharing.store.store_errors import StoreDataError, StoreFormatError, StoreUnavailableError
from migma_mock.sharing.store.store_protocol import Argument

T = TypeVar("T")

FORMAT = 1
"""The number of the format of the data in the store; another release may have another one."""

PAGE = 500
"""Records of a journal that one command reads."""

_RECORD = Script("record")
_COMMIT = Script("parts", "commit")
_COMMIT_IN_FULL_STORE = Script("parts", "commit", flags="allow-oom")
"""For commits that free memory: a store that has none left takes them too."""

_CHANGES = Script("changes")
_OPEN = Script("parts", "open")
_RESTORE = Script("parts", "restore")
_JOURNAL = Script("journal")
_AMEND = Script("amend")
_ADD_COUNTS = Script("add_counts")
_KEPT = Script("kept")

_AT_ONCE = 500
"""Maps that one script counts, so that others need not wait for long."""


class Store:
    """The state of all accounts in Valkey or Redis.

    It is a few maps of named texts: the registry, and one for each account. Each has a version; all versions come from
    one counter, which also orders the entries of all journals. So a version is never used twice. The scripts beside
    this module say how maps and journals are kept.

    Args:
        connection: The connection to the store. The store must be opened again each time when it is connected.
        journal_bound: How many entries each journal keeps.
    """

    def __init__(self, connection: StoreConnection, journal_bound: int) -> None:
        self._connection = connection
        self._bound = journal_bound
        self._prefix = f"{{{connection.url.prefix}}}:"
        self._registry = self._prefix + REGISTRY
        self._order = f"{self._prefix}order"
        self._used = f"{self._prefix}used"
        self._counts = f"{self._prefix}counts"
        self._epoch = ""
        # The connection in which it was opened.
        self._generation = 0

    async def check(self) -> None:
        """Check that a mock of this release can use the data in the store, which stays as it is.

        Raises:
            StoreFormatError: The data is of another release.
            StoreUnavailableError: It cannot be read.
        """
        call, registry = self._connection.call, self._registry
        found, size = await asyncio.gather(call("HGET", registry, "#format"), call("HLEN", registry))
        if size:
            self._require_format(self._read(lambda: int(found)))

    async def lost_accounts(self) -> list[str]:
        """Return the ids of the accounts whose state is lost as a whole.

        Raises:
            StoreUnavailableError: It cannot be read.
        """
        call = self._connection.call
        keys = await call("HKEYS", self._registry)
        names = self._read(lambda: [key.decode() for key in keys if key.startswith(ACCOUNT.encode())])
        marks = await asyncio.gather(*(call("HGET", self._prefix + name, LOST) for name in names))
        return [name.removeprefix(ACCOUNT) for name, mark in zip(names, marks, strict=True) if mark is not None]

    def _require_format(self, found: int) -> None:
        if found != FORMAT:
            url = self._connection.url
            raise StoreFormatError(url.place, url.prefix, found, FORMAT)

    async def open(self, known_epoch: str | None, serving_digest: str, registry: Sequence[Change]) -> Opened:
        """Open the store; an empty one gets this registry.

        If it is empty and the worker knows an epoch, it lost its data: each account of the registry has the part
        ``lost`` then, until a worker restores it.

        The format is checked here only. A release with another one refuses data of this one too, so such data comes
        into an empty store, and has another epoch, with which the store has to be opened again.

        Args:
            known_epoch: The epoch of the worker's copies; None if it has none.
            serving_digest: Tells what the worker serves from what others do.
            registry: All parts of the worker's registry.

        Raises:
            StoreFormatError: The data is of another release.
            StoreUnavailableError: It cannot be opened.
        """
        connection, generation = self._connection, self._connection.generation
        server, memory = await asyncio.gather(connection.call("INFO", "server"), connection.call("INFO", "memory"))
        run_id, policy = self._read(lambda: (_info(server, "run_id"), _info(memory, "maxmemory_policy")))
        lost = [self._prefix + change.name for change in registry if change.name.startswith(ACCOUNT)]
        keys = (self._registry, self._order, *(lost if known_epoch else ()))
        arguments = (FORMAT, run_id, secrets.token_hex(8), serving_digest, *change_arguments(registry))
        found, *rest = await _OPEN.run(connection, keys, arguments, opening)
        self._require_format(found)
        epoch, is_new, digest = rest
        self._epoch, self._generation = epoch, generation
        return Opened(
            epoch=epoch,
            is_new=is_new,
            is_lost=known_epoch not in (None, epoch),
            serving_digest=digest,
            warning=_describe_policy(connection.url.place, policy),
        )

    def commit(self, commit: Commit) -> "asyncio.Future[Committed | Stale]":
        """Apply a commit if its versions are the current ones; return the future of the outcome.

        Raises:
            StoreUnavailableError: There is no connection; or the future has it. If it ``is_uncertain``, the commit may
                have been applied.
            StoreLostError: The future has it: the epoch is another one, and nothing was applied.
        """
        map_key = self._prefix + commit.account
        keys = (self._registry, map_key, f"{map_key}:journal", self._order)
        checked: tuple[Argument, ...] = (self._checked_epoch(), commit.registry, commit.version)
        entry = commit.entry
        if entry is not None and commit.only_records:
            done = partial(recorded, commit)
            return _RECORD.run(self._connection, keys, (*checked, entry, self._bound), done)
        flags = (int(commit.is_unexpected), int(commit.clears_journal), commit.unrecorded, int(commit.marks_used))
        parts = (*change_arguments(commit.changes), *change_arguments(commit.registry_changes))
        all_keys = (*keys, self._used, *(self._prefix + each for each in commit.deleted))
        script = _COMMIT_IN_FULL_STORE if commit.frees_memory and self._connection.has_script_flags else _COMMIT
        return script.run(self._connection, all_keys, (*checked, entry or b"", self._bound, *flags, *parts), committed)

    async def changes(self, name: str, since: int) -> Changes:
        """Return the parts of a map that changed since a version; 0 for all.

        Raises:
            StoreUnavailableError: It cannot be reached.
            StoreLostError: The epoch is another one.
        """
        keys, arguments = (self._registry, self._prefix + name), (self._checked_epoch(), since)
        changes: Changes = await _CHANGES.run(self._connection, keys, arguments, read_changes)
        return changes

    async def restore(self, name: str, changes: Sequence[Change], version: int, gap: int) -> bool:
        """Restore a map from a worker's copy after the store lost its data; the copy of the highest version wins.

        Args:
            name: The map.
            changes: All its parts.
            version: The version of the copy, in the epoch before.
            gap: How many requests its journal lacks now, at least.

        Returns:
            True if the store has these parts now; False if a copy that is as new was restored before, or a commit came
            after that.

        Raises:
            StoreUnavailableError: It cannot be reached.
            StoreLostError: The epoch is another one.
        """
        keys = (self._registry, self._prefix + name, self._order)
        arguments = (self._checked_epoch(), version, gap, *change_arguments(changes))
        return bool((await _RESTORE.run(self._connection, keys, arguments, _as_it_is))[0])

    async def journal(self, name: str, after: str) -> JournalPage:
        """Return the records of a map's journal after an id; ``0`` for the first ones.

        Args:
            name: The map.
            after: The ``last_id`` of the page before.

        Returns:
            A page of at most `PAGE` records; there may be more after a full one.

        Raises:
            StoreUnavailableError: It cannot be reached.
            StoreLostError: The epoch is another one.
        """
        key = self._prefix + name
        keys = (self._registry, f"{key}:journal", f"{key}:unexpected")
        convert = partial(journal_page, PAGE, after)
        page: JournalPage = await _JOURNAL.run(
            self._connection, keys, (self._checked_epoch(), f"({after}", PAGE), convert
        )
        return page

    async def heads(self, names: Iterable[str]) -> list[Head]:
        """Return what tells if maps and their journals have changed, for many maps at a time.

        It is `UNREADABLE_HEAD` for a map that has something that no mock wrote.

        Raises:
            StoreUnavailableError: It cannot be reached.
        """
        self._checked_epoch()
        call = self._connection.call
        replies = [call("HMGET", self._prefix + name, "#version", "#number", "#amended", "#gap") for name in names]
        answers = await asyncio.gather(*replies, return_exceptions=True)
        return [self._head(answer) for answer in answers]

    def _head(self, answer: list[bytes | None] | BaseException) -> Head:
        if isinstance(answer, StoreDataError):
            return UNREADABLE_HEAD
        if isinstance(answer, BaseException):
            raise answer
        try:
            return Head.of(answer)
        except UNREADABLE:
            return UNREADABLE_HEAD

    def unreadable(self, name: str) -> StoreDataError:
        """Return the error for a map that has something that no mock wrote."""
        key = self._prefix + name
        remedy = "take another prefix: ?prefix=NAME" if name == REGISTRY else "delete the account, or that key"
        return StoreDataError(
            self._connection.url.place, f"has something in the key {key} that no mock wrote; {remedy}"
        )

    async def amend(self, name: str, record: bytes) -> None:
        """Add an amendment of an earlier entry to a map's journal.

        Raises:
            StoreUnavailableError: It cannot be reached.
            StoreLostError: The epoch is another one.
        """
        map_key = self._prefix + name
        keys = (self._registry, map_key, f"{map_key}:journal", self._order)
        await _AMEND.run(self._connection, keys, (self._checked_epoch(), record, self._bound), _as_it_is)

    async def least_used(self) -> list[str]:
        """Return the maps of all accounts that were used, the one first that was not used for the longest time."""
        keys, first = await self._connection.call("ZRANGE", self._used, 0, -1), f"{self._prefix}{ACCOUNT}".encode()
        return self._read(lambda: [key.decode().removeprefix(self._prefix) for key in keys if key.startswith(first)])

    async def add_counts(self, counts: Mapping[str, float]) -> None:
        """Add numbers to the counts of all workers: all of them, or none."""
        arguments = [each for pair in counts.items() for each in pair]
        if arguments:
            await _ADD_COUNTS.run(self._connection, (self._counts,), arguments, _as_it_is)

    async def counts(self) -> dict[str, float]:
        """Return the counts of all workers."""
        reply = await self._connection.call("HGETALL", self._counts)
        pairs = zip(reply[::2], reply[1::2], strict=True)
        return self._read(lambda: {name.decode(): float(number) for name, number in pairs})

    async def kept(self, accounts: Sequence[str]) -> Kept:
        """Return how much the maps of accounts and of the requests without a known key keep.

        Args:
            accounts: The names of the maps of all accounts.

        Raises:
            StoreUnavailableError: It cannot be reached.
            StoreLostError: The epoch is another one.
        """
        keys = [self._prefix + name for name in (*accounts, UNKNOWN_KEY)]
        arguments = (self._checked_epoch(), self._bound)
        entries = lost = 0
        for start in range(0, len(keys), _AT_ONCE):
            some = (self._registry, *keys[start : start + _AT_ONCE])
            more_entries, more_lost = await _KEPT.run(self._connection, some, arguments, _as_it_is)
            entries, lost = entries + more_entries, lost + more_lost
        return Kept(len(accounts), entries, lost)

    def _read(self, read: Callable[[], T]) -> T:
        """Return what a function reads in a reply.

        Raises:
            StoreDataError: No mock wrote that.
        """
        try:
            return read()
        except UNREADABLE:
            raise StoreDataError(self._connection.url.place) from None

    def _checked_epoch(self) -> str:
        """Return the epoch, if the store was opened on this connection."""
        connection = self._connection
        if self._generation != connection.generation or not connection.is_up:
            place = connection.url.place
            raise StoreUnavailableError(f"the store {place} is being opened" if connection.is_up else connection.why)
        return self._epoch


def _as_it_is(reply: Any) -> Any:
    return reply


def _info(text: bytes, name: str) -> str:
    """Return a field of what INFO answered; "" if it has none."""
    lines = (line.partition(":") for line in text.decode("utf-8", "replace").splitlines())
    return next((value for field, _, value in lines if field == name), "")


def _describe_policy(place: str, policy: str) -> str:
    if policy in ("", "noeviction"):
        return ""
    return (
        f"the store {place} removes keys when its memory is full (maxmemory-policy {policy}), and accounts with them; "
        "set it to noeviction"
    )
