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
        others = [each for index, each in enumerate(exchanges[: start[-1]]) if index not in interrupted]
        sentences.append(f"Up to request {start[-1] + 1}, {_what(exchanges[start[0]], others)}.")
    if end:
        others = [each for index, each in enumerate(exchanges) if index > end[0] and index not in interrupted]
        sentences.append(f"From request {end[0] + 1} on, {_what(exchanges[end[0]], others)}.")
    return " ".join(sentences)


def _what(first: Exchange, others: Sequence[Exchange]) -> str:
    """Return what requests got, from the first one and from those beside them that were answered."""
    with_key = " with the key" if any(expectations.key_kind(each) != "valid" for each in others) else ""
    if is_page(first) or (first.failure is None and (first.status or 0) < 400):
        return f"{describe_foreign(first)}{f' for requests{with_key}' if with_key else ''}"
    outcome, said = describe_outcome(first), server_message(first)
    return f"every request{with_key} failed: {outcome}{f', “{said}”' if said else ''}"
