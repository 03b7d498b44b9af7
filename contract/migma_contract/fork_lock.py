"""ForkLock: a lock that a forked process finds open, whichever thread of its parent held it."""

import os
import threading
import weakref
from contextlib import AbstractContextManager

_locks: "weakref.WeakSet[ForkLock]" = weakref.WeakSet()


class ForkLock:
    """A lock that its thread may take again. The threads of the parent, which would open it, are not in a child."""

    def __init__(self) -> None:
        self.renew()
        _locks.add(self)

    def renew(self) -> None:
        """Open it, since this process was just forked."""
        self._lock = threading.RLock()

    def held(self) -> AbstractContextManager[bool]:
        """Return a context that holds it."""
        return self._lock


def _renew_all() -> None:
    for lock in _locks:
        lock.renew()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_all)
