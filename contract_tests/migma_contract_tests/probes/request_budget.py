"""Limit what a check sends: the methods, the number of requests, and the rate."""

import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from migma_contract.errors import MigmaError, Problem, SettingsError

SAFE_METHODS = frozenset({"GET", "HEAD"})
"""The methods that are always allowed; others only if named."""

_WINDOWS = {"s": 1.0, "m": 60.0, "h": 3600.0}
_MARGIN = 0.001  # seconds: the window includes both ends, and clocks tick


class RequestRefusedError(MigmaError):
    """A request was not sent: its method is not allowed, or the cap on requests is reached."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A limit of ``requests`` in any sliding window of ``seconds``."""

    requests: int
    seconds: float

    @classmethod
    def parse(cls, text: str, place: str = "--rate") -> "Rate | None":
        """Parse a rate such as ``10/m``, ``10/minute``, ``2/s`` or ``600/h``; ``off`` is None.

        Raises:
            SettingsError: The text is not a rate; ``place`` is the option that has it.
        """
        given = text.strip().lower()
        if given == "off":
            return None
        match = re.fullmatch(r"([1-9][0-9]{0,5}) ?/ ?(s|m|h|sec|min|second|minute|hour)", given)
        if not match:
            expected = "requests per time such as 10/m, 2/s or 600/h, or off"
            raise SettingsError([Problem(place, "", expected, repr(text))])
        return cls(int(match[1]), _WINDOWS[match[2][0]])

    def __str__(self) -> str:
        return f"{self.requests} in any {self.seconds:g} s"


class Budget:
    """Allows requests one at a time, up to a cap and within a rate.

    Every request that is sent counts, failed ones and retries included. It leaves the window
    ``rate.seconds`` after it *ended*: the server has received it by then, so the server sees no more
    than the rate, however slow the network is.

    Args:
        max_requests: The cap, over the budget's lifetime.
        rate: None for no limit.
        methods: Allowed methods, in upper case.
        clock, sleep: Seconds; for tests.
        on_wait: Called with the seconds before each wait.
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
        """Number of requests that the cap still allows."""
        return self.max_requests - self.sent

    @contextmanager
    def request(self, method: str) -> Iterator[None]:
        """Wait until the rate allows a request, and count it; send exactly one within this block.

        Raises:
            RequestRefusedError: The method is not allowed, or the cap is reached. Send nothing.
        """
        if method not in self._methods:
            allowed = ", ".join(sorted(self._methods))
            raise RequestRefusedError(f"{method} is not sent: only {allowed} are allowed here")
        with self._one_at_a_time:
            if self.remaining <= 0:
                raise RequestRefusedError(f"the cap of {self.max_requests} requests is reached")
            self._wait_for_rate()
            self.sent += 1
            try:
                yield
            finally:
                self._ended.append(self._clock())

    def pause(self, seconds: float) -> None:
        """Wait some seconds, as a server may ask (Retry-After)."""
        if seconds > 0:
            if self._on_wait:
                self._on_wait(seconds)
            self._sleep(seconds)

    def _wait_for_rate(self) -> None:
        while self._rate and len(self._ended) == self._rate.requests:
            seconds = self._ended[0] + self._rate.seconds + _MARGIN - self._clock()
            if seconds <= 0:
                return
            self.pause(seconds)
