"""Exit codes without a verdict: interrupted, terminated, or standard output cannot be written."""

import os
import signal
import subprocess
import sys
import threading

import pytest


@pytest.fixture
def start(tmp_path, stage):
    """Start the command in an empty folder, with the key in the environment."""

    def start(*arguments, **options):
        environment = {**os.environ, "MIGMA_API_KEY": stage.key}
        command = [sys.executable, "-m", "migma_contract_tests", *arguments]
        return subprocess.Popen(command, env=environment, cwd=tmp_path, stderr=subprocess.PIPE, **options)

    return start


@pytest.fixture
def default_signals():
    """Default signal handlers: in a background job SIGINT is ignored, and child processes inherit that."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("default_signals")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_stopped_check_prints_one_sentence_and_writes_no_report(start, stage, tmp_path, number, code):
    asked, finished = threading.Event(), threading.Event()

    def behave(_):
        asked.set()
        finished.wait(600)
        return b""

    arguments = ("--campaign-id", "x", "--format", "json=report.json")
    with (
        stage.serve(behave) as server,
        start("check", "--base-url", server.url, *arguments, stdout=subprocess.PIPE) as process,
    ):
        assert asked.wait(600)
        process.send_signal(number)
        output, errors = process.communicate(timeout=600)
        finished.set()
    assert process.returncode == code
    assert (output, errors) == (b"", b"migma-contract: stopped without a verdict\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments", [("check", "--plan"), ("--help",)])
def test_a_command_whose_reader_is_gone_exits_141(start, arguments):
    reading, writing = os.pipe()
    os.close(reading)
    with start(*arguments, stdout=writing) as process:
        os.close(writing)
        _, errors = process.communicate(timeout=600)
    assert (process.returncode, errors) == (141, b"")


def test_a_report_whose_reader_is_gone_is_not_drift(start, stage, conforming):
    reading, writing = os.pipe()
    os.close(reading)
    with start("check", "--base-url", conforming.url, "--campaign-id", stage.campaign, stdout=writing) as process:
        os.close(writing)
        _, errors = process.communicate(timeout=600)
    assert (process.returncode, errors) == (141, b"")


CLOSING = (
    "import os; os.close(1); os.execv(sys.executable, [sys.executable, '-m', 'migma_contract_tests', *sys.argv[1:]])"
)


@pytest.fixture
def closed(tmp_path, stage):
    """Run the command without a standard output."""

    def closed(*arguments):
        command = [sys.executable, "-c", f"import sys; {CLOSING}", *arguments]
        environment = {**os.environ, "MIGMA_API_KEY": stage.key}
        return subprocess.run(command, env=environment, cwd=tmp_path, stderr=subprocess.PIPE, check=False)

    return closed


@pytest.mark.skipif(os.name == "nt", reason="Windows opens a standard output anyway")
@pytest.mark.parametrize("arguments", [("check", "--plan"), ("--help",)])
def test_a_closed_standard_output_exits_2_with_a_message(closed, arguments):
    done = closed(*arguments)
    assert (done.returncode, done.stderr) == (2, b"migma-contract: cannot write: standard output is closed\n")


@pytest.mark.skipif(os.name == "nt", reason="Windows opens a standard output anyway")
def test_a_check_whose_report_cannot_be_written_sends_nothing(closed, stage, conforming, tmp_path):
    arguments = ("check", "--base-url", conforming.url, "--campaign-id", stage.campaign)
    done = closed(*arguments)
    assert (done.returncode, done.stderr) == (2, b"migma-contract: cannot write: standard output is closed\n")
    assert conforming.requests == []
    assert closed(*arguments, "--quiet", "--format", "json=report.json").returncode == 0
    assert (tmp_path / "report.json").stat().st_size
