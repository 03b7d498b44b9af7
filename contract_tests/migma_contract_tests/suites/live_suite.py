"""The live suite: probes sent as Schemathesis cases through the guarded session, judged by both sets of checks."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from time import monotonic
from typing import Any
from urllib.parse import quote

import requests
import schemathesis

from migma_contract.exchange import Exchange
from migma_contract.finding import Finding
from migma_contract.openapi import Contract
from migma_contract.rules import RULES, expectations, judge_one
from migma_contract.rules.evidence import discloses_stats
from migma_contract_tests.check.run_result import RunResult
from migma_contract_tests.check.runner import judge_run
from migma_contract_tests.check.sending import Sending
from migma_contract_tests.probes.plan import Probe, plan
from migma_contract_tests.probes.request_budget import Budget
from migma_contract_tests.results.purposes import PURPOSES
from migma_contract_tests.results.report import Report
from migma_contract_tests.suites.guarded_session import GuardedSession, key_header
from migma_contract_tests.suites.live_config import LivePlan
from migma_contract_tests.suites.rule_checks import RuleChecks, describe

_SENDING_CHECKS = ("ignored_auth", "object_level_authorization", "use_after_free", "ensure_resource_availability")
"""Checks of Schemathesis that send further requests."""


def live_config() -> schemathesis.Config:
    """Return Schemathesis' configuration; without one, it reads a file near the working directory."""
    checks = {name: {"enabled": False} for name in _SENDING_CHECKS}
    return schemathesis.Config.from_dict(
        {"output": {"sanitization": {"enabled": True}}, "checks": checks, "max-redirects": 0}
    )


@dataclass(frozen=True)
class _Received:
    """The last attempt of a probe: as a case, as the response without the key, and as received with its index."""

    case: schemathesis.Case[Any]
    response: schemathesis.Response | None
    exchange: Exchange
    index: int


class LiveSuite:
    """Sends the probes of a check to the live API through the guarded session, and judges the responses.

    The requests, their second attempts, an early end and the verdict are those of ``migma-contract check``.

    Attributes:
        budget: The requests that may still be sent.
    """

    def __init__(self, live_plan: LivePlan, contract: Contract) -> None:
        self._options, self._contract = live_plan.options, contract
        self.budget = Budget(self._options.max_requests, self._options.rate)
        self._session = GuardedSession(self._options, contract, self.budget)
        self._received: dict[Probe, _Received] = {}
        self._judged: Exchange | None = None
        self._rules = RuleChecks(
            contract,
            lambda _: self._judged,
            self._options.key,
            fail_on=self._options.fail_on,
            baseline=self._options.baseline,
        )
        schema = schemathesis.openapi.from_dict(dict(contract.document), config=live_config())

        @schema.hook
        def filter_failure(
            _context: schemathesis.HookContext,
            failure: AssertionError,
            _case: schemathesis.Case[Any],
            response: schemathesis.Response,
        ) -> bool:
            return self._rules.keep_failure(failure, response)

        self._operation = schema[contract.operation.template][contract.operation.method]

    @property
    def exchanges(self) -> list[Exchange]:
        """Everything sent and received, in order, not redacted."""
        return self._session.exchanges

    @property
    def asked_to_wait_too_long(self) -> bool:
        """True if the server asked for a longer wait than a run accepts."""
        return self._session.asked_to_wait_too_long

    @cached_property
    def result(self) -> RunResult:
        """The result of the run; the first use sends all requests."""
        sending = Sending(plan(self._options, self._contract), self.budget, self, self._contract)
        started, start = datetime.now(UTC), monotonic()
        sending.send_all()
        return judge_run(self._options, self._contract, sending, started=started, elapsed=monotonic() - start)

    @cached_property
    def report(self) -> Report:
        """The report of the run, with the baseline applied."""
        return self.result.report(self._options.baseline)

    def check(self, probe: Probe) -> str:
        """Judge the response to a probe.

        Returns:
            One sentence on why the response could not be judged; "" if it was judged and conforms.

        Raises:
            AssertionError: It differs from the contract, by a rule or a check of Schemathesis.
        """
        report, received = self.report, self._received.get(probe)
        if received is None:
            return f"Not sent: {report.stop_reason or 'the cap on requests was reached'}."
        evaluation = self.result.evaluation
        is_silent = evaluation.lack is not None and not discloses_stats(received.exchange, self._contract)
        if is_silent and report.reason:
            return report.reason
        is_interrupted = received.index in evaluation.interrupted
        if is_silent or is_interrupted or expectations.has_no_evidence(received.exchange):
            return f"No response could be judged ({PURPOSES[probe.purpose]})."
        if probe.purpose == "campaign" and expectations.is_unusable_read(received.exchange):
            return f"The campaign could not be read ({received.exchange.status})."
        # A proxy may answer an unusual id, so only the rules judge that response.
        if received.response is not None and probe.method == "GET" and probe.purpose != "unusual-id":
            self._judged = received.exchange
            self._validate(received.case, received.response)
        else:
            self._raise(self._rules.failing(judge_one(received.exchange, self._contract)))
        return ""

    def send(self, probe: Probe, *, has_room: Callable[[], bool]) -> Exchange:
        """Send a probe as a case of Schemathesis, once more if that may help, and return the last exchange."""
        operation, response = self._contract.operation, None
        case = self._operation.Case(
            method="HEAD" if probe.method == "HEAD" else "GET",
            path_parameters={operation.parameter: quote(probe.campaign_id, safe="")},
            headers=key_header(probe.key, operation),
        )
        self._session.allow_second_attempt(has_room)
        with suppress(requests.ConnectionError):  # the exchange has what was received
            response = case.call(base_url=self._session.base_url, session=self._session)
        exchange = self._session.exchanges[-1]
        self._received[probe] = _Received(case, response, exchange, len(self._session.exchanges) - 1)
        return exchange

    def _validate(self, case: schemathesis.Case[Any], response: schemathesis.Response) -> None:
        transport = {"session": self._session, "base_url": self._session.base_url}
        try:
            case.validate_response(response, additional_checks=self._rules.checks, transport_kwargs=transport)
        except BaseExceptionGroup as failures:  # Schemathesis' FailureGroup; its message has all failures
            raise AssertionError(failures.message) from None

    @staticmethod
    def _raise(findings: list[Finding]) -> None:
        if findings:
            raise AssertionError(describe(findings))

    def compare(self) -> tuple[str, ...]:
        """Judge all responses together by the rules that compare them.

        Returns:
            Notes on entries of the baseline that are out of date.

        Raises:
            AssertionError: The responses contradict each other.
        """
        comparing = {rule.id for rule in RULES if rule.check_run is not None}
        self._raise([each for each in self._rules.failing(list(self.result.findings)) if each.rule in comparing])
        return self.report.baseline_notes
