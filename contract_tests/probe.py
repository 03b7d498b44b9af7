"""A check: the plan sent within its budget, judged by the rules, as a report."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from contract_tests.baseline import Baseline, apply
from contract_tests.budget import SAFE_METHODS, Budget
from contract_tests.exchange import Exchange
from contract_tests.finding import Finding
from contract_tests.plan import Probe, in_sending_order, in_words, plan
from contract_tests.report import Report
from contract_tests.rules import expected, judge
from contract_tests.settings import CheckOptions, is_loopback
from contract_tests.target import Target
from contract_tests.verdict import decide, is_passing
from mock_server import __version__
from mock_server.contract import Contract

RETRY_PAUSE = 0.5
"""Seconds before a second attempt where the server names no time."""

PATIENCE = 60.0
"""Seconds that one run waits in all because the server asks for it (Retry-After)."""


@dataclass(frozen=True)
class Observation:
    """What a run saw, before a baseline parts what is accepted from what is not.

    Attributes:
        started: UTC.
        elapsed: Seconds.
        sent: Requests that left, retries included.
        exchanges: In the order in which they were sent.
        left_out: Probes that were not sent.
        findings: By level, rule and place.
    """

    options: CheckOptions
    contract: Contract
    started: datetime
    elapsed: float
    sent: int
    exchanges: tuple[Exchange, ...]
    left_out: tuple[Probe, ...]
    findings: tuple[Finding, ...]

    @property
    def complete(self) -> bool:
        """Whether all that could show a finding was sent and answered: only then is one gone that is not found."""
        return not self.left_out and not any(is_passing(exchange) for _, exchange in expected.final(self.exchanges))

    def report(self, baseline: Baseline | None) -> Report:
        """The report of this run, with the baseline applied."""
        applied = apply(baseline, self.findings, self.started.date(), complete=self.complete)
        verdict, reason = decide(self.exchanges, applied.open, self.options.fail_on, self.left_out)
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
            left_out=in_words(self.left_out),
            accepted=applied.accepted,
            baseline_notes=applied.notes,
            notices=(*self.contract.notices, *_cautions(self.options)),
        )


def run_check(
    options: CheckOptions, contract: Contract, *, on_progress: Callable[[str], None] = lambda _: None
) -> Report:
    """Send the plan, judge what comes back, and report it; see :func:`observe`."""
    return observe(options, contract, on_progress=on_progress).report(options.baseline)


def observe(
    options: CheckOptions,
    contract: Contract,
    *,
    on_progress: Callable[[str], None] = lambda _: None,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Observation:
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
    run = _Run(plan(options, contract), budget, Target(options, contract.operation, budget))
    started, start = datetime.now(UTC), clock()
    run.send_all(on_progress)
    return Observation(
        options=options,
        contract=contract,
        started=started,
        elapsed=clock() - start,
        sent=budget.sent,
        exchanges=tuple(run.exchanges),
        left_out=tuple(run.left_out),
        findings=tuple(judge(run.exchanges, contract)),
    )


def _cautions(options: CheckOptions) -> Iterator[str]:
    if options.base_url.startswith("http:") and not is_loopback(options.base_url):
        yield "The key was sent over http, which is not encrypted."
    if options.insecure:
        yield "The server's certificate was not verified (--insecure), so anyone may have answered, and have the key."


class _Run:
    """What is still to be sent, what was, and what will not be.

    ``ranked`` is the plan by priority: its end goes first when there is no room.
    """

    def __init__(self, ranked: list[Probe], budget: Budget, target: Target) -> None:
        self.exchanges: list[Exchange] = []
        self.left_out = ranked[budget.left :]
        self._ranked = ranked[: budget.left]
        self._pending = in_sending_order(self._ranked)
        self._budget = budget
        self._target = target
        self._patience = PATIENCE

    def send_all(self, on_progress: Callable[[str], None]) -> None:
        """Send what is pending, with second attempts where they may help, until nothing is left to send."""
        while self._pending:
            probe = self._pending.pop(0)
            again = " again" if probe.attempt > 1 else ""
            on_progress(f"request {self._budget.sent + 1} of at most {self._budget.max_requests}: {probe}{again}")
            exchange = self._target.send(probe)
            self.exchanges.append(exchange)
            if is_passing(exchange):
                self._after_passing(probe, exchange)
            if self._is_hopeless(exchange):
                self._drop_pending()

    def _after_passing(self, probe: Probe, exchange: Exchange) -> None:
        """Wait as long as the server asks, and try once more where there is room; else give up on the rest."""
        asked = retry_after(exchange)
        if asked is not None and asked > self._patience:
            self._drop_pending()
            return
        retried = probe.attempt == 1 and self._make_room(probe)
        if retried:
            self._pending.insert(0, replace(probe, attempt=2))
        if self._pending and (retried or asked is not None):
            seconds = RETRY_PAUSE if asked is None else asked
            self._patience -= seconds
            self._budget.pause(seconds)

    def _make_room(self, probe: Probe) -> bool:
        """Whether one more request fits, if need be in the place of a pending one that tells less."""
        if self._budget.left > len(self._pending):
            return True
        less = [one for one in self._pending if self._ranked.index(one) > self._ranked.index(probe)]
        if not less:
            return False
        dropped = max(less, key=self._ranked.index)
        self._pending.remove(dropped)
        self.left_out.append(dropped)
        return True

    def _is_hopeless(self, exchange: Exchange) -> bool:
        """Whether nothing came so far, twice or for good: the rest would fail in the same way, and as slowly."""
        if exchange.failure is None or any(e.failure is None for e in self.exchanges):
            return False
        kind, is_second = exchange.failure.kind, exchange.attempt > 1
        no_answer = kind in ("unreachable", "timeout") or (kind == "reset" and exchange.status is None)
        return kind == "tls" or (no_answer and is_second)

    def _drop_pending(self) -> None:
        self.left_out.extend(self._pending)
        self._pending.clear()


def retry_after(exchange: Exchange) -> float | None:
    """Seconds that the response asks to wait (``Retry-After``, RFC 9110, section 10.2.3); None if it does not.

    A date counts from the response's own Date, so that a clock that is off does not matter.
    """
    value = exchange.header("retry-after")
    if exchange.failure is not None or value is None:
        return None
    if value.strip().isascii() and value.strip().isdigit():
        return float(value)
    try:
        now = parsedate_to_datetime(exchange.header("date") or "") if exchange.header("date") else datetime.now(UTC)
        return max(0.0, (parsedate_to_datetime(value) - now).total_seconds())
    except (ValueError, TypeError):
        return None
