"""Run a check: send the planned requests within their budget and judge the responses."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from migma_contract.exchange import Exchange
from migma_contract.openapi import Contract
from migma_contract.rules import expectations
from migma_contract.rules.evaluate import evaluate
from migma_contract_tests.check.key_redactor import KeyRedactor
from migma_contract_tests.check.run_result import RunResult
from migma_contract_tests.check.sender import Sender
from migma_contract_tests.check.verdict import NO_RESPONSE
from migma_contract_tests.client.read_only_client import ReadOnlyClient
from migma_contract_tests.probes.options import CheckOptions
from migma_contract_tests.probes.plan import Probe, in_sending_order, plan
from migma_contract_tests.probes.request_budget import SAFE_METHODS, Budget
from migma_contract_tests.results.report import Report


def run_check(
    options: CheckOptions, contract: Contract, *, on_progress: Callable[[str], None] = lambda _: None
) -> Report:
    """Check a server and return the report; see :func:`run`."""
    return run(options, contract, on_progress=on_progress).report(options.baseline)


def run(
    options: CheckOptions,
    contract: Contract,
    *,
    on_progress: Callable[[str], None] = lambda _: None,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> RunResult:
    """Send the planned requests within their budget and judge the exchanges.

    Args:
        options: Server, key and limits.
        contract: The contract to check against.
        on_progress: Called with a few words about what is happening.
        clock: Seconds; for tests.
        sleep: Wait for some seconds; for tests.

    Raises:
        SettingsError: The CA bundle or the proxy cannot be used. Nothing that the server does raises.
    """
    budget = Budget(
        options.max_requests,
        options.rate,
        methods=SAFE_METHODS | set(options.methods),
        clock=clock,
        sleep=sleep,
        on_wait=lambda seconds: on_progress(f"waiting {seconds:.0f} s"),
    )

    def tell(probe: Probe) -> None:
        again = " again" if probe.attempt > 1 else ""
        on_progress(f"request {budget.sent + 1} of at most {budget.max_requests}: {probe}{again}")

    sender = Sender(ReadOnlyClient(options, contract.operation, budget), budget, tell)
    requests = _Run(plan(options, contract), budget, sender)
    started, start = datetime.now(UTC), clock()
    requests.send_all()
    evaluation = evaluate(requests.exchanges, contract)
    redactor = KeyRedactor(options.key, contract)
    return RunResult(
        options=options,
        contract=contract,
        started=started,
        elapsed=clock() - start,
        sent=budget.sent,
        exchanges=tuple(map(redactor.exchange, requests.exchanges)),
        skipped=tuple(requests.skipped),
        stop_reason=requests.stop_reason,
        evaluation=evaluation._replace(findings=tuple(map(redactor.finding, evaluation.findings))),
    )


class _Run:
    """The probes that are pending, sent and skipped.

    ``ranked`` is the plan by priority: without room for all, probes are skipped from its end.
    """

    def __init__(self, ranked: list[Probe], budget: Budget, sender: Sender) -> None:
        self.exchanges = sender.exchanges
        self.skipped = ranked[budget.remaining :]
        self.stop_reason = ""
        self._ranked = ranked[: budget.remaining]
        self._pending = in_sending_order(self._ranked)
        self._budget = budget
        self._sender = sender

    def send_all(self) -> None:
        """Send the pending probes, with second attempts if they may help, until none is left."""
        while self._pending:
            probe = self._pending.pop(0)
            exchange = self._sender.send(probe, has_room=partial(self._make_room, probe))
            if self._sender.asked_to_wait_too_long:
                self._stop("the server asked for a longer wait than a check accepts")
            elif exchange.failure is not None and self._is_hopeless(exchange):
                self._stop(NO_RESPONSE[exchange.failure.kind])

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

    def _is_hopeless(self, exchange: Exchange) -> bool:
        """True if no response came so far, and another request would fail in the same way."""
        if any(each.failure is None for each in self.exchanges):
            return False
        if not expectations.got_no_response(exchange):
            return False
        return exchange.attempt > 1 or not expectations.is_transient(exchange)

    def _stop(self, reason: str) -> None:
        self.stop_reason = reason
        self.skipped.extend(self._pending)
        self._pending.clear()
