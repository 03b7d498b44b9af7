"""WorkerProcess: one of the processes that answer, forked from the command, and the channel between both."""

import os
import signal
import socket
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import NoReturn

from migma_contract.command_exit import INTERNAL_ERROR, exit_codes
from migma_contract.errors import MigmaError

SIGNALS = (signal.SIGINT, signal.SIGTERM)
"""The signals that end the command; it passes them on to its workers."""

LIFE_SECONDS = 1.0
"""Seconds between two signs of life of a worker."""

READY = b"\0"
"""A worker sends it when it answers, and as a sign of life from then on. It may also send text: why it cannot.

To it, each byte is a signal's number.
"""

_LONGEST_REASON = 4096

Work = Callable[[socket.socket], object]
"""The job of a worker until it ends; it has its end of the channel."""


class WorkerProcess:
    """A process that was forked to answer.

    It has all that its parent has made: the fixtures, the socket that listens, the certificate, the token. The channel
    ends with each of the two processes, so both know at once when the other one is gone.

    Args:
        work: Runs in the process.
        close: What the process must not keep of its parent, such as the channels of other workers.

    Attributes:
        pid: The number of the process.
        channel: The parent's end of the channel.
        is_ready: True once it answers.
        missed: How often the command has looked for a sign of life since the last one.
        reason: Why it ended, in words for people; "" if it did not say so.
    """

    def __init__(self, work: Work, close: Iterable[socket.socket]) -> None:
        self.channel, theirs = socket.socketpair()
        self.is_ready = False
        self.missed = 0
        self.reason = ""
        # Flushed, or both processes would write what waits.
        sys.stdout.flush()
        sys.stderr.flush()
        with _blocked_signals():
            # Other threads are no danger: the only one is that of the log, which a worker does not use.
            self.pid = os.fork()
            if not self.pid:
                # A terminal, or a service manager, sends a signal to all processes of a command. One of them decides.
                for number in SIGNALS:
                    signal.signal(number, signal.SIG_IGN)
                signal.set_wakeup_fd(-1)
        if not self.pid:
            for each in (self.channel, *close):
                each.close()
            _run(work, theirs)
        theirs.close()

    def fileno(self) -> int:
        """Return the descriptor of the channel, which is readable when the worker is ready and when it ended."""
        return self.channel.fileno()

    def receive(self) -> bool:
        """Read what has arrived on the channel; return False if the worker has ended."""
        with suppress(ConnectionError):
            received = self.channel.recv(_LONGEST_REASON)
            self.is_ready = self.is_ready or READY in received
            self.missed = 0
            self.reason += received.replace(READY, b"").decode("utf-8", "replace")
            return bool(received)
        return False

    def pass_signal(self, number: int) -> None:
        """Let the worker act as if it had got a signal."""
        with suppress(OSError):  # it has ended
            self.channel.send(bytes([number]))

    def kill(self) -> None:
        """End it at once."""
        os.kill(self.pid, signal.SIGKILL)  # its number is not given to another before it is waited for

    def wait(self) -> int:
        """Wait for its end; return its exit code, or the negative number of the signal that killed it."""
        self.channel.close()
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


@contextmanager
def _blocked_signals() -> Iterator[None]:
    """Keep signals back, so that a new process gets none before it has decided what to do with them."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _run(work: Work, channel: socket.socket) -> NoReturn:
    """Run the process, and end it without the rest of its parent's program."""
    code: object = INTERNAL_ERROR
    try:
        with exit_codes("migma-mock"):
            try:
                work(channel)
            except MigmaError as error:
                # The command says it, once for all workers.
                channel.sendall(str(error).encode("utf-8", "replace")[:_LONGEST_REASON])
                sys.exit(error.exit_code)
        code = 0
    except SystemExit as leaving:
        code = leaving.code
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else INTERNAL_ERROR)
