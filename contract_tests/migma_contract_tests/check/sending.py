"""Send the planned probes: the order, the room for second attempts, and when to stop early."""

from collections.abc import Callable
from functools import partial
from typing import Protocol

from migma_contract.exchange import Exchange
from migma_contract.openapi import Contract
from migma_contract.rules import expectations
from migma_contract.rules.evidence import Lack, lack_of_evidence
from migma_contract.rules.interruption import failure_kind, readable_campaigns
from migma_contract_tests.check.inconclusive import NO_RESPONSE, describe_wait
from migma_contract_tests.probes.plan import Probe, in_sending_order
from migma_contract_tests.probes.request_budget import Budget

_FAILED_PROBES = 2
"""Probes that failed in both attempts, after which a run without any other response ends."""

_STOP_REASONS: dict[Lack, str] = {
    "outage": "every request failed",
    "outage-with-key": "every request with the key failed",
    "other-server": "something other than the API answered",
    "other-server-with-key": "every request with the key got the same failure",
    "same-failure": "every request got the same failure",
}


class ProbeSender(Protocol):
    """Sends probes; see :class:`Sender`."""

    @property
    def exchanges(self) -> list[Exchange]:
        """As received, retries included, in order."""

    @property
    def asked_to_wait_too_long(self) -> bool:
        """True if the server asked for a longer wait than a run accepts."""

    def send(self, probe: Probe, *, has_room: Callable[[], bool]) -> Exchange:
        """Send a probe, once more if that may help, and return the last exchange."""


class Sending:
    """The probes that are pending, sent and skipped.

    Args:
        ranked: The plan by priority: without room for all, probes are skipped from its end.
        budget: How many requests are left.
        sender: Sends the probes.
        contract: Tells whether the responses are the API's.

    Attributes:
        skipped: Probes that were not sent.
        stop_reason: Why sending stopped early; "" if probes were skipped for the cap alone.
    """

    def __init__(self, ranked: list[Probe], budget: Budget, sender: ProbeSender, contract: Contract) -> None:
        self.skipped = ranked[budget.remaining :]
        self.stop_reason = ""
        self._ranked = ranked[: budget.remaining]
        self._pending = in_sending_order(self._ranked)
        self._budget = budget
        self._sender = sender
        self._contract = contract

    @property
    def exchanges(self) -> list[Exchange]:
        """As received, retries included, in order."""
        return self._sender.exchanges

    def send_all(self) -> None:
        """Send the pending probes, with second attempts if they may help, until none is left."""
        while self._pending:
            probe = self._pending.pop(0)
            exchange = self._sender.send(probe, has_room=partial(self._make_room, probe))
            self.stop_reason = self._why_stop(exchange)
            if self.stop_reason:
                self.skipped.extend(self._pending)
                return
        self._confirm_last_failure()

    def _make_room(self, probe: Probe) -> bool:
        """Return True if one more request fits; skip a pending probe of lower priority if necessary."""
        if self._budget.remaining > len(self._pending):
            return True
        lower = [one for one in self._pending if self._ranked.index(one) > self._ranked.index(probe)]
        if not lower:
            return False
        lowest = max(lower, key=self._ranked.index)
        self._pending.remove(lowest)
        self.skipped.append(lowest)
        return True

    def _why_stop(self, latest: Exchange) -> str:
        """Return why further requests would show nothing; "" if they may show something."""
        if self._sender.asked_to_wait_too_long:
            wait = describe_wait(latest)
            return f"the server asked for a longer wait {f'({wait}) ' if wait else ''}than a check accepts"
        if latest.failure is not None and self._is_hopeless(latest):
            return NO_RESPONSE[latest.failure.kind]
        is_begun = any(probe.essential for probe in self._pending)
        if is_begun and sum(each.attempt > 1 for each in self.exchanges) < _FAILED_PROBES:
            return ""
        lack = lack_of_evidence(self.exchanges, self._contract)
        return _STOP_REASONS.get(lack, "") if lack and (lack == "outage" or not is_begun) else ""

    def _is_hopeless(self, exchange: Exchange) -> bool:
        """True if no response came so far, and another request would fail in the same way."""
        if any(each.failure is None for each in self.exchanges):
            return False
        if not expectations.got_no_response(exchange) or exchange.failure is None or exchange.failure.kind == "reset":
            return False  # a server that ends one connection is there
        return exchange.attempt > 1 or not expectations.is_transient(exchange)

    def _confirm_last_failure(self) -> None:
        """Read a campaign once more if the last request was a read that failed, and an earlier read did not.

        A success after it shows that the server failed intermittently, the same failure that it went away.
        """
        last = self.exchanges[-1] if self.exchanges else None
        if last is None or last.purpose != "campaign" or failure_kind(last, self._contract) is None:
            return
        if last.campaign_id not in readable_campaigns(self.exchanges, self._contract):
            return
        if self._budget.remaining > 0 and lack_of_evidence(self.exchanges, self._contract) is None:
            self._sender.send(Probe("campaign", last.campaign_id, sample=last.sample + 1), has_room=lambda: False)
