"""Expected status of each purpose, and exchanges that are no evidence about the contract."""

from collections.abc import Sequence
from typing import Literal

from migma_contract.exchange import STATUSES_WITHOUT_BODY, Exchange, Purpose
from migma_contract.openapi import Contract
from migma_contract.rules.intermediaries import NO_EVIDENCE, RETRYABLE

KEY_REJECTED = frozenset({401, 403})
"""Statuses of a known campaign that concern the API key rather than the contract."""

NOT_FOUND = 404

REDIRECTS = frozenset({300, 301, 302, 303, 307, 308})

_EXPECTED: dict[Purpose, int] = {
    "missing-key": 401,
    "invalid-key": 401,
    "unknown-id": NOT_FOUND,
    "unknown-id-missing-key": 401,
    "unusual-id": NOT_FOUND,
}


def expected_status(purpose: Purpose, contract: Contract) -> str:
    """Return the expected status of a purpose, as the contract writes it; ``4XX`` if the contract has none."""
    if purpose not in _EXPECTED:
        return contract.operation.success.status
    status = _EXPECTED[purpose]
    return str(status) if contract.operation.response(status) else "4XX"


def key_kind(exchange: Exchange) -> Literal["valid", "invalid", "missing"]:
    """Return which key a request carries."""
    if exchange.purpose in {"missing-key", "unknown-id-missing-key"}:
        return "missing"
    return "invalid" if exchange.purpose == "invalid-key" else "valid"


def is_success(exchange: Exchange) -> bool:
    """True if the status is 2xx."""
    return exchange.status is not None and exchange.status // 100 == 2


def is_unreadable_success(exchange: Exchange) -> bool:
    """True if the status is 2xx and the body is not JSON, such as a login page."""
    if not is_success(exchange) or exchange.status in STATUSES_WITHOUT_BODY:
        return False
    if exchange.failure is not None:
        return exchange.failure.kind != "not-read"
    return not exchange.json.readable


def is_transient(exchange: Exchange) -> bool:
    """True if an exchange ended in a temporary condition, so that a retry may succeed."""
    if exchange.failure is not None:
        return exchange.failure.kind in {"unreachable", "timeout", "reset"}
    return exchange.status in RETRYABLE


def got_no_response(exchange: Exchange) -> bool:
    """True if no response came at all. A response that broke off midway is one, and a finding."""
    if exchange.failure is None:
        return False
    if exchange.failure.kind == "reset":
        return exchange.status is None
    return exchange.failure.kind in {"unreachable", "tls", "timeout"}


def has_no_evidence(exchange: Exchange) -> bool:
    """True if an exchange is no evidence about the contract: no response, or an intermediary's status."""
    return got_no_response(exchange) or (exchange.failure is None and exchange.status in NO_EVIDENCE)


def is_unusable_read(exchange: Exchange) -> bool:
    """True if a read of a campaign is no evidence about the contract: the key or the id may also be the reason."""
    if exchange.failure is None and exchange.status in KEY_REJECTED | {NOT_FOUND}:
        return True
    return has_no_evidence(exchange)


def has_usable_read(exchanges: Sequence[Exchange]) -> bool:
    """True if at least one read of a campaign is evidence about the contract, or none was sent."""
    reads = [exchange for exchange in exchanges if exchange.purpose == "campaign"]
    return not reads or not all(map(is_unusable_read, reads))


def last_attempts(exchanges: Sequence[Exchange]) -> list[int]:
    """Return, for each exchange, the index of the last attempt of the same request."""
    last = {_request(exchange): index for index, exchange in enumerate(exchanges)}
    return [last[_request(exchange)] for exchange in exchanges]


def final_attempts(exchanges: Sequence[Exchange]) -> list[tuple[int, Exchange]]:
    """Return each exchange with its index, without those that a later attempt replaced."""
    return [(index, exchanges[index]) for index, last in enumerate(last_attempts(exchanges)) if index == last]


def _request(exchange: Exchange) -> tuple[str, str, str, int]:
    return exchange.purpose, exchange.method, exchange.url, exchange.sample
