"""Say in words that the API was away at the start or the end of a run."""

from collections.abc import Container, Sequence

from migma_contract.exchange import Exchange
from migma_contract.rules import expectations
from migma_contract.rules.analysis.server_message import server_message
from migma_contract.rules.evidence import is_page
from migma_contract_tests.check.inconclusive import describe_foreign, describe_outcome


def describe_interruption(exchanges: Sequence[Exchange], interrupted: Container[int]) -> str:
    """Return one sentence for the start and one for the end of a run, as far as the API was away; "" if it was not."""
    away = [index for index in range(len(exchanges)) if index in interrupted]
    reads = [index for index, each in enumerate(exchanges) if each.purpose == "campaign" and index not in interrupted]
    first_read = min(reads, default=len(exchanges))
    start, end = [each for each in away if each < first_read], [each for each in away if each > first_read]
    sentences = []
    if start:
        beside = [each for index, each in enumerate(exchanges[: start[-1]]) if index not in interrupted]
        where = f"up to request {start[-1] + 1}" if start[-1] else ""
        sentences.append(_sentence(where, start[0], exchanges, beside))
    if end:
        beside = [each for index, each in enumerate(exchanges) if index > end[0] and index not in interrupted]
        where = f"from request {end[0] + 1} on" if end[0] + 1 < len(exchanges) else ""
        sentences.append(_sentence(where, end[0], exchanges, beside))
    return " ".join(sentences)


def _sentence(where: str, index: int, exchanges: Sequence[Exchange], beside: Sequence[Exchange]) -> str:
    """Return what requests got, from the first one and from those beside them that were answered.

    Without a place, it is one request only.
    """
    first = exchanges[index]
    with_key = " with the key" if any(expectations.key_kind(each) != "valid" for each in beside) else ""
    if is_page(first) or (first.failure is None and (first.status or 0) < 400):
        place = where.capitalize() if where else f"To request {index + 1}"
        return f"{place}, {describe_foreign(first)}{f' for requests{with_key}' if with_key else ''}."
    said = server_message(first)
    subject = f"{where.capitalize()}, every request{with_key}" if where else f"Request {index + 1}"
    return f"{subject} failed: {describe_outcome(first)}{f', “{said}”' if said else ''}."
