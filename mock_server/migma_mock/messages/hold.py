"""Hold: what requests wait for that are answered late, slowly or never, and may be let go before their time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Hold:
    """The requests that one fault holds, or that an account holds for any other reason.

    Attributes:
        is_over: True once they were let go; no request waits any more then.
    """

    def __init__(self) -> None:
        self.is_over = False
        self._held: set[Callable[[], object]] = set()

    @property
    def is_holding(self) -> bool:
        """True if a request waits."""
        return bool(self._held)

    @contextmanager
    def calls(self, let_go: Callable[[], object]) -> Iterator[None]:
        """Call a function, from any thread, if the requests are let go meanwhile."""
        self._held.add(let_go)
        try:
            yield
        finally:
            self._held.discard(let_go)

    def let_go(self) -> None:
        """Let the requests go, and hold no more."""
        self.is_over = True
        for let_go in tuple(self._held):
            let_go()
