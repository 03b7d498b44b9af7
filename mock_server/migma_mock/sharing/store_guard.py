"""A program that runs the embedded store, and ends it with the command that asked for it, whatever ends that.

It needs nothing but Python's standard library, is run by its path, and knows the command by its standard input: a pipe,
which the system closes with the last process that has the other end, also when they are killed.

Arguments: the store's folder, which is removed at the end; then the store's program and its arguments.
"""

import os
import shutil
import signal
import sys
from types import FrameType

_FOR_ALL = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Signals that a terminal or a service manager sends to all processes: the store must not end before the workers."""


def main() -> None:
    """Run the store until it ends, or until standard input does."""
    folder, *command = sys.argv[1:]
    signal.pthread_sigmask(signal.SIG_BLOCK, _FOR_ALL)  # the store inherits it
    signal.signal(signal.SIGCHLD, _end)
    store = os.posix_spawn(command[0], command, os.environ, setsigdef=[signal.SIGCHLD])
    while os.read(0, 1):
        pass
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.kill(store, signal.SIGKILL)  # it has nothing to save
    os.waitpid(store, 0)
    shutil.rmtree(folder, ignore_errors=True)


def _end(_number: int, _frame: FrameType | None) -> None:
    """End with the store, unless it was only paused; the command starts another one in the same folder."""
    if os.waitpid(-1, os.WNOHANG)[0]:
        sys.exit(1)


if __name__ == "__main__":
    main()
