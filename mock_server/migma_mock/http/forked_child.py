"""Keep the sockets of a server out of processes that are forked while it runs.

A child has its own references to them. While it lives, closing a connection would not end it for the client, a reset
would become a time-out, and clients could connect to a port on which nobody answers.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

_held: set[Callable[[], Iterable[int]]] = set()


@contextmanager
def kept_from_children(filenos: Callable[[], Iterable[int]]) -> Iterator[None]:
    """Let children that are forked meanwhile give up the sockets of which a function returns the numbers."""
    _held.add(filenos)
    try:
        yield
    finally:
        _held.discard(filenos)


def _give_up() -> None:
    # The numbers stay taken: objects of the child still have them, and may close what another file got.
    nowhere = os.open(os.devnull, os.O_RDWR)
    for filenos in _held:
        for fileno in filenos():
            os.dup2(nowhere, fileno, inheritable=False)
    os.close(nowhere)
    _held.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_give_up)
