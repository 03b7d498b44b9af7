"""Run a check: send the planned requests within their budget and judge the responses."""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from migma_contract.exchange import Exchange
from migma_contract.openapi import Contract
from migma_contract.openapi.declared_names import declared_names
from migma_contract.recording.secret_values import cookie_values
from migma_contract.rules.catalogue import rules_with_max_age
from migma_contract.rules.evaluate import Evaluation, evaluate
from migma_contract_tests.check.key_redactor import KeyRedactor
from migma_contract_tests.check.run_result import RunResult
from migma_contract_tests.check.sender import Sender
from migma_contract_tests.check.sending import Sending
from migma_contract_tests.check.work_limit import TooMuchWork
from migma_contract_tests.client.read_only_client import ReadOnlyClient
from migma_contract_tests.probes.options import CheckOptions
from migma_contract_tests.probes.plan import Probe, plan
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

    documents = [contract, *([options.published.contract] if options.published and options.published.contract else [])]
    names = frozenset[str]().union(*map(declared_names, documents))
    sender = Sender(ReadOnlyClient(options, contract.operation, budget, names), budget, tell)
    requests = Sending(plan(options, contract), budget, sender, contract)
    started, start = datetime.now(UTC), clock()
    try:
        requests.send_all()
        return judge_run(options, contract, requests, started=started, elapsed=clock() - start)
    except TooMuchWork as stop:
        stop.sent = budget.sent
        raise


def judge_run(
    options: CheckOptions, contract: Contract, requests: Sending, *, started: datetime, elapsed: float
) -> RunResult:
    """Return the result of the requests that were sent, without the key."""
    redactor, published = KeyRedactor(options.key, contract), options.published

    def evaluated(document: Contract) -> Evaluation:
        evaluation = _evaluated(options, document, requests.exchanges)
        return evaluation._replace(findings=tuple(map(redactor.finding, evaluation.findings)))

    return RunResult(
        options=options,
        contract=contract,
        started=started,
        elapsed=elapsed,
        sent=len(requests.exchanges),
        exchanges=tuple(map(redactor.exchange, requests.exchanges)),
        skipped=tuple(requests.skipped),
        stop_reason=requests.stop_reason,
        evaluation=evaluated(contract),
        by_published=evaluated(published.contract) if published and published.contract else None,
        cookies=tuple(value for each in requests.exchanges for value in cookie_values(each.headers)),
    )


def _evaluated(options: CheckOptions, document: Contract, exchanges: Sequence[Exchange]) -> Evaluation:
    earlier = options.earlier
    if earlier is None:
        return evaluate(exchanges, document)
    reads = earlier.reads(options.campaign_ids)
    return evaluate(exchanges, document, rules_with_max_age(earlier.max_age), earlier=reads)
