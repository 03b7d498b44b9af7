"""What may leave the machine: which methods, how many requests in total, and at what pace."""

import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from migma_contract.errors import MigmaError, Problem, SettingsError

SAFE_METHODS = frozenset({"GET", "HEAD"})
"""The methods that are sent without having been asked for by name."""

_WINDOWS = {"s": 1.0, "m": 60.0, "h": 3600.0}
_MARGIN = 0.001  # seconds: the window is closed at both ends, and clocks tick


class RequestRefusedError(MigmaError):
    """A request was not sent: its method is not allowed, or the cap on requests is reached."""


@dataclass(frozen=True, slots=True)
class Rate:
    """At most ``requests`` in any sliding window of ``seconds``."""

    requests: int
    seconds: float

    @classmethod
    def parse(cls, text: str) -> "Rate | None":
        """The rate that ``10/m``, ``2/s`` or ``600/h`` names; None for ``off``.

        Raises:
            SettingsError: The text is none of these.
        """
        if text == "off":
            return None
        match = re.fullmatch(r"([1-9][0-9]{0,5})/([smh])", text)
        if not match:
            raise SettingsError([Problem("--rate", "", "requests per time such as 10/m, 2/s or 600/h, or off", text)])
        return cls(int(match[1]), _WINDOWS[match[2]])

    def __str__(self) -> str:
        return f"{self.requests} in any {self.seconds:g} s"


class Budget:
    """Admits requests one at a time; what it does not admit is not sent.

    A request counts when it is sent, whatever becomes of it, and retries count like all others.
    It leaves the window ``rate.seconds`` after it *ended*: by then the server had received it, so the
    rate holds as the server sees it, however long the way there takes.

    Args:
        max_requests: The cap, over the budget's lifetime.
        rate: None for no limit.
        methods: In capitals.
        clock, sleep: Seconds; for tests.
        on_wait: Is told the seconds, before each wait.
    """

    def __init__(
        self,
        max_requests: int,
        rate: Rate | None,
        *,
        methods: frozenset[str] = SAFE_METHODS,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        on_wait: Callable[[float], None] | None = None,
    ) -> None:
        self.max_requests = max_requests
        self.sent = 0
        self._rate = rate
        self._methods = methods
        self._clock = clock
        self._sleep = sleep
        self._on_wait = on_wait
        self._ended: deque[float] = deque(maxlen=rate.requests if rate else 1)
        self._one_at_a_time = threading.Lock()

    @property
    def remaining(self) -> int:
        """How many more requests the cap admits."""
        return self.max_requests - self.sent

    @contextmanager
    def request(self, method: str) -> Iterator[None]:
        """Send exactly one request within this block; it is entered when the pace allows.

        Raises:
            RequestRefusedError: The method is not allowed, or the cap is reached; nothing may be sent.
        """
        if method not in self._methods:
            allowed = ", ".join(sorted(self._methods))
            raise RequestRefusedError(f"{method} is not sent: only {allowed} are allowed here")
        with self._one_at_a_time:
            if self.remaining <= 0:
                raise RequestRefusedError(f"the cap of {self.max_requests} requests is reached")
            self._wait_for_pace()
            self.sent += 1
            try:
                yield
            finally:
                self._ended.append(self._clock())

    def pause(self, seconds: float) -> None:
        """Wait, where something else than the pace asks for it (Retry-After)."""
        if seconds > 0:
            if self._on_wait:
                self._on_wait(seconds)
            self._sleep(seconds)

    def _wait_for_pace(self) -> None:
        while self._rate and len(self._ended) == self._rate.requests:
            seconds = self._ended[0] + self._rate.seconds + _MARGIN - self._clock()
            if seconds <= 0:
                return
            self.pause(seconds)
