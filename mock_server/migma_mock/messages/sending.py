"""Sending: whether a reply that comes late has been sent."""

from collections.abc import Callable


class Sending:
    """The sending of one reply after its delay, which a client may not wait for.

    Args:
        on_begin: Is called when it begins.

    Attributes:
        has_begun: True once the client gets the reply.
    """

    def __init__(self, on_begin: Callable[[], object]) -> None:
        self.has_begun = False
        self._on_begin = [on_begin]

    def then(self, on_begin: Callable[[], object]) -> None:
        """Call another function too when it begins."""
        self._on_begin.append(on_begin)

    def begin(self) -> None:
        """Note that the reply is sent to a client that is still there."""
        self.has_begun = True
        for on_begin in self._on_begin:
            on_begin()
