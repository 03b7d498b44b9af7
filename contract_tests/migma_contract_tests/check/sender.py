"""Probes sent, and once more where that may help: the one policy of second attempts."""

from collections.abc import Callable
from dataclasses import replace

from migma_contract.exchange import Exchange
from migma_contract.rules import expectations
from migma_contract_tests.client.read_only_client import ReadOnlyClient
from migma_contract_tests.probes.plan import Probe
from migma_contract_tests.probes.request_budget import Budget

PAUSE = 0.5
"""Seconds before a second attempt where the server names no time."""

PATIENCE = 60.0
"""Seconds that one run waits in all because the server asks for it (Retry-After)."""


class Sender:
    """Sends probes to a target, and keeps all that came of them.

    Args:
        target: Where to.
        budget: How much is left, and how to wait.
        on_send: Is told of each attempt before it is sent.

    Attributes:
        exchanges: As they came, retries included, in order.
        is_sent_away: Whether the server asked for a longer wait than a run has patience for: nothing more is to be
            sent to it.
    """

    def __init__(
        self, target: ReadOnlyClient, budget: Budget, on_send: Callable[[Probe], None] = lambda _: None
    ) -> None:
        self.exchanges: list[Exchange] = []
        self.is_sent_away = False
        self._target = target
        self._budget = budget
        self._on_send = on_send
        self._patience = PATIENCE
        self._asked: float | None = None

    def send(self, probe: Probe, *, has_room: Callable[[], bool]) -> Exchange:
        """Send a probe, and once more where its answer is transient; the last exchange.

        Args:
            probe: The first attempt.
            has_room: Whether one more request fits, asked only where it would be sent.

        Raises:
            RequestRefusedError: The budget does not admit it; nothing was sent.
        """
        exchange = self._attempt(probe)
        if expectations.is_transient(exchange) and not self.is_sent_away and has_room():
            self._asked = PAUSE if self._asked is None else self._asked
            exchange = self._attempt(replace(probe, attempt=2))
        return exchange

    def _attempt(self, probe: Probe) -> Exchange:
        seconds = self._asked or 0.0
        self._patience -= seconds
        self._budget.pause(seconds)
        self._on_send(probe)
        exchange = self._target.send(probe)
        self.exchanges.append(exchange)
        self._asked = exchange.retry_after if expectations.is_transient(exchange) else None
        self.is_sent_away = self._asked is not None and self._asked > self._patience
        return exchange
