"""Devices, named pipes and open streams get a text where they stand, and no wait is without an end."""

import os
import threading
from pathlib import Path

import pytest

from migma_contract import whole_file
from migma_contract.whole_file import stream_number, why_unwritable, write_whole_file

pytestmark = [pytest.mark.attack("links"), pytest.mark.skipif(os.name == "nt", reason="devices and pipes of POSIX")]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full")
def test_a_device_that_is_full_is_an_error_and_an_empty_one_is_not():
    with pytest.raises(OSError, match="No space left"):
        write_whole_file(Path("/dev/full"), "report")
    assert why_unwritable(Path("/dev/null")) == ""
    write_whole_file(Path("/dev/null"), "report")
    assert Path("/dev/null").is_char_device()


def test_a_named_pipe_gets_the_text(tmp_path):
    pipe, received = tmp_path / "pipe", []
    os.mkfifo(pipe)
    assert why_unwritable(pipe) == ""
    reader = threading.Thread(target=lambda: received.append(pipe.read_text("utf-8")), daemon=True)
    reader.start()
    write_whole_file(pipe, "report")
    reader.join(600)
    assert (received, pipe.is_fifo()) == (["report"], True)


@pytest.mark.attack("slow-peers")
def test_a_pipe_that_nothing_reads_is_refused_after_a_while(tmp_path, monkeypatch):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    monkeypatch.setattr(whole_file, "READER_SECONDS", 0.0)
    with pytest.raises(TimeoutError, match="nothing read the pipe within 0 s"):
        write_whole_file(pipe, "report")


@pytest.mark.attack("slow-peers")
def test_a_pipe_may_get_its_reader_while_a_report_waits(tmp_path, monkeypatch):
    pipe, received = tmp_path / "pipe", []
    os.mkfifo(pipe)
    readers = []

    def read(_seconds):
        if not readers:
            readers.append(threading.Thread(target=lambda: received.append(pipe.read_text("utf-8")), daemon=True))
            readers[0].start()

    monkeypatch.setattr(whole_file.time, "sleep", read)
    write_whole_file(pipe, "report" * 100_000)
    readers[0].join(600)
    assert received == ["report" * 100_000]


def test_a_file_in_place_of_a_device_is_refused(tmp_path, monkeypatch):
    """It was exchanged between two looks."""
    victim = tmp_path / "victim"
    victim.write_text("mine", "utf-8")
    monkeypatch.setattr(whole_file, "_is_special", lambda path: True)
    with pytest.raises(FileExistsError):
        write_whole_file(victim, "report")
    assert victim.read_text("utf-8") == "mine"


@pytest.mark.parametrize("form", ["/dev/fd/{}", "/proc/self/fd/{}"])
def test_an_open_stream_is_written_where_it_stands_and_stays_open(tmp_path, form):
    """So ``>(command)`` of a shell works, and a file that the shell opened is not emptied."""
    with (tmp_path / "all.log").open("wb") as stream:
        stream.write(b"before, ")
        stream.flush()
        path = Path(form.format(stream.fileno()))
        assert why_unwritable(path) == ""
        write_whole_file(path, "report")
        stream.write(b", after")
    assert (tmp_path / "all.log").read_text("utf-8") == "before, report, after"


@pytest.mark.parametrize(
    ("path", "number"),
    [
        ("/dev/stdout", 1),
        ("/dev/stderr", 2),
        ("/dev/fd/63", 63),
        ("/proc/self/fd/1", 1),
        ("/dev/fd/../shm/x", None),
        ("/dev/shm/stdout", None),
        ("/dev/fd/1/x", None),
        ("dev/stdout", None),
        ("/proc/1/fd/1", None),
        ("/dev/fd/99999999999", None),
    ],
)
def test_only_the_names_of_open_streams_are_streams(path, number):
    """Anybody can make links in /dev/shm."""
    assert stream_number(Path(path)) == number


def test_a_closed_stream_is_refused_before_anything_is_sent():
    assert why_unwritable(Path("/dev/fd/987654")) == "Bad file descriptor"
