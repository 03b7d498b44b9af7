"""An interruption: the part of a run, at its start or its end, in which the API was away or something else answered."""

from collections.abc import Mapping, Sequence
from itertools import takewhile

from migma_contract.exchange import Exchange
from migma_contract.openapi import Contract
from migma_contract.rules import expectations
from migma_contract.rules.evidence import is_from_api, is_outage

_OUTAGE = "outage"


def interruption(exchanges: Sequence[Exchange], contract: Contract) -> frozenset[int]:
    """Return the indexes of the exchanges in an interruption; they say nothing about the contract.

    It reaches from a read of a campaign at the start or the end of a run to the next answered request. It has
    requests of several kinds, or no response or a gateway's status among its failures: a single 500 is a failure of
    the API. Requests with the key are compared by themselves too, since a layer before the API may answer the others.
    """
    compared = [index for index, each in enumerate(exchanges) if _is_compared(each)]
    with_key = [index for index in compared if expectations.key_kind(exchanges[index]) == "valid"]
    kinds = {index: _kind(exchanges[index], contract) for index in compared}
    if not any(exchanges[index].purpose == "campaign" and not kind for index, kind in kinds.items()):
        return frozenset()  # a campaign that can never be read is no interruption
    found: set[int] = set()
    for sequence in (compared, compared[::-1], with_key, with_key[::-1]):
        failed = _same_at_start(sequence, kinds)
        if len(failed) < len(sequence) and _is_interruption([exchanges[index] for index in failed], contract):
            found.update(failed)
    return frozenset(found)


def _same_at_start(sequence: Sequence[int], kinds: Mapping[int, str]) -> list[int]:
    """Return the first of some exchanges that failed, and those directly after it that failed in the same way."""
    kind = kinds[sequence[0]] if sequence else ""
    return list(takewhile(lambda index: kinds[index] == kind, sequence)) if kind else []


def _is_compared(exchange: Exchange) -> bool:
    # Without a body, nothing shows whether a HEAD that succeeded was answered by the API or by something else.
    is_silent = exchange.purpose == "head" and expectations.is_success(exchange)
    return exchange.purpose != "method" and not is_silent


def _kind(exchange: Exchange, contract: Contract) -> str:
    """Return how the API was away: an outage, or the status of a response that is not the API's; "" if it answered."""
    is_cut = exchange.failure is not None and exchange.failure.kind == "reset"
    if is_cut or is_outage(exchange):
        return _OUTAGE
    return "" if exchange.failure is not None or is_from_api(exchange, contract) else str(exchange.status)


def _is_interruption(failed: Sequence[Exchange], contract: Contract) -> bool:
    """True if failures at the start or the end of a run show that the API was away, rather than broken."""
    purposes = {each.purpose for each in failed}
    if "campaign" not in purposes or all(_is_expected(each, contract) for each in failed):
        return False
    return len(purposes) > 1 or any(map(expectations.has_no_evidence, failed))


def _is_expected(exchange: Exchange, contract: Contract) -> bool:
    expected = expectations.expected_status(exchange.purpose, contract)
    return exchange.failure is None and str(exchange.status) == expected
