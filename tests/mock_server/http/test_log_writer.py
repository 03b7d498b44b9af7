"""The log never blocks the server: what nobody reads is dropped, counted, and said once in its place."""

import io
import os
import signal
import socket
from collections import Counter
from urllib.parse import urlsplit

import pytest
from raw_requests import GET

from migma_mock.http.log_writer import MAX_WAITING, LogWriter

LINE = "12:00:00 GET /v1/campaigns/66b2f0a1c4e5d60012a40101/stats 200 campaign {:09d} 0.02 ms\n"
TOO_MANY = 3 * MAX_WAITING // len(LINE.format(0))


@pytest.fixture
def pipe():
    """A pipe: the descriptor that reads, and a writer of lines to the other end."""
    reader, end = os.pipe()
    with os.fdopen(end, "w", encoding="utf-8") as stream:
        writer = LogWriter(stream)
        yield reader, writer
        os.close(reader)
        writer.drain()  # with errors, since the reader is gone


def read_until(reader, end):
    """Read from a descriptor until what came ends with a text."""
    received = b""
    while not received.endswith(end.encode()):
        received += os.read(reader, 65536)
    return received.decode().splitlines(keepends=True)


def numbers(lines):
    return [int(line.split()[-3]) for line in lines]


@pytest.mark.attack("slow-peers")
def test_lines_that_nobody_reads_are_dropped_and_counted_once_in_their_place(pipe):
    reader, writer = pipe
    for number in range(TOO_MANY):
        writer.write(LINE.format(number))  # would wait for ever if it wrote
    *kept, gap = read_until(reader, "could not be written.\n")
    assert numbers(kept) == list(range(len(kept))), "in order, without another gap"
    assert len(kept) * len(LINE.format(0)) >= MAX_WAITING * 0.99
    assert int(gap.partition(" ")[0].replace(",", "")) == TOO_MANY - len(kept)
    writer.write("after\n")
    assert read_until(reader, "after\n") == ["after\n"]


@pytest.mark.attack("slow-peers")
def test_waiting_for_the_last_lines_ends_although_nobody_reads_them(pipe):
    _, writer = pipe
    for number in range(TOO_MANY):
        writer.write(LINE.format(number))
    writer.drain()


def test_a_reader_that_reads_gets_every_line(pipe):
    reader, writer = pipe
    for number in range(0, TOO_MANY, 100):
        batch = [LINE.format(number + n) for n in range(100)]
        writer.write("".join(batch))
        assert read_until(reader, batch[-1]) == batch


def test_a_pipe_that_another_program_made_non_blocking_loses_nothing(pipe):
    reader, writer = pipe
    os.set_blocking(writer.stream.fileno(), False)
    lines = [LINE.format(number) for number in range(TOO_MANY)]  # one text, which fits while no other one waits
    writer.write("".join(lines))
    assert read_until(reader, lines[-1]) == lines


def test_a_closed_pipe_is_no_error():
    reader, end = os.pipe()
    os.close(reader)
    with os.fdopen(end, "w", encoding="utf-8") as stream:
        writer = LogWriter(stream)
        for lines in ("lost\n", "lost too\n"):
            writer.write(lines)
            writer.drain()


def test_lines_that_a_full_disk_refused_are_counted_before_the_next_one():
    stream = io.StringIO()
    fits = stream.write

    def full(_text):
        raise OSError(28, "No space left on device")

    writer, stream.write = LogWriter(stream), full
    for lines in ("1\n2\n", "3\n"):
        writer.write(lines)
        writer.drain()
    stream.write = fits
    writer.write("4\n")
    writer.drain()
    assert stream.getvalue() == (
        "3 lines of the log are missing here: the log was not read, or could not be written.\n4\n"
    )


@pytest.mark.attack("slow-peers")
@pytest.mark.parametrize("number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.long)])
def test_the_mock_answers_and_ends_while_nobody_reads_standard_error(serve, number):
    """Its log fills a pipe several times."""
    server = serve()
    _flood(server.url)
    server.process.send_signal(number)
    assert server.process.wait(120) == 0
    err = server.process.stderr.read().decode()
    assert "Base URL" in err.partition(" GET ")[0], "the messages of the start are there"
    assert " 200 campaign " in err


@pytest.mark.attack("slow-peers")
def test_the_mock_goes_on_when_the_reader_of_standard_error_is_gone(serve):
    server = serve()
    server.process.stderr.close()
    server.process.stderr = None
    _flood(server.url)
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(120) == 0


def _flood(url):
    """Send 5,000 requests and read their responses."""
    address = urlsplit(url)
    with socket.create_connection((address.hostname, address.port), 120) as connection:
        for _ in range(10):
            connection.sendall((GET + b"\r\n") * 500)
            received = b""
            while received.count(b'"success":') < 500:
                chunk = connection.recv(1024 * 1024)
                assert chunk, "closed"
                received += chunk
            assert received.count(b"HTTP/1.1 200 OK") == 500


def test_lines_of_several_writers_to_one_pipe_stay_whole():
    """Workers share standard error, and a pipe takes more than 4,096 bytes in pieces when it is nearly full."""
    reader, end = os.pipe()
    lines = [f"{name * 90}\n" for name in "abc"]
    with os.fdopen(end, "w", encoding="utf-8") as stream:
        writers = [LogWriter(stream) for _ in lines]
        for _ in range(30):
            for writer, line in zip(writers, lines, strict=True):
                writer.write(line * 100)
        received = b""
        while received.count(b"\n") < 3 * 30 * 100:
            received += os.read(reader, 5000)
        os.close(reader)
    assert Counter(received.decode().splitlines(keepends=True)) == dict.fromkeys(lines, 3000)
