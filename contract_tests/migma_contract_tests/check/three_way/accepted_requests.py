"""AcceptedRequests: the requests of a run that the API accepted, as evidence on how the documents describe requests."""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from migma_contract.exchange import Exchange
from migma_contract.openapi import Contract, Parameter
from migma_contract.rules.expectations import final_attempts, is_success

if TYPE_CHECKING:
    # Loads the comparison of documents, which a check without a published document does not need.
    from migma_contract.openapi.diff import DocumentChange
    from migma_contract.openapi.published import PublishedDocument

_STATUS_REMOVED = frozenset({"success-status-removed", "error-status-removed"})


class AcceptedRequests:
    """The requests of a run that were sent as the contract says, and that the API accepted.

    Args:
        exchanges: The exchanges of the run.
        contract: The contract.
        published: The published document.
    """

    def __init__(self, exchanges: Sequence[Exchange], contract: Contract, published: "PublishedDocument") -> None:
        final = [each for _, each in final_attempts(exchanges) if each.failure is None]
        self._reads = [each for each in final if each.purpose == "campaign" and is_success(each)]
        self._statuses = {str(each.status) for each in final}
        self._contract = contract.operation
        self._published = published.contract.operation if published.contract else None

    def contradict(self, change: "DocumentChange") -> bool:
        """True if the API accepted what the published document refuses, or sent a status that it does not have."""
        if change.rule in _STATUS_REMOVED:
            return not self._statuses.isdisjoint(change.places)
        if not self._reads:
            return False
        if change.rule == "operation-removed":
            return True
        if change.rule == "server-removed":
            return all(each.url.startswith(f"{change.expected}/") for each in self._reads)
        if self._published is None:
            return False
        if change.rule.startswith("security-"):
            return self._lacks_key()
        if _is_at(change, self._published.id_parameter):
            return not all(self._published.id_parameter.allows(each.campaign_id) for each in self._reads)
        return any(_is_at(change, each) and self._lacks(each) for each in self._published.parameters)

    def _lacks_key(self) -> bool:
        """True if the key is where the published document does not have it."""
        if self._published is None or not (self._contract.needs_key and self._published.needs_key):
            return False
        return self._contract.key not in self._published.key_places

    def _lacks(self, parameter: Parameter) -> bool:
        """True if the requests do not have a parameter."""
        if parameter.where == "query":
            queries = [parse_qs(urlsplit(each.url).query, keep_blank_values=True) for each in self._reads]
            return any(parameter.name not in query for query in queries)
        names = [{name.lower() for name, _ in each.request_headers} for each in self._reads]
        return any(parameter.name.lower() not in sent for sent in names)


def _is_at(change: "DocumentChange", parameter: Parameter) -> bool:
    return change.new_pointer == parameter.pointer or change.new_pointer.startswith(f"{parameter.pointer}/")
