"""The live suite: probes sent as Schemathesis cases through the guarded session, judged by both sets of checks."""

from typing import Any
from urllib.parse import quote

import requests
import schemathesis

from migma_contract.exchange import Exchange
from migma_contract.finding import Finding
from migma_contract.openapi import Contract
from migma_contract.rules import RULES, expectations, judge
from migma_contract_tests.check.key_redactor import KeyRedactor
from migma_contract_tests.check.verdict import decide
from migma_contract_tests.probes.plan import Probe
from migma_contract_tests.probes.request_budget import Budget
from migma_contract_tests.results.purposes import PURPOSES
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


class LiveSuite:
    """Sends probes to the live API through the guarded session and judges the responses.

    Attributes:
        budget: The requests that may still be sent.
    """

    def __init__(self, live_plan: LivePlan, contract: Contract) -> None:
        self._options, self._contract = live_plan.options, contract
        self._planned = len(live_plan.probes) + len(live_plan.skipped)
        self.budget = Budget(self._options.max_requests, self._options.rate)
        self._session = GuardedSession(self._options, contract, self.budget)
        self._rules = RuleChecks(
            contract,
            lambda _: self._session.exchanges[-1],
            self._options.key,
            fail_on=self._options.fail_on,
            baseline=self._options.baseline,
        )
        self._redactor = KeyRedactor(self._options.key, contract)
        schema = schemathesis.openapi.from_dict(dict(contract.document), config=live_config())

        @schema.hook
        def filter_failure(
            _context: schemathesis.HookContext,
            failure: AssertionError,
            _case: schemathesis.Case[Any],
            response: schemathesis.Response,
        ) -> bool:
            return self._rules.keep_failure(failure, response)

        self._operation = schema[contract.operation.path][contract.operation.method]

    def check(self, probe: Probe) -> str:
        """Send a probe and judge the response.

        Returns:
            One sentence on why the response could not be judged; "" if it was judged and conforms.

        Raises:
            AssertionError: It differs from the contract, by a rule or a check of Schemathesis.
            RequestRefusedError: The budget does not allow the request.
        """
        reason = self._why_skipped(probe)
        if reason:
            return reason
        case, response = self._send(probe)
        exchange = self._session.exchanges[-1]
        reason = self._why_not_judged(self._redactor.exchange(exchange))
        if reason:
            return reason
        if response is not None and probe.method == "GET":
            self._validate(case, response)
        else:
            self._raise(self._rules.failing(judge([exchange], self._contract)))
        return ""

    def _send(self, probe: Probe) -> tuple[schemathesis.Case[Any], schemathesis.Response | None]:
        operation = self._contract.operation
        case = self._operation.Case(
            method="HEAD" if probe.method == "HEAD" else "GET",
            path_parameters={operation.parameter: quote(probe.campaign_id, safe="")},
            headers=key_header(probe.key, operation),
        )
        try:
            return case, case.call(base_url=self._session.base_url, session=self._session)
        except requests.ConnectionError:
            return case, None  # the exchange has what was received

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
        exchanges = self._session.exchanges
        final_attempts = [exchange for _, exchange in expectations.final_attempts(exchanges)]
        complete = len(final_attempts) == self._planned and not any(map(expectations.is_transient, final_attempts))
        findings = judge(exchanges, self._contract)
        comparing = {rule.id for rule in RULES if rule.check is None}
        self._raise([finding for finding in self._rules.failing(findings) if finding.rule in comparing])
        return self._rules.split_by_baseline(findings, complete=complete).notes

    def _why_skipped(self, probe: Probe) -> str:
        """Return why a probe is not sent, if no response could be judged; else ""."""
        exchanges = self._session.exchanges
        if exchanges and all(exchange.failure for exchange in exchanges):
            return "Skipped, since no response came before."
        if self._session.asked_to_wait_too_long:
            return "Skipped, since the server asked for a longer wait than a check accepts."
        if probe.purpose != "campaign" and not expectations.has_usable_read(exchanges):
            return "Skipped, since no campaign could be read before."
        return ""

    def _why_not_judged(self, exchange: Exchange) -> str:
        if exchange.purpose == "campaign":
            is_unusable = expectations.is_unusable_read(exchange)
            return decide([exchange], (), self._options.fail_on, ())[1] if is_unusable else ""
        if not expectations.has_no_evidence(exchange):
            return ""
        got = exchange.failure.detail if exchange.failure else exchange.status
        return f"No response could be judged for a request for {PURPOSES[exchange.purpose]}: {got}."
