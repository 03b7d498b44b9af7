"""A file that a user names is read within bounds of size and time, whatever it is."""

import errno
import os
import socket
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migma_contract import bounded_file
from migma_contract.bounded_file import describe_bytes, read_file

pytestmark = [
    pytest.mark.attack("hostile-input"),
    pytest.mark.skipif(os.name == "nt", reason="pipes and devices of POSIX"),
]


def refused(path, limit=100, **options):
    with pytest.raises(OSError) as caught:
        read_file(path, limit, **options)
    return caught.value.strerror


@given(st.binary(max_size=64), st.integers(0, 64))
def test_a_file_is_read_whole_or_refused_with_the_limit(tmp_path_factory, content, limit):
    path = tmp_path_factory.getbasetemp() / "content"
    path.write_bytes(content)
    if len(content) <= limit:
        assert read_file(path, limit) == content
    else:
        assert refused(path, limit) == f"more than {limit} bytes"


@pytest.mark.parametrize("name", ["/dev/zero", "/dev/null", "/dev/tty"])
def test_a_device_is_refused_without_being_opened(name, monkeypatch):
    """Opening one may do something; reading ``/dev/zero`` never ends, and a terminal waits for somebody to type."""
    monkeypatch.setattr(bounded_file.os, "open", None)
    assert refused(bounded_file.Path(name)) == "a device"


def test_a_socket_and_a_folder_are_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("listener")  # a whole path may be too long for a socket
        assert refused(tmp_path / "listener") == "a socket"
    assert refused(tmp_path) == "a folder"


def test_a_link_to_itself_and_an_impossible_name_are_refused(tmp_path):
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(OSError) as caught:
        read_file(tmp_path / "loop", 100)
    assert caught.value.errno == errno.ELOOP
    with pytest.raises(ValueError, match="null"):
        read_file(tmp_path / "a\0b", 100)


def test_a_large_file_is_refused_without_being_read_whole(tmp_path, monkeypatch):
    """It is sparse: 60 GB that need no place on the disk."""
    counted, read = [], os.read
    monkeypatch.setattr(bounded_file.os, "read", lambda fd, size: counted.append(size) or read(fd, size))
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.truncate(60_000_000_000)
    limit = 3 * 1024 * 1024
    assert refused(path, limit) == "more than 3 MiB"
    assert sum(counted) <= limit + 1024 * 1024


def test_a_file_that_grows_while_it_is_read_ends_at_the_limit(tmp_path, monkeypatch):
    path, read = tmp_path / "growing", os.read
    path.write_bytes(b"x")

    def read_and_grow(descriptor, size):
        with path.open("ab") as file:
            file.write(b"x" * 1000)
        return read(descriptor, size)

    monkeypatch.setattr(bounded_file.os, "read", read_and_grow)
    assert refused(path, 10_000) == "more than 10000 bytes"


def test_a_pipe_of_a_shell_is_read(tmp_path):
    """``--contract <(curl …)`` names ``/dev/fd/63``, which is a pipe."""
    reading, writing = os.pipe()
    os.write(writing, b"content")
    os.close(writing)
    try:
        assert read_file(bounded_file.Path(f"/dev/fd/{reading}"), 100) == b"content"
    finally:
        os.close(reading)


def test_a_named_pipe_is_read_once_somebody_writes_it(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=[b"x" * 300_000], daemon=True)
    writer.start()
    assert read_file(pipe, 300_000) == b"x" * 300_000
    writer.join(600)


def test_a_pipe_that_never_ends_is_refused_at_the_limit(tmp_path):
    reading, writing = os.pipe()
    try:
        os.write(writing, b"x" * 101)
        assert refused(bounded_file.Path(f"/dev/fd/{reading}")) == "more than 100 bytes"
    finally:
        os.close(reading)
        os.close(writing)


@pytest.mark.parametrize("first", [b"", b"some"])
def test_a_pipe_that_nobody_ends_is_refused_after_a_while(tmp_path, first):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    both = os.open(pipe, os.O_RDWR)
    try:
        os.write(both, first)
        assert refused(pipe, seconds=0.01) == "a pipe that was not closed by its writer within 0.01 s"
    finally:
        os.close(both)


def test_a_pipe_is_refused_where_none_is_allowed(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert refused(tmp_path / "pipe", pipes=False) == "a pipe"


def test_what_replaces_a_file_before_it_is_opened_is_refused_too(tmp_path, monkeypatch):
    path, opened = tmp_path / "file", os.open
    path.write_bytes(b"")
    monkeypatch.setattr(bounded_file.os, "open", lambda _path, flags: opened("/dev/zero", flags))
    assert refused(path) == "a device"


@pytest.mark.parametrize(
    ("number", "text"), [(262144, "256 KiB"), (2 * 1024 * 1024, "2 MiB"), (1025, "1025 bytes"), (0, "0 bytes")]
)
def test_a_number_of_bytes_is_written_as_people_do(number, text):
    assert describe_bytes(number) == text
