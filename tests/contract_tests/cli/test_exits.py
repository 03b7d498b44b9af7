"""How the command ends where there is no verdict: interrupted, terminated, or with nobody left to read."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import migma_contract_tests

ROOT = Path(migma_contract_tests.__file__).parents[2]


@pytest.fixture
def start(tmp_path, stage):
    """Start the command in an empty folder, with the key in the environment."""

    def start(*arguments, **options):
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "MIGMA_API_KEY": stage.key}
        command = [sys.executable, "-m", "migma_contract_tests", *arguments]
        return subprocess.Popen(command, env=environment, cwd=tmp_path, stderr=subprocess.PIPE, **options)

    return start


@pytest.fixture
def heeding():
    """Whoever runs these tests in the background has SIGINT ignored, and its children inherit that."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("heeding")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_whoever_stops_a_check_gets_a_sentence_and_no_verdict(start, stage, tmp_path, number, code):
    asked, finished = threading.Event(), threading.Event()

    def behave(_):
        asked.set()
        finished.wait(30)
        return b""

    arguments = ("--campaign-id", "x", "--format", "json=report.json")
    with (
        stage.serve(behave) as server,
        start("check", "--base-url", server.url, *arguments, stdout=subprocess.PIPE) as process,
    ):
        assert asked.wait(30)
        process.send_signal(number)
        output, errors = process.communicate(timeout=30)
        finished.set()
    assert process.returncode == code
    assert (output, errors) == (b"", b"migma-contract: stopped before there was a verdict\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments", [("rules",), ("rules", "body-bom"), ("check", "--plan"), ("--help",)])
def test_where_nobody_reads_the_output_it_ends_as_a_broken_pipe_does(start, arguments):
    reading, writing = os.pipe()
    os.close(reading)
    with start(*arguments, stdout=writing) as process:
        os.close(writing)
        _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (141, b"")


def test_a_report_that_nobody_reads_is_no_drift(start, stage, conforming):
    reading, writing = os.pipe()
    os.close(reading)
    with start("check", "--base-url", conforming.url, "--campaign-id", stage.campaign, stdout=writing) as process:
        os.close(writing)
        _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (141, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full")
def test_output_that_cannot_be_written_is_not_drift_either(start):
    with Path("/dev/full").open("wb") as full, start("rules", stdout=full) as process:
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 2
    assert errors.startswith(b"migma-contract: cannot write: ")


CLOSING = (
    "import os; os.close(1); os.execv(sys.executable, [sys.executable, '-m', 'migma_contract_tests', *sys.argv[1:]])"
)


@pytest.fixture
def closed(tmp_path, stage):
    """Run the command without a standard output."""

    def closed(*arguments):
        command = [sys.executable, "-c", f"import sys; {CLOSING}", *arguments]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "MIGMA_API_KEY": stage.key}
        return subprocess.run(command, env=environment, cwd=tmp_path, stderr=subprocess.PIPE, check=False, timeout=60)

    return closed


@pytest.mark.skipif(os.name == "nt", reason="Windows opens a standard output all the same")
@pytest.mark.parametrize("arguments", [("rules",), ("rules", "body-bom"), ("check", "--plan"), ("--help",)])
def test_a_standard_output_that_is_closed_is_said_to_be(closed, arguments):
    done = closed(*arguments)
    assert (done.returncode, done.stderr) == (2, b"migma-contract: cannot write: standard output is closed\n")


@pytest.mark.skipif(os.name == "nt", reason="Windows opens a standard output all the same")
def test_a_check_whose_report_can_go_nowhere_sends_nothing(closed, stage, conforming, tmp_path):
    arguments = ("check", "--base-url", conforming.url, "--campaign-id", stage.campaign)
    done = closed(*arguments)
    assert (done.returncode, done.stderr) == (2, b"migma-contract: cannot write: standard output is closed\n")
    assert conforming.requests == []
    assert closed(*arguments, "--quiet", "--format", "json=report.json").returncode == 0
    assert (tmp_path / "report.json").stat().st_size
