"""Send probes, with a second attempt if it may help: the one policy for retries."""

from collections.abc import Callable
from dataclasses import replace

from migma_contract.exchange import Exchange
from migma_contract.rules import expectations
from migma_contract_tests.client.read_only_client import ReadOnlyClient
from migma_contract_tests.probes.plan import Probe
from migma_contract_tests.probes.request_budget import Budget

RETRY_PAUSE = 0.5
"""Seconds before the next request after a temporary condition, if the server names no time."""

MAX_REQUESTED_WAIT = 60.0
"""Seconds that one run waits in total after temporary conditions, mostly because the server asks for it."""


class Sender:
    """Sends probes to a server and keeps the exchanges.

    Args:
        client: The client of the server.
        budget: How many requests are left, and how to wait.
        on_send: Called with each attempt before it is sent.

    Attributes:
        exchanges: As received, retries included, in order.
        asked_to_wait_too_long: True if the server asked for a longer wait than a run accepts. Send nothing more then.
    """

    def __init__(
        self, client: ReadOnlyClient, budget: Budget, on_send: Callable[[Probe], None] = lambda _: None
    ) -> None:
        self.exchanges: list[Exchange] = []
        self.asked_to_wait_too_long = False
        self._client = client
        self._budget = budget
        self._on_send = on_send
        self._wait_left = MAX_REQUESTED_WAIT
        self._pause = 0.0

    def send(self, probe: Probe, *, has_room: Callable[[], bool]) -> Exchange:
        """Send a probe, once more if the response is transient, and return the last exchange.

        Args:
            probe: The first attempt.
            has_room: Returns True if one more request fits; called only if a second attempt would be sent.

        Raises:
            RequestRefusedError: The budget does not allow it; nothing was sent.
        """
        exchange = self._attempt(probe)
        if not expectations.is_transient(exchange) or self.asked_to_wait_too_long or not has_room():
            return exchange
        return self._attempt(replace(probe, attempt=2))

    def _attempt(self, probe: Probe) -> Exchange:
        self._wait_left -= self._pause
        self._budget.pause(self._pause)
        self._on_send(probe)
        exchange = self._client.send(probe)
        self.exchanges.append(exchange)
        self._pause = _pause_after(exchange)
        self.asked_to_wait_too_long = self._pause > self._wait_left
        return exchange


def _pause_after(exchange: Exchange) -> float:
    """Return the seconds to wait before the next request: none, unless a temporary condition ended this one."""
    if not expectations.is_transient(exchange):
        return 0.0
    return RETRY_PAUSE if exchange.retry_after is None else exchange.retry_after
