"""Rules on statuses: of a known campaign, of unknown ids, redirects, and other methods."""

from collections.abc import Iterator

from migma_contract.exchange import Exchange
from migma_contract.finding import Level
from migma_contract.openapi import Contract
from migma_contract.rules import expectations
from migma_contract.rules.analysis.locations import all_objects
from migma_contract.rules.rule import Rule, Violation

_GETS = frozenset({"campaign", "missing-key", "invalid-key", "unknown-id", "unknown-id-missing-key", "unusual-id"})


def is_judged_elsewhere(exchange: Exchange) -> bool:
    """True if other rules report the status: there is none, or it is transient or a redirect."""
    return exchange.status is None or exchange.status in expectations.TRANSIENT | expectations.REDIRECTS


def responses_pointer(contract: Contract, status: str = "") -> str:
    """Return the JSON pointer to the documented response of a status, or to all responses."""
    response = contract.operation.responses.get(status)
    return response.pointer if response else f"{contract.operation.pointer}/responses"


def status_violation(exchange: Exchange, contract: Contract, message: str) -> Violation:
    """Return the violation of an exchange with another status than its purpose expects."""
    expected = expectations.expected_status(exchange.purpose, contract)
    pointer = responses_pointer(contract, expected)
    return Violation(str(exchange.status), message, expected, str(exchange.status), pointer)


def has_stats(exchange: Exchange, contract: Contract) -> bool:
    """True if a campaign's stats are anywhere in the body."""
    required = contract.stats.required.keys()
    return bool(required) and any(required <= value.keys() for _, value in all_objects(exchange.json.value))


def _campaign(exchange: Exchange, contract: Contract) -> Iterator[Violation]:
    if exchange.purpose != "campaign" or is_judged_elsewhere(exchange):
        return
    if expectations.has_expected_status(exchange, contract):
        return
    if exchange.status in expectations.KEY_REJECTED | {expectations.NOT_FOUND}:
        return
    message = f"A known campaign returned {exchange.status}."
    if contract.operation.response(exchange.status or 0) is None:
        documented = ", ".join(contract.operation.responses)
        message = f"A known campaign returned {exchange.status}, which the contract does not have (only {documented})."
    success = contract.operation.success.status
    yield Violation(str(exchange.status), message, success, str(exchange.status), responses_pointer(contract))


def _is_served(exchange: Exchange, contract: Contract) -> bool:
    return expectations.is_success(exchange) and has_stats(exchange, contract)


def _unknown_id_accepted(exchange: Exchange, contract: Contract) -> Iterator[Violation]:
    if exchange.purpose in {"unknown-id", "unusual-id"} and _is_served(exchange, contract):
        yield status_violation(exchange, contract, "A campaign that does not exist returned stats.")


def _unknown_id_status(exchange: Exchange, contract: Contract) -> Iterator[Violation]:
    if exchange.purpose != "unknown-id" or is_judged_elsewhere(exchange):
        return
    if _is_served(exchange, contract) or expectations.is_unreadable_success(exchange):
        return
    if not expectations.has_expected_status(exchange, contract):
        yield status_violation(exchange, contract, f"A campaign that does not exist returned {exchange.status}.")


def _unusual_id_error(exchange: Exchange, contract: Contract) -> Iterator[Violation]:
    if exchange.purpose != "unusual-id" or is_judged_elsewhere(exchange) or (exchange.status or 0) // 100 != 5:
        return
    expected = f"{expectations.expected_status('unusual-id', contract)}, or another 4xx"
    message = "An id with unusual characters causes a server error."
    yield Violation(str(exchange.status), message, expected, str(exchange.status), responses_pointer(contract))


def _unusual_id_status(exchange: Exchange, contract: Contract) -> Iterator[Violation]:
    if exchange.purpose != "unusual-id" or is_judged_elsewhere(exchange) or (exchange.status or 0) // 100 != 4:
        return
    if contract.operation.response(exchange.status or 0) is None:
        expected = expectations.expected_status("unusual-id", contract)
        message = f"An id with unusual characters returned {exchange.status}, which the contract does not have."
        yield Violation(str(exchange.status), message, expected, str(exchange.status), responses_pointer(contract))


