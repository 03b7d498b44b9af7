"""The command replaces workers that end, hang or cannot begin; these workers do nothing but that."""

import re
import signal
import subprocess
import sys

import pytest

PROGRAM = """
import os, select, signal, sys
from migma_contract.command_exit import exit_codes
from migma_contract.errors import ServerError
from migma_mock.cli import restarts, workers

restarts.FIRST_PAUSE = 0.001
workers._END_SECONDS = {patience}
workers._LOOK_SECONDS = 0.01
workers._MAX_MISSED = {max_missed}

def tell(text):
    os.write(1, f"{{text}}\\n".encode())  # at once, since several processes tell something

def work(channel, index, is_restart):
    {work}

were_ready, say_ready = os.pipe()

def fail_later(_sent):
    os.read(were_ready, 1)
    raise ServerError("The store is full.")

def refuse_once(fork=os.fork):
    os.fork = fork
    raise BlockingIOError(11, "Resource temporarily unavailable")

def be_ready():
    {ready}

{before}
watched = workers.Workers(2, work, tell, drain=0, store=None, stop_listening=lambda: tell("closed"))
with exit_codes("migma-mock"):
    sys.exit(watched.run(be_ready))
"""
OBEDIENT = "(channel.send(bytes(1)), channel.recv(1))"


@pytest.fixture
def watching():
    """Starts a command with two workers of which each runs some statements."""
    started = []

    def start(work, *, ready="tell('ready')", before="", patience=600, max_missed=60_000):
        program = PROGRAM.format(work=work, ready=ready, before=before, patience=patience, max_missed=max_missed)
        command = [sys.executable, "-c", program]
        started.append(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
        return started[-1]

    yield start
    for each in started:
        if each.poll() is None:
            each.kill()
        each.communicate()


def outcome(process):
    out, err = process.communicate()
    return process.returncode, re.sub(r"process \d+", "process N", out), err


def lines_until(process, end):
    """Return what the command tells until a line begins with a text."""
    lines = [""]
    while not lines[-1].startswith(end):
        lines.append(re.sub(r"process \d+", "process N", process.stdout.readline()))
        assert lines[-1], process.stderr.read()
    return lines


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_they_end_with_the_command(watching, number):
    process = watching(OBEDIENT)
    lines_until(process, "ready")
    process.send_signal(number)
    assert outcome(process) == (0, "closed\n", "")


def test_each_gets_the_signal_of_the_command_by_its_number(watching):
    process = watching("channel.send(bytes(1)); tell(f'got {channel.recv(9)[0]}')")
    lines_until(process, "ready")
    process.send_signal(signal.SIGTERM)
    assert outcome(process) == (0, "closed\ngot 15\ngot 15\n", "")


def test_one_that_ends_is_replaced(watching):
    process = watching(f"{OBEDIENT} if index or is_restart else os._exit(channel.send(bytes(1)) + 3)")
    lines = lines_until(process, "worker")
    assert lines[-1] == "worker process N ended with exit code 4; another one starts in 0.001 s\n"
    if "ready\n" not in lines:
        lines_until(process, "ready")
    process.send_signal(signal.SIGTERM)
    assert outcome(process)[0] == 0


@pytest.mark.parametrize("hang", ["os.kill(os.getpid(), signal.SIGSTOP)", "[0 for _ in iter(int, 1)]"])
def test_one_that_hangs_is_killed_and_replaced(watching, hang):
    """The other one shows its life. A short limit may hit it too on a busy machine; then it is replaced as well."""
    show_life = "[channel.send(bytes(1)) for _ in iter(lambda: select.select([channel], [], [], 0.005)[0], [channel])]"
    process = watching(f"{show_life} if index or is_restart else (channel.send(bytes(1)), {hang})", max_missed=50)
    hung = lines_until(process, "worker")[-1]
    assert hung == "worker process N hangs: killed after 0.5 s without a sign of life\n"
    lines_until(process, "worker process N was killed by signal 9; another one starts")
    process.send_signal(signal.SIGTERM)
    assert outcome(process)[0] == 0


def test_what_keeps_all_of_them_from_beginning_is_told_once_and_ends_the_command(watching):
    code, out, err = outcome(watching("raise ServerError('The store has another format.')"))
    assert (code, out, err) == (2, "closed\n", "migma-mock: The store has another format.\n")


def test_why_one_ended_later_is_told_while_others_answer(watching):
    ready = "os.write(say_ready, b'.')"
    process = watching(f"{OBEDIENT} if index or is_restart else fail_later(channel.send(bytes(1)))", ready=ready)
    end = "worker process N ended with exit code 2 (The store is full.); another one starts in 0.001 s\n"
    assert lines_until(process, "worker")[-1] == end


def test_a_process_that_the_system_refuses_is_tried_again_while_others_answer(watching):
    ready = "(setattr(os, 'fork', refuse_once), os.write(say_ready, b'.'))"
    process = watching(f"{OBEDIENT} if index or is_restart else fail_later(channel.send(bytes(1)))", ready=ready)
    lines_until(process, "worker process N ended with exit code 2 (The store is full.)")
    refused = "a worker process cannot be started (Resource temporarily unavailable); the next attempt is in 0.002 s\n"
    assert lines_until(process, "a worker")[1:] == [refused]
    process.send_signal(signal.SIGTERM)
    assert outcome(process)[0] == 0


def test_a_process_that_the_system_refuses_at_the_start_ends_the_command(watching):
    code, out, err = outcome(watching(f"{OBEDIENT}", before="os.fork = refuse_once"))
    assert (code, out) == (2, "closed\n")
    assert err == "migma-mock: A worker process cannot be started: Resource temporarily unavailable.\n"


@pytest.mark.parametrize(
    ("work", "code", "why"),
    [
        ("os.kill(os.getpid(), 9)", 70, "was killed by signal 9"),
        ("os._exit(9)", 9, "ended with exit code 9"),
        ("1 / 0", 70, "ended with exit code 70"),
    ],
)
def test_one_that_dies_at_its_start_again_and_again_ends_the_command(watching, work, code, why):
    """Although the other one could answer: the command is not ready without both."""
    found, out, err = outcome(watching(f"{OBEDIENT} if index else {work}"))
    assert found == code
    assert out.count(f"worker process N {why}; another one starts in 0.") == 4
    assert f"worker process N {why}; the mock ends, since another one would end too\nclosed\n" in out
    assert err.count("ZeroDivisionError") == (5 if work == "1 / 0" else 0)


def test_one_that_does_not_end_is_killed(watching):
    process = watching("channel.send(bytes(1)); [signal.pause() for _ in iter(int, 1)]", patience=0.01)
    lines_until(process, "ready")
    process.send_signal(signal.SIGTERM)
    assert outcome(process) == (0, "closed\n" + 2 * "worker process N did not end, and was killed\n", "")


def test_a_second_signal_leaves_them_no_time(watching):
    process = watching("channel.send(bytes(1)); channel.recv(1); tell('told'); [signal.pause() for _ in iter(int, 1)]")
    lines_until(process, "ready")
    process.send_signal(signal.SIGTERM)
    lines_until(process, "told")
    process.send_signal(signal.SIGTERM)
    assert outcome(process)[0] == 0


def test_a_ready_line_that_cannot_be_written_ends_them(watching):
    code, out, err = outcome(watching(OBEDIENT, ready="raise BrokenPipeError(32, 'Broken pipe')"))
    assert (code, out) == (2, "closed\n")
    assert err == "migma-mock: cannot write: Broken pipe\n"
