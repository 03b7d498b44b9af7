"""HistoryFile: the SQLite file of a history."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple, Self

from pydantic import ValidationError

from migma_contract.errors import InputError, Problem
from migma_contract.file_errors import FILE_ERRORS, why_unusable
from migma_contract.whole_file import stream_number, why_unwritable
from migma_contract_tests.results.history.run_record import RunRecord

MAX_RUNS, MAX_AGE, MAX_BYTES = 1000, timedelta(days=400), 16 * 1024 * 1024
"""The limits of a history: the oldest runs are removed beyond these."""

_APPLICATION_ID = 0x6D676D61
_SCHEMA_VERSION = 1
_BUSY_SECONDS = 30.0
_SCHEMA = """
CREATE TABLE runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    started TEXT NOT NULL,  -- UTC, RFC 3339
    record TEXT NOT NULL,   -- JSON of a RunRecord
    news TEXT,              -- JSON of the report that watch has to deliver; NULL if there is none, or after it
    delivery TEXT           -- NULL, or pending, begun, done, unknown
)
"""
_DAMAGED = "a damaged file"
_NO_DATABASE = "another kind of file"
_REASONS = {
    sqlite3.SQLITE_BUSY: f"another program has locked it for {_BUSY_SECONDS:g} s",
    sqlite3.SQLITE_READONLY: "no permission to write it",
    sqlite3.SQLITE_PERM: "no permission to open it",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened",
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_IOERR: "the disk cannot be read or written",
}
_HINT = "The file was not changed. Name another file; a new one is created."


class HistoryError(InputError):
    """The file of a history cannot be used."""

    headline = "the history cannot be used"


class StoredRun(NamedTuple):
    """A run in the file, and its number there."""

    id: int
    record: RunRecord


class HistoryFile:
    """The file of a history. Other processes may use it at the same time.

    Every method raises :class:`HistoryError` if the file cannot be used. A file that is not a history is never changed.

    Args:
        path: The file.
        connection: A connection to it.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self._path = path
        self._connection = connection

    @classmethod
    @contextmanager
    def opened(cls, path: Path, *, create: bool) -> Iterator[Self]:
        """Open a history within this block.

        Args:
            path: The file.
            create: True to create it if it does not exist.

        Raises:
            HistoryError: It cannot be opened, or is no history of this version.
        """
        _require_usable(path, create=create)
        with _errors_of(path):
            uri = f"{path.absolute().as_uri()}?mode={'rwc' if create else 'rw'}"
            connection = sqlite3.connect(uri, timeout=_BUSY_SECONDS, isolation_level=None, uri=True)
        with closing(connection):
            history = cls(path, connection)
            with _errors_of(path):
                history._prepare(create=create)
            yield history

    def _prepare(self, *, create: bool) -> None:
        """Create the table in an empty file, and check what another file is."""
        if create and self._is_empty():
            with self.transaction():
                if self._is_empty():  # no other process was faster
                    self._connection.execute(_SCHEMA)
                    self._connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
                    self._connection.execute(f"PRAGMA user_version = {_SCHEMA_VERSION}")
        if self._pragma("application_id") != _APPLICATION_ID:
            raise _error(self._path, "another SQLite database")
        version = self._pragma("user_version")
        if version != _SCHEMA_VERSION:
            got = f"version {version} of the format, which this release does not know"
            raise _error(self._path, got, "Use the release that wrote it, or name another file.")
        if self._pragma("quick_check") != "ok":
            raise _error(self._path, _DAMAGED)
        self._pragma("secure_delete = ON")  # what was delivered or removed stays in no free page

    def _is_empty(self) -> bool:
        """True for a file without a byte.

        SQLite is asked first, since it takes back what a process that was killed had begun to write. It also takes a
        file of less than a page for an empty database, and would overwrite it.
        """
        if not self._has_no_page():
            return False
        if self._path.stat().st_size and self._has_no_page():  # asked again, since another process may have created it
            raise _error(self._path, _NO_DATABASE)
        return self._has_no_page()

    def _has_no_page(self) -> bool:
        return self._pragma("application_id") == 0 and self._pragma("schema_version") == 0

    def _pragma(self, name: str) -> object:
        return self._connection.execute(f"PRAGMA {name}").fetchone()[0]

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make all changes within this block, or none: other processes wait, and whatever stops this one undoes it."""
        with _errors_of(self._path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                if self._connection.in_transaction:  # a full disk has undone it already
                    self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def runs(self) -> list[StoredRun]:
        """Return all runs, the oldest first."""
        with _errors_of(self._path):
            rows = self._connection.execute("SELECT id, record FROM runs ORDER BY id").fetchall()
            return [StoredRun(number, RunRecord.model_validate_json(text)) for number, text in rows]

    def append(self, record: RunRecord) -> int:
        """Add a run, remove those that are too many, and return its number. Call it in a transaction."""
        started = record.started
        row = (started.isoformat(), record.model_dump_json())
        cursor = self._connection.execute("INSERT INTO runs (started, record) VALUES (?, ?)", row)
        number = cursor.lastrowid or 0
        self._remove_old(number, started)
        return number

    def _remove_old(self, newest: int, now: datetime) -> None:
        total = "SELECT id, SUM(LENGTH(record)) OVER (ORDER BY id DESC) AS bytes, ROW_NUMBER() OVER (ORDER BY id DESC)"
        self._connection.execute(
            f"DELETE FROM runs WHERE id < ? AND (started < ? OR id IN "  # noqa: S608 - a constant
            f"(SELECT id FROM ({total} AS place FROM runs) WHERE bytes > ? OR place > ?))",
            (newest, (now - MAX_AGE).isoformat(), MAX_BYTES, MAX_RUNS),
        )

    def set_news(self, number: int, text: str) -> None:
        """Keep the report that is to be delivered of a run. Call it in the transaction that adds the run."""
        self._connection.execute("UPDATE runs SET news = ?, delivery = 'pending' WHERE id = ?", (text, number))

    def begin_delivery(self) -> tuple[int, str] | None:
        """Return the oldest report that no process has begun to deliver, and note that it is begun; None if all are.

        After this, no process delivers it again: what is not known to be delivered may have been.
        """
        with self.transaction():
            row = self._connection.execute(
                "SELECT id, news FROM runs WHERE delivery = 'pending' ORDER BY id LIMIT 1"
            ).fetchone()
            if row is None:
                return None
            self._connection.execute("UPDATE runs SET delivery = 'begun', news = NULL WHERE id = ?", row[:1])
        return row[0], row[1]

    def end_delivery(self, number: int) -> None:
        """Note that the report of a run was delivered."""
        with self.transaction():
            self._connection.execute("UPDATE runs SET delivery = 'done' WHERE id = ?", (number,))

    def interrupted_deliveries(self) -> list[int]:
        """Return the runs whose delivery was begun and not ended, each once."""
        with self.transaction():
            rows = self._connection.execute("SELECT id FROM runs WHERE delivery = 'begun' ORDER BY id").fetchall()
            self._connection.execute("UPDATE runs SET delivery = 'unknown' WHERE delivery = 'begun'")
        return [number for (number,) in rows]


@contextmanager
def _errors_of(path: Path) -> Iterator[None]:
    """Turn errors of SQLite within this block into one that names the file."""
    try:
        yield
    except ValidationError as error:
        raise _error(path, _DAMAGED) from error
    except sqlite3.Error as error:
        raise _describe(path, error) from error


def _describe(path: Path, error: sqlite3.Error) -> HistoryError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # without the details of extended codes
    reason = _REASONS.get(code)
    if reason is not None:
        return HistoryError([Problem(str(path), "", "", "", reason)], "Nothing was recorded.")
    return _error(path, _NO_DATABASE if code == sqlite3.SQLITE_NOTADB else _DAMAGED)


def _require_usable(path: Path, *, create: bool) -> None:
    """Refuse what is no regular file, before SQLite opens it.

    Raises:
        HistoryError: It is none, or cannot be written.
    """
    try:
        got = why_unwritable(path) if create else ("" if path.exists() else "no such file")
        if not got and (stream_number(path) is not None or (path.exists() and not path.is_file())):
            got = "a folder, a device or a pipe"
    except FILE_ERRORS as error:
        got = why_unusable(error)
    if got:
        raise _error(path, got, "" if create else "migma-contract check --history FILE writes one.")


def _error(path: Path, got: str, hint: str = _HINT) -> HistoryError:
    return HistoryError([Problem(str(path), "", "a history of migma-contract", got)], hint)
