"""Rules about statuses: a known campaign, unknown ids, redirects, and other methods."""

from collections.abc import Iterator

from migma_contract.exchange import Exchange
from migma_contract.finding import Level
from migma_contract.openapi import Contract
from migma_contract.rules import expectations
from migma_contract.rules.analysis.locations import within
from migma_contract.rules.rule import Rule, Violation

_GETS = frozenset({"campaign", "missing-key", "invalid-key", "unknown-id", "unknown-id-missing-key", "unusual-id"})


def says_nothing(exchange: Exchange) -> bool:
    """Whether a status is another rule's: none came, a transient condition, or a redirect."""
    return exchange.status is None or exchange.status in expectations.TRANSIENT | expectations.REDIRECTS


def pointer(contract: Contract, status: str = "") -> str:
    """Where the contract speaks of a status."""
    response = contract.operation.responses.get(status)
    return response.pointer if response else f"{contract.operation.pointer}/responses"


def holds_stats(exchange: Exchange, contract: Contract) -> bool:
    """Whether a campaign's stats are in the body, wherever they stand."""
    required = contract.stats.required.keys()
    return bool(required) and any(required <= value.keys() for _, value in within(exchange.json.value))


def _campaign(exchange: Exchange, contract: Contract) -> Iterator[Violation]:
    is_unusual = not expectations.is_expected(exchange, contract) and exchange.status not in expectations.REFUSED
    if exchange.purpose != "campaign" or says_nothing(exchange) or not is_unusual:
        return
    if exchange.status == expectations.NOT_FOUND:
        return
    documented = ", ".join(contract.operation.responses)
    is_known = contract.operation.response(exchange.status or 0) is not None
    yield Violation(
        str(exchange.status),
        f"A known campaign is answered with {exchange.status}"
        + ("." if is_known else f", which the contract does not have (it has {documented})."),
        contract.operation.success.status,
        str(exchange.status),
        pointer(contract),
    )


def _is_served(exchange: Exchange, contract: Contract) -> bool:
    return expectations.is_success(exchange) and holds_stats(exchange, contract)


def _unknown_served(exchange: Exchange, contract: Contract) -> Iterator[Violation]:
    if exchange.purpose in {"unknown-id", "unusual-id"} and _is_served(exchange, contract):
        status = expectations.status_of(exchange.purpose, contract)
        says = "A campaign that does not exist is answered as if it did."
        yield Violation(str(exchange.status), says, status, str(exchange.status), pointer(contract, status))


def _unknown_status(exchange: Exchange, contract: Contract) -> Iterator[Violation]:
    if exchange.purpose != "unknown-id" or says_nothing(exchange):
        return
    if _is_served(exchange, contract) or expectations.is_unreadable_success(exchange):
        return
    if not expectations.is_expected(exchange, contract):
        status = expectations.status_of("unknown-id", contract)
        says = f"A campaign that does not exist is answered with {exchange.status}."
        yield Violation(str(exchange.status), says, status, str(exchange.status), pointer(contract, status))


def _odd_error(exchange: Exchange, contract: Contract) -> Iterator[Violation]:
    if exchange.purpose == "unusual-id" and not says_nothing(exchange) and (exchange.status or 0) // 100 == 5:
        status = expectations.status_of("unusual-id", contract)
        says = "An id with unusual characters makes the server fail."
        yield Violation(
            str(exchange.status), says, f"{status}, or another 4xx", str(exchange.status), pointer(contract)
        )


def _odd_status(exchange: Exchange, contract: Contract) -> Iterator[Violation]:
    is_refusal = (exchange.status or 0) // 100 == 4 and not says_nothing(exchange)
    if exchange.purpose == "unusual-id" and is_refusal and contract.operation.response(exchange.status or 0) is None:
        status = expectations.status_of("unusual-id", contract)
        says = f"An id with unusual characters is refused with {exchange.status}, which the contract does not have."
        yield Violation(str(exchange.status), says, status, str(exchange.status), pointer(contract))


