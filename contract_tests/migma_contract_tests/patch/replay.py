"""The exchanges of a report, judged again with its document and with changed ones, without a request."""

from migma_contract.exchange import Exchange, Failure
from migma_contract.finding import Finding, Level
from migma_contract.openapi import Contract
from migma_contract.openapi.declared_names import declared_names
from migma_contract.rules.analysis.parsed_response import ParsedResponse
from migma_contract.rules.evaluate import Evaluation, evaluate
from migma_contract.rules.expectations import final_attempts
from migma_contract_tests.patch.change_rules import CHANGES, is_about_body
from migma_contract_tests.results.records import ExchangeRecord, FindingRecord
from migma_contract_tests.results.report import Report

Place = tuple[str, str]
"""The rule and the place of a finding."""


def place_of(finding: FindingRecord | Finding) -> Place:
    """Return the rule and the place of a finding."""
    return finding.rule, finding.where


class Replay:
    """The exchanges of a report.

    Args:
        report: The report of a check.
        contract: The document of that check.

    Attributes:
        contract: As above.
    """

    def __init__(self, report: Report, contract: Contract) -> None:
        self.contract = contract
        names = declared_names(contract)
        self._exchanges = [_exchange(record, names) for record in report.exchanges]
        self._cut = {index for index, each in enumerate(report.exchanges) if each.body.truncated}
        before = self.judged(contract)
        self._interrupted = before.interrupted
        self._shown = {place_of(each) for each in before.findings}

    def judged(self, contract: Contract) -> Evaluation:
        """Return the findings with a document."""
        return evaluate(self._exchanges, contract)

    def evidence(self, contract: Contract) -> list[ParsedResponse]:
        """Return the responses that are evidence about the contract: final attempts, while the API was there."""
        return [
            ParsedResponse(exchange, contract, index)
            for index, exchange in final_attempts(self._exchanges)
            if exchange.failure is None and index not in self._interrupted
        ]

    def is_shown(self, finding: FindingRecord | Finding) -> bool:
        """True if the exchanges have a finding with the document of the check, as it is now."""
        return place_of(finding) in self._shown

    def is_stale(self, finding: FindingRecord) -> bool:
        """True if the document must have changed since the check, since it allows what the finding is about."""
        return finding.rule in CHANGES and not self.is_shown(finding) and self.is_readable(finding)

    def is_readable(self, finding: FindingRecord) -> bool:
        """True if the report has the response of a finding as it was sent, as far as can be seen."""
        index = self._index(finding)
        return index not in self._cut and (not is_about_body(finding.rule) or self._exchanges[index].json.readable)

    def is_interrupted(self, finding: FindingRecord) -> bool:
        """True if the API was away when the response of a finding was sent."""
        return self._index(finding) in self._interrupted

    def is_certain(self, finding: FindingRecord) -> bool:
        """True if the body of the response of a finding is the API's own answer to such a request."""
        index = self._index(finding)
        return ParsedResponse(self._exchanges[index], self.contract, index).max_level is Level.BREAKING

    def _index(self, finding: FindingRecord) -> int:
        return finding.exchange or 0


def _exchange(record: ExchangeRecord, declared: frozenset[str]) -> Exchange:
    """Return an exchange as it was; a response of which the report has only the beginning counts as not read."""
    failure = Failure(record.failure.kind, record.failure.detail) if record.failure else None
    if record.body.truncated and failure is None:
        failure = Failure("not-read", "the report has only the beginning of it")
    return Exchange(
        purpose=record.purpose,
        method=record.method,
        url=record.url,
        campaign_id=record.campaign_id,
        request_headers=record.request_headers,
        started=record.started,
        elapsed=record.elapsed,
        status=record.status,
        headers=record.headers,
        body=record.body.text.encode(),
        failure=failure,
        attempt=record.attempt,
        sample=record.sample,
        declared=declared,
    )
