"""Both commands end in the same way if standard output cannot be written."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

COMMANDS = {
    "migma-mock": [sys.executable, "-m", "migma_mock", "fixtures"],
    "migma-contract": [sys.executable, "-m", "migma_contract_tests", "rules"],
}
CLOSED = "import os, sys; os.close(1); os.execv(sys.argv[1], sys.argv[1:])"

every_command = pytest.mark.parametrize("name", COMMANDS)
needs_closed_output = pytest.mark.skipif(os.name == "nt", reason="Windows opens a standard output anyway")


def end_of(command, **streams):
    ended = subprocess.run(command, stderr=subprocess.PIPE, encoding="utf-8", check=False, **streams)
    return ended.returncode, ended.stderr


@every_command
def test_a_reader_that_is_gone_is_exit_code_141_without_a_message(name):
    reading, writing = os.pipe()
    os.close(reading)
    try:
        assert end_of(COMMANDS[name], stdout=writing) == (141, "")
    finally:
        os.close(writing)


@every_command
@needs_closed_output
def test_a_closed_standard_output_is_exit_code_2_with_a_message(name):
    ended = end_of([sys.executable, "-c", CLOSED, *COMMANDS[name]])
    assert ended == (2, f"{name}: cannot write: standard output is closed\n")


@every_command
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full")
def test_a_full_device_is_exit_code_2_with_a_message(name):
    with Path("/dev/full").open("wb") as full:
        ended = end_of(COMMANDS[name], stdout=full)
    assert ended == (2, f"{name}: cannot write: No space left on device\n")


@needs_closed_output
@pytest.mark.parametrize("closed", [(0,), (0, 1), (0, 1, 2)])
def test_no_socket_gets_the_number_of_a_stream_that_was_closed(closed, tmp_path):
    """The event loop ends a process that closes one with such a number."""
    program = (
        "import socket, sys, pathlib; from migma_contract.command_exit import exit_codes\n"
        "with exit_codes('x'): pathlib.Path(sys.argv[1]).write_text(str(socket.socket().fileno()))"
    )
    close = f"import os, sys; [os.close(each) for each in {closed}]; os.execv(sys.argv[1], sys.argv[1:])"
    command = [sys.executable, "-c", close, sys.executable, "-c", program, str(tmp_path / "number")]
    subprocess.run(command, capture_output=True, check=True)
    assert int((tmp_path / "number").read_text(encoding="ascii")) > 2


@needs_closed_output
def test_the_mock_serves_without_a_standard_output():
    """As a service may be started; the ready line has no place then."""
    command = [sys.executable, "-c", CLOSED, sys.executable, "-m", "migma_mock", "serve", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, encoding="utf-8") as process:
        try:
            url = next(found[0] for line in process.stderr if (found := re.search(r"http://127\.0\.0\.1:\d+", line)))
            waiting = subprocess.run([sys.executable, "-m", "migma_mock", "wait", url], check=False)
            assert waiting.returncode == 0
        finally:
            process.terminate()
