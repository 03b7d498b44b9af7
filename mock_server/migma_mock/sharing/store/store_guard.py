"""A program that runs the embedded store, and ends it with the command that asked for it, whatever ends that.

It needs nothing but Python's standard library, is run by its path, and knows the command by its standard input: a pipe,
which the system closes with the last process that has the other end, also when they are killed.

Arguments: a descriptor that is closed when the store has ended; the store's folder, which is removed at the end; then
the store's program and its arguments.
"""

import os
import shutil
import signal
import sys
from types import FrameType

_FOR_ALL = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Signals that a terminal or a service manager sends to all processes: the store must not end before the workers."""


KEEP, REMOVE = b"k", b"r"
"""Words on standard input: end and leave the folder to another store, or remove it, as when standard input ends."""


class Guard:
    """Runs a store until standard input ends.

    Args:
        ending: The descriptor.
        folder: The folder.
        command: The program and its arguments.
    """

    def __init__(self, ending: int, folder: str, command: list[str]) -> None:
        self._ending = ending
        self._folder = folder
        self._has_ended = False
        signal.pthread_sigmask(signal.SIG_BLOCK, _FOR_ALL)  # the store inherits it
        signal.signal(signal.SIGCHLD, self._note_end)
        self._store = os.posix_spawn(command[0], command, os.environ, setsigdef=[signal.SIGCHLD])

    def run(self) -> None:
        """Wait for standard input; then end the store if it runs, and remove its folder unless another one gets it."""
        told = os.read(0, 1)
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])
        if not self._has_ended:
            os.kill(self._store, signal.SIGKILL)  # it has nothing to save
            os.waitpid(self._store, 0)
        if told != KEEP:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _note_end(self, _number: int, _frame: FrameType | None) -> None:
        """Tell that the store has ended, unless it was only paused."""
        if not self._has_ended and os.waitpid(self._store, os.WNOHANG)[0]:
            self._has_ended = True
            os.close(self._ending)


if __name__ == "__main__":
    Guard(int(sys.argv[1]), sys.argv[2], sys.argv[3:]).run()
