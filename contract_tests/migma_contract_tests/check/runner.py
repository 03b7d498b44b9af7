"""A check: the plan sent within its budget, judged by the rules, as a report."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from migma_contract.exchange import Exchange
from migma_contract.finding import Finding
from migma_contract.openapi import Contract
from migma_contract.rules import expectations, judge
from migma_contract.version import __version__
from migma_contract_tests.check.key_redactor import KeyRedactor
from migma_contract_tests.check.sender import Sender
from migma_contract_tests.check.verdict import UNREACHED, decide
from migma_contract_tests.client.read_only_client import ReadOnlyClient
from migma_contract_tests.probes.options import CheckOptions, is_loopback_url
from migma_contract_tests.probes.plan import Probe, describe, in_sending_order, plan
from migma_contract_tests.probes.request_budget import SAFE_METHODS, Budget
from migma_contract_tests.results.baseline import Baseline, apply
from migma_contract_tests.results.report import Report


@dataclass(frozen=True)
class RunResult:
    """What a run saw, without the key, before a baseline parts what is accepted from what is not.

    Attributes:
        started: UTC.
        elapsed: Seconds.
        sent: Requests that left, retries included.
        exchanges: In the order in which they were sent.
        skipped: Probes that were not sent.
        stopped: As in Report.
        findings: By level, rule and place.
    """

    options: CheckOptions
    contract: Contract
    started: datetime
    elapsed: float
    sent: int
    exchanges: tuple[Exchange, ...]
    skipped: tuple[Probe, ...]
    stop_reason: str
    findings: tuple[Finding, ...]

    @property
    def complete(self) -> bool:
        """Whether all that could show a finding was sent and answered: only then is one gone that is not found."""
        return not self.skipped and not any(
            expectations.is_transient(each) for _, each in expectations.final_attempts(self.exchanges)
        )

    def report(self, baseline: Baseline | None) -> Report:
        """The report of this run, with the baseline applied."""
        applied = apply(baseline, self.findings, self.started.date(), complete=self.complete)
        verdict, reason = decide(self.exchanges, applied.open, self.options.fail_on, self.skipped)
        return Report(
            target=self.options.base_url,
            tool_version=__version__,
            contract_version=self.contract.version,
            contract_source=self.contract.source,
            started=self.started,
            elapsed=self.elapsed,
            verdict=verdict,
            reason=reason,
            fail_on=self.options.fail_on,
            requests_sent=self.sent,
            max_requests=self.options.max_requests,
            findings=applied.open,
            exchanges=self.exchanges,
            skipped=describe(self.skipped),
            stop_reason=self.stop_reason,
            accepted=applied.accepted,
            baseline_notes=applied.notes,
            notices=(*self.contract.notices, *_cautions(self.options)),
        )


def run_check(
    options: CheckOptions, contract: Contract, *, on_progress: Callable[[str], None] = lambda _: None
) -> Report:
    """Send the plan, judge what comes back, and report it; see :func:`run`."""
    return run(options, contract, on_progress=on_progress).report(options.baseline)


def run(
    options: CheckOptions,
    contract: Contract,
    *,
    on_progress: Callable[[str], None] = lambda _: None,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> RunResult:
    """Send the plan within its budget and judge the exchanges.

    Args:
        options: What to check and within which bounds.
        contract: What the answers are held to.
        on_progress: Is told in a few words what is happening now.
        clock: Seconds; for tests.
        sleep: Waits some seconds; for tests.

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

    requests = _Run(
        plan(options, contract), budget, Sender(ReadOnlyClient(options, contract.operation, budget), budget, tell)
    )
    started, start = datetime.now(UTC), clock()
    requests.send_all()
    recorder = KeyRedactor(options.key, contract)
    return RunResult(
        options=options,
        contract=contract,
        started=started,
        elapsed=clock() - start,
        sent=budget.sent,
        exchanges=tuple(map(recorder.exchange, requests.exchanges)),
        skipped=tuple(requests.skipped),
        stop_reason=requests.stop_reason,
        findings=tuple(map(recorder.finding, judge(requests.exchanges, contract))),
    )


def _cautions(options: CheckOptions) -> Iterator[str]:
    if options.base_url.startswith("http:") and not is_loopback_url(options.base_url):
        yield "The key was sent over http, which is not encrypted."
    if options.insecure:
        yield "The server's certificate was not verified (--insecure), so anyone may have answered, and have the key."


class _Run:
    """What is still to be sent, what was, and what will not be.

    ``ranked`` is the plan by priority: its end goes first when there is no room.
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
        """Send what is pending, with second attempts where they may help, until nothing is left to send."""
        while self._pending:
            probe = self._pending.pop(0)
            exchange = self._sender.send(probe, has_room=partial(self._make_room, probe))
            if self._sender.is_sent_away:
                self._stop("the server asked for a longer wait than a run has patience for")
            elif exchange.failure is not None and self._is_hopeless(exchange):
                self._stop(UNREACHED[exchange.failure.kind])

    def _make_room(self, probe: Probe) -> bool:
        """Whether one more request fits, if need be in the place of a pending one that tells less."""
        if self._budget.remaining > len(self._pending):
            return True
        less = [one for one in self._pending if self._ranked.index(one) > self._ranked.index(probe)]
        if not less:
            return False
        dropped = max(less, key=self._ranked.index)
        self._pending.remove(dropped)
        self.skipped.append(dropped)
        return True

    def _is_hopeless(self, exchange: Exchange) -> bool:
        """Whether nothing came so far, twice or for good: the rest would fail in the same way, and as slowly."""
        if any(each.failure is None for each in self.exchanges) or not expectations.got_no_response(exchange):
            return False
        return exchange.attempt > 1 or not expectations.is_transient(exchange)

    def _stop(self, reason: str) -> None:
        self.stop_reason = reason
        self.skipped.extend(self._pending)
        self._pending.clear()
