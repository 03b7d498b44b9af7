"""An interruption: the part of a run, at its start or its end, in which the API was away or something else answered."""

from collections.abc import Hashable, Mapping, Sequence

from migma_contract.exchange import Exchange
from migma_contract.openapi import Contract
from migma_contract.rules import expectations
from migma_contract.rules.evidence import is_from_api, is_outage, what_it_says

_OUTAGE = "outage"
_NEVER_THE_API = frozenset({407, 421, 425})
"""Statuses that are not the API's own, whatever their body, if they come only at the start or the end of a run."""


def interruption(exchanges: Sequence[Exchange], contract: Contract) -> frozenset[int]:
    """Return the indexes of the exchanges in an interruption; they say nothing about the contract.

    Every request failed in the same way, from the start of the run on or up to its end, reads of a campaign among
    them that was read before or after. Requests with the key are compared by themselves too: a quota applies to them,
    and a layer before the API may answer the others. A single refusal or 500 by the API itself is no interruption, and
    a 404 by the API is none at all: a campaign that was found once is found every time.
    """
    kinds = {
        index: None if _is_not_found(each, contract) else failure_kind(each, contract)
        for index, each in enumerate(exchanges)
        if each.purpose != "method"
    }
    readable = readable_campaigns(exchanges, contract)
    with_key = [index for index in kinds if expectations.key_kind(exchanges[index]) == "valid"]
    found: set[int] = set()
    for sequence in ([*kinds], [*kinds][::-1], with_key, with_key[::-1]):
        failed = _same_at_start(sequence, exchanges, kinds)
        reads = [each for each in failed if exchanges[each].purpose == "campaign"]
        if not any(exchanges[each].campaign_id in readable for each in reads):
            continue
        if len(failed) > 1 or _is_not_the_api(exchanges[failed[0]], contract):
            found.update(index for index in failed if not _is_right(exchanges[index], contract))
    return frozenset(found)


def failure_kind(exchange: Exchange, contract: Contract) -> Hashable:
    """Return in which way a request failed, as it is compared with the others; None if it was answered.

    It is an outage, the status of a response that is not the API's, or what the API says in a refusal.
    """
    if _is_away(exchange):
        return _OUTAGE
    if exchange.failure is not None:
        return None
    if exchange.purpose == "head" and expectations.is_success(exchange):
        return None
    if not is_from_api(exchange, contract):
        return exchange.status
    return what_it_says(exchange) if (exchange.status or 0) >= 400 else None


def readable_campaigns(exchanges: Sequence[Exchange], contract: Contract) -> set[str]:
    """Return the ids of the campaigns of which at least one read was answered."""
    reads = [each for each in exchanges if each.purpose == "campaign"]
    return {each.campaign_id for each in reads if failure_kind(each, contract) is None}


def _same_at_start(sequence: Sequence[int], exchanges: Sequence[Exchange], kinds: Mapping[int, Hashable]) -> list[int]:
    """Return the first of some exchanges if it failed, and those directly after it that failed in the same way.

    HEAD and unusual ids do not count: without a body nothing shows who answered, and a proxy may answer the others.
    """
    failed: list[int] = []
    for index in sequence:
        if kinds[index] is not None and kinds[index] == kinds[sequence[0]]:
            failed.append(index)
        elif exchanges[index].purpose not in {"head", "unusual-id"}:
            break
    return failed


def _is_away(exchange: Exchange) -> bool:
    if exchange.failure is not None and exchange.failure.kind in {"reset", "protocol"}:
        return exchange.failure.kind == "reset" or exchange.status is None
    return is_outage(exchange)


def _is_not_found(exchange: Exchange, contract: Contract) -> bool:
    is_404 = exchange.failure is None and exchange.status == expectations.NOT_FOUND
    return is_404 and is_from_api(exchange, contract)


def _is_not_the_api(exchange: Exchange, contract: Contract) -> bool:
    if expectations.has_no_evidence(exchange) or exchange.failure is not None or exchange.status in _NEVER_THE_API:
        return True
    return not is_from_api(exchange, contract)


def _is_right(exchange: Exchange, contract: Contract) -> bool:
    """True if the API's answer has its documented status: then it says the same as the failures, and is judged."""
    expected = expectations.expected_status(exchange.purpose, contract)
    is_answered = exchange.failure is None and str(exchange.status) == expected
    return is_answered and is_from_api(exchange, contract)