def _redirect(exchange: Exchange, contract: Contract) -> Iterator[Violation]:
    if exchange.status in expectations.REDIRECTS and exchange.purpose in _GETS:
        # Proxies tidy up paths with unusual characters; clients do not send them.
        level = Level.INFO if exchange.purpose == "unusual-id" else None
        got = f"{exchange.status} to {exchange.header('location') or 'nowhere'}"
        says = "The answer is a redirect. It was not followed, since the key must not go elsewhere."
        status = expectations.status_of(exchange.purpose, contract)
        yield Violation(str(exchange.status), says, status, got, pointer(contract), level=level)


def _method(exchange: Exchange, contract: Contract) -> Iterator[Violation]:
    status = exchange.status or 0
    if exchange.purpose != "method" or exchange.method in {"OPTIONS", "HEAD"} or status in expectations.TRANSIENT:
        return
    if status // 100 in {2, 5}:
        says = f"{exchange.method}, which the contract does not have, is answered with {status}."
        yield Violation(
            f"{status} {exchange.method}", says, "405, or another 4xx", str(status), contract.operation.pointer
        )


RULES = (
    Rule(
        "campaign-status",
        Level.BREAKING,
        "A known campaign is answered with the status that the contract gives for success.",
        "Clients branch on the status; the SDK takes any other than 2xx for an error, and any 2xx for stats.",
        "openapi.json, responses of the operation",
        'HTTP/1.1 500 Internal Server Error\n\n{"success": false, "error": "Something went wrong"}',
        one=_campaign,
    ),
    Rule(
        "redirect",
        Level.BREAKING,
        "An answer is no redirect.",
        "A client that follows may carry its key to another host; one that does not gets no stats.",
        "openapi.json, responses of the operation: none is a 3xx",
        "HTTP/1.1 302 Found\nLocation: https://app.migma.ai/login",
        one=_redirect,
    ),
    Rule(
        "unknown-id-accepted",
        Level.BREAKING,
        "A campaign that does not exist is answered with 404, not with stats.",
        "A client takes a mistyped id for a campaign without engagement.",
        "openapi.json, the operation's 404",
        'GET /v1/campaigns/000000000000000000000000/stats\n\nHTTP/1.1 200 OK\n\n{"success": true, "data": {…}}',
        one=_unknown_served,
    ),
    Rule(
        "unknown-id-status",
        Level.BREAKING,
        "A campaign that does not exist is answered with 404, not with another status.",
        "A client retries, or asks for a new key, where it should say that there is no such campaign.",
        "openapi.json, the operation's 404",
        'GET /v1/campaigns/000000000000000000000000/stats\n\nHTTP/1.1 400 Bad Request\n\n{"success": false, …}',
        one=_unknown_status,
    ),
    Rule(
        "unusual-id-server-error",
        Level.WARNING,
        "An id with unusual characters is refused, it does not make the server fail.",
        "A typing error in an id looks like an outage, and is retried.",
        "openapi.json: the path parameter id is any string, and what is not found is a 404",
        "GET /v1/campaigns/odd%20id/stats\n\nHTTP/1.1 500 Internal Server Error",
        one=_odd_error,
    ),
    Rule(
        "unusual-id-status",
        Level.INFO,
        "An id with unusual characters is refused with a status that the contract has.",
        "A client that knows only the contract's statuses meets another.",
        "openapi.json, responses of the operation",
        "GET /v1/campaigns/odd%20id/stats\n\nHTTP/1.1 400 Bad Request",
        one=_odd_status,
    ),
    Rule(
        "undocumented-method-accepted",
        Level.WARNING,
        "A method that the contract does not have is refused with a 4xx.",
        "A write that was not meant is carried out, or looks like an outage.",
        "openapi.json, the path's only operation",
        'POST /v1/campaigns/507f1f77bcf86cd799439011/stats\n\nHTTP/1.1 200 OK\n\n{"success": true}',
        one=_method,
    ),
)