def _redirect(exchange: Exchange, contract: Contract) -> Iterator[Violation]:
    if exchange.status in expectations.REDIRECTS and exchange.purpose in _GETS:
        # Proxies normalize paths with unusual characters, which clients do not send.
        level = Level.INFO if exchange.purpose == "unusual-id" else None
        message = "The response is a redirect. It was not followed, since the API key must not go to another host."
        got = f"{exchange.status} to {exchange.header('location') or 'nowhere'}"
        pointer = responses_pointer(contract)
        yield status_violation(exchange, contract, message)._replace(got=got, pointer=pointer, level=level)


def _method(exchange: Exchange, contract: Contract) -> Iterator[Violation]:
    status = exchange.status or 0
    if exchange.purpose != "method" or exchange.method in {"OPTIONS", "HEAD"} or status in expectations.TRANSIENT:
        return
    if status // 100 in {2, 5}:
        message = f"{exchange.method}, which the contract does not have, returned {status}."
        pointer = contract.operation.pointer
        yield Violation(f"{status} {exchange.method}", message, "405, or another 4xx", str(status), pointer)


RULES = (
    Rule(
        "campaign-status",
        Level.BREAKING,
        "A known campaign returns the contract's success status.",
        "Clients branch on the status; the SDK treats every status other than 2xx as an error, and every 2xx as stats.",
        "openapi.json, responses of the operation",
        'HTTP/1.1 500 Internal Server Error\n\n{"success": false, "error": "Something went wrong"}',
        check_exchange=_campaign,
    ),
    Rule(
        "redirect",
        Level.BREAKING,
        "A response is not a redirect.",
        "A client that follows it may send its API key to another host; a client that does not gets no stats.",
        "openapi.json, responses of the operation: none is a 3xx",
        "HTTP/1.1 302 Found\nLocation: https://app.migma.ai/login",
        check_exchange=_redirect,
    ),
    Rule(
        "unknown-id-accepted",
        Level.BREAKING,
        "A campaign that does not exist returns 404, not stats.",
        "A client takes a mistyped id for a campaign without engagement.",
        "openapi.json, the operation's 404",
        'GET /v1/campaigns/000000000000000000000000/stats\n\nHTTP/1.1 200 OK\n\n{"success": true, "data": {…}}',
        check_exchange=_unknown_id_accepted,
    ),
    Rule(
        "unknown-id-status",
        Level.BREAKING,
        "A campaign that does not exist returns 404, not another status.",
        "A client retries, or asks for a new key, instead of reporting that the campaign does not exist.",
        "openapi.json, the operation's 404",
        'GET /v1/campaigns/000000000000000000000000/stats\n\nHTTP/1.1 400 Bad Request\n\n{"success": false, …}',
        check_exchange=_unknown_id_status,
    ),
    Rule(
        "unusual-id-server-error",
        Level.WARNING,
        "An id with unusual characters is rejected and causes no server error.",
        "A typing error in an id looks like an outage, and clients retry it.",
        "openapi.json: the path parameter id is any string, and an unknown one is a 404",
        "GET /v1/campaigns/odd%20id/stats\n\nHTTP/1.1 500 Internal Server Error",
        check_exchange=_unusual_id_error,
    ),
    Rule(
        "unusual-id-status",
        Level.INFO,
        "An id with unusual characters is rejected with a documented status.",
        "A client that handles only the documented statuses gets another one.",
        "openapi.json, responses of the operation",
        "GET /v1/campaigns/odd%20id/stats\n\nHTTP/1.1 400 Bad Request",
        check_exchange=_unusual_id_status,
    ),
    Rule(
        "undocumented-method-accepted",
        Level.WARNING,
        "A method that the contract does not have is rejected with a 4xx.",
        "An unintended write is carried out, or looks like an outage.",
        "openapi.json, the path's only operation",
        'POST /v1/campaigns/507f1f77bcf86cd799439011/stats\n\nHTTP/1.1 200 OK\n\n{"success": true}',
        check_exchange=_method,
    ),
)
