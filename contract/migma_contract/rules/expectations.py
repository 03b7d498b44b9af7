"""What each purpose is to be answered with, and which statuses say nothing about the contract."""

from collections.abc import Sequence

from migma_contract.exchange import STATUSES_WITHOUT_BODY, Exchange, Purpose
from migma_contract.openapi import Contract

TRANSIENT = frozenset({429, 502, 503, 504})
"""Conditions that end by themselves: a retry may heal them, and they say nothing about the contract."""

GATEWAY = frozenset({502, 503, 504})
"""Those of them that something ahead of the API answers, in words of its own."""

REFUSED = frozenset({401, 403})
"""The key, rather than the contract, is in question when a known campaign is answered so."""

NOT_FOUND = 404

REDIRECTS = frozenset({300, 301, 302, 303, 307, 308})

_STATUS_OF: dict[Purpose, int] = {
    "missing-key": 401,
    "invalid-key": 401,
    "unknown-id": NOT_FOUND,
    "unknown-id-missing-key": 401,
    "unusual-id": NOT_FOUND,
}


def status_of(purpose: Purpose, contract: Contract) -> str:
    """The status that a purpose asks for, as the contract writes it; ``4XX`` where it documents none."""
    if purpose not in _STATUS_OF:
        return contract.operation.success.status
    status = _STATUS_OF[purpose]
    return str(status) if contract.operation.response(status) else "4XX"


def is_expected(exchange: Exchange, contract: Contract) -> bool:
    """Whether an exchange has the status that its purpose asks for."""
    if exchange.status is None:
        return False
    return status_of(exchange.purpose, contract) in {str(exchange.status), f"{exchange.status // 100}XX", "default"}


def is_success(exchange: Exchange) -> bool:
    """Whether the status is any 2xx."""
    return exchange.status is not None and exchange.status // 100 == 2


def is_unreadable_success(exchange: Exchange) -> bool:
    """Whether the status is a 2xx whose body is no JSON, a login page for one: then the body is the finding."""
    if not is_success(exchange) or exchange.status in STATUSES_WITHOUT_BODY:
        return False
    return exchange.failure is not None or not exchange.json.readable


def is_transient(exchange: Exchange) -> bool:
    """Whether an exchange ended in a condition that another attempt may not meet: it is worth a retry."""
    if exchange.failure is not None:
        return exchange.failure.kind in {"unreachable", "timeout", "reset"}
    return exchange.status in TRANSIENT


def got_no_response(exchange: Exchange) -> bool:
    """Whether no answer came at all. One that broke off midway is an answer, and a finding."""
    if exchange.failure is None:
        return False
    return exchange.failure.kind in {"unreachable", "tls", "timeout"} or (
        exchange.failure.kind == "reset" and exchange.status is None
    )


def has_no_evidence(exchange: Exchange) -> bool:
    """Whether an exchange says nothing about the contract: no answer, or one of a transient condition."""
    return got_no_response(exchange) or (exchange.failure is None and exchange.status in TRANSIENT)


def is_unanswered(exchange: Exchange) -> bool:
    """Whether a read of a campaign says nothing about the contract: the key or the id may be in question as well."""
    is_denied = exchange.failure is None and exchange.status in REFUSED | {NOT_FOUND}
    return is_denied or has_no_evidence(exchange)


def final_attempts(exchanges: Sequence[Exchange]) -> list[tuple[int, Exchange]]:
    """Each exchange with its index, without those that a later attempt replaced."""
    latest = {_slot(exchange): index for index, exchange in enumerate(exchanges)}
    return [(index, exchange) for index, exchange in enumerate(exchanges) if latest[_slot(exchange)] == index]


def retried_attempts(exchanges: Sequence[Exchange]) -> list[tuple[int, Exchange, Exchange]]:
    """Each that a later attempt replaced, with its index, and the last attempt."""
    last = {_slot(exchange): exchange for _, exchange in final_attempts(exchanges)}
    return [
        (index, exchange, last[_slot(exchange)])
        for index, exchange in enumerate(exchanges)
        if exchange is not last[_slot(exchange)]
    ]


def _slot(exchange: Exchange) -> tuple[str, str, str, int]:
    return exchange.purpose, exchange.method, exchange.url, exchange.sample
