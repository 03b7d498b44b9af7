"""ThreeWayComparison: a run compared with the published document, for its report."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from migma_contract.exchange import Exchange
from migma_contract.finding import Finding
from migma_contract.openapi import Contract
from migma_contract.rules.evaluate import Evaluation
from migma_contract_tests.check.contract_lines import ContractLines, name_for_reports
from migma_contract_tests.check.three_way.accepted_requests import AcceptedRequests
from migma_contract_tests.check.three_way.differences import Difference, differences
from migma_contract_tests.results.three_way import ThreeWayRecord, ThreeWayRow, corners

if TYPE_CHECKING:
    # Loads the comparison of documents, which a check without a published document does not need.
    from migma_contract.openapi.diff import DocumentChange
    from migma_contract.openapi.published import PublishedDocument


class ThreeWayComparison:
    """The comparison of a run with the published document.

    Args:
        document: The published document.
        contract: The contract.
        by_contract: The run, judged by the contract.
        by_published: The run, judged by the published document; None if that does not have the operation.
        exchanges: The exchanges of the run.
    """

    def __init__(
        self,
        document: "PublishedDocument",
        contract: Contract,
        by_contract: Evaluation,
        by_published: Evaluation | None,
        exchanges: Sequence[Exchange],
    ) -> None:
        self._document = document
        self._lines = ContractLines(contract)
        self._is_live_seen = by_contract.lack is None
        requests = AcceptedRequests(exchanges, contract, document)
        self._differences = list(differences(by_contract, by_published, document, requests))

    @property
    def changes(self) -> "Iterator[DocumentChange]":
        """Yield the changes of the published document that no finding includes."""
        return (each.found for each in self._differences if not isinstance(each.found, Finding))

    def record(self, accepted: Mapping[str, str]) -> ThreeWayRecord:
        """Return the record.

        Args:
            accepted: Reasons and owners of what the baseline accepts, by fingerprint.
        """
        rows = tuple(self._row(each, accepted.get(each.found.fingerprint, "")) for each in self._differences)
        verdicts = corners(rows, is_live_seen=self._is_live_seen)
        return ThreeWayRecord(
            source=name_for_reports(self._document.source),
            version=self._document.version,
            published=verdicts["published"],
            contract=verdicts["contract"],
            live=verdicts["live"],
            notices=self._document.notices,
            rows=rows,
        )

    def _row(self, difference: Difference, accepted: str) -> ThreeWayRow:
        found = difference.found
        return ThreeWayRow(
            rule=found.rule,
            level=found.level,
            where=found.where,
            message=found.message,
            fingerprint=found.fingerprint,
            is_change=not isinstance(found, Finding),
            line=self._lines.line(found.pointer),
            alone=difference.alone,
            published=difference.published,
            contract=difference.contract,
            live=difference.live,
            accepted=accepted,
        )
