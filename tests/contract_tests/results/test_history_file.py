"""The file of a history: never changed if it is another one, bounded, and used by several processes."""

import json
import sqlite3
import threading
from contextlib import suppress
from datetime import timedelta

import pytest
from history_runs import FIRST, finding, run

from migma_contract_tests.results.history import history_file
from migma_contract_tests.results.history.history_file import HistoryError, HistoryFile


@pytest.fixture
def path(tmp_path):
    return tmp_path / "history.db"


def append(path, *records):
    with HistoryFile.opened(path, create=True) as history:
        for record in records:
            with history.transaction():
                history.append(record)


def runs(path):
    with HistoryFile.opened(path, create=False) as history:
        return history.runs()


def test_runs_come_back_as_they_were_added(path):
    records = [run(0, finding()), run(1)]
    append(path, records[0])
    append(path, records[1])
    assert [stored.record for stored in runs(path)] == records
    assert [stored.id for stored in runs(path)] == [1, 2]


def test_a_file_that_is_no_history_is_named_and_not_changed(path):
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE customers (name TEXT)")
    other.close()
    database = path.read_bytes()
    for content, got in (
        (database, "another SQLite database"),
        (b"name,opens\n" * 500, "another kind of file"),
        (b"x", "another kind of file"),
    ):
        path.write_bytes(content)
        with pytest.raises(HistoryError, match=got):
            append(path, run(0))
        assert path.read_bytes() == content


def test_a_damaged_history_is_named_and_not_changed(path):
    append(path, *(run(day, finding()) for day in range(40)))
    whole = path.read_bytes()
    damaged = whole[:4096] + b"\xa5" * 4096 + whole[8192:]
    for content in (damaged, whole[: len(whole) // 2]):
        path.write_bytes(content)
        with pytest.raises(HistoryError, match="a damaged file"):
            append(path, run(41))
        assert path.read_bytes() == content


def test_a_record_that_is_none_and_a_newer_format_are_named(path):
    append(path, run(0))
    with sqlite3.connect(path) as other:
        other.execute("UPDATE runs SET record = '{}'")
        other.commit()
    other.close()
    with pytest.raises(HistoryError, match="a damaged file"):
        runs(path)
    with sqlite3.connect(path) as other:
        other.execute("PRAGMA user_version = 2")
    other.close()
    with pytest.raises(HistoryError, match="version 2 of the format"):
        runs(path)


@pytest.mark.parametrize("kind", ["folder", "link", "missing folder"])
def test_a_place_that_is_no_file_is_refused(tmp_path, path, kind):
    if kind == "folder":
        path.mkdir()
    elif kind == "link":
        path.symlink_to(tmp_path / "elsewhere")
    else:
        path = path / "below" / "history.db"
    with pytest.raises(HistoryError, match="expected a history of migma-contract"):
        append(path, run(0))
    assert not (tmp_path / "elsewhere").exists()


def test_an_empty_file_becomes_a_history(path):
    path.touch()
    append(path, run(0))
    assert len(runs(path)) == 1


def test_the_oldest_runs_are_removed_beyond_each_bound(path, monkeypatch):
    monkeypatch.setattr(history_file, "MAX_RUNS", 5)
    append(path, *map(run, range(8)))
    assert [stored.id for stored in runs(path)] == [4, 5, 6, 7, 8]
    append(path, run(0, started=FIRST + timedelta(days=406)))
    assert [stored.id for stored in runs(path)] == [7, 8, 9], "400 days"
    monkeypatch.setattr(history_file, "MAX_BYTES", 3 * len(run(0).model_dump_json()) - 1)
    append(path, run(407))
    assert [stored.id for stored in runs(path)] == [9, 10]


def test_what_stops_a_transaction_undoes_it(path):
    append(path, run(0))
    with HistoryFile.opened(path, create=True) as history:
        with suppress(KeyboardInterrupt), history.transaction():
            history.append(run(1))
            raise KeyboardInterrupt
        assert len(history.runs()) == 1


def test_a_file_that_another_program_has_locked_is_named(path, monkeypatch):
    append(path, run(0))
    monkeypatch.setattr(history_file, "_BUSY_SECONDS", 0.01)
    with HistoryFile.opened(path, create=True) as other, other.transaction(), pytest.raises(HistoryError) as error:
        append(path, run(1))
    assert str(error.value).startswith(f"the history cannot be used: {path}: another program has locked it")


def test_several_writers_at_once_lose_nothing(path):
    def write(first):
        append(path, *(run(first + number) for number in range(5)))

    writers = [threading.Thread(target=write, args=(10 * number,)) for number in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [stored.id for stored in runs(path)] == list(range(1, 21))


def test_a_report_is_delivered_by_one_of_several_and_once(path):
    append(path, run(0))
    with HistoryFile.opened(path, create=True) as one, HistoryFile.opened(path, create=True) as other:
        with one.transaction():
            one.set_news(1, json.dumps({"news": 1}))
        assert one.begin_delivery() == (1, '{"news": 1}')
        assert other.begin_delivery() is None
        one.end_delivery(1)
        assert other.interrupted_deliveries() == []


def test_a_delivery_that_did_not_end_is_named_once(path):
    append(path, run(0))
    with HistoryFile.opened(path, create=True) as history:
        with history.transaction():
            history.set_news(1, "{}")
        history.begin_delivery()
    with HistoryFile.opened(path, create=True) as history:
        assert history.begin_delivery() is None
        assert history.interrupted_deliveries() == [1]
        assert history.interrupted_deliveries() == []
