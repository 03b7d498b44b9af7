"""Rules on statuses: of a known campaign, of unknown ids, redirects, and other methods."""

from collections.abc import Iterator

from migma_contract.exchange import Purpose
from migma_contract.finding import Level, Violation
from migma_contract.rules import expectations
from migma_contract.rules.analysis.parsed_response import ParsedResponse
from migma_contract.rules.evidence import has_complete_stats
from migma_contract.rules.intermediaries import NO_EVIDENCE
from migma_contract.rules.rule import Check, Condition, breaking, info, responded, warning


def is_judged_elsewhere(response: ParsedResponse) -> bool:
    """True if other rules report the status: there is none, or it is an intermediary's or a redirect."""
    return response.status in {0} | NO_EVIDENCE | expectations.REDIRECTS


def status_violation(response: ParsedResponse, message: str) -> Violation:
    """Return the violation of a response with another status than its purpose expects."""
    expected = expectations.expected_status(response.exchange.purpose, response.contract)
    documented = response.contract.operation.responses.get(expected)
    pointer = documented.pointer if documented else _all_responses(response)
    return response.violation("", message, expected, str(response.status), pointer)


def _all_responses(response: ParsedResponse) -> str:
    return f"{response.contract.operation.pointer}/responses"


def _answers(*purposes: Purpose) -> Condition:
    """Return the condition that a response answers a request with one of these purposes, with a status to judge."""
    return lambda response: response.exchange.purpose in purposes and not is_judged_elsewhere(response)


def _campaign(response: ParsedResponse) -> Iterator[Violation]:
    if response.has_expected_status or response.status in expectations.KEY_REJECTED | {expectations.NOT_FOUND}:
        return
    operation, message = response.contract.operation, f"A known campaign returned {response.status}"
    if operation.response(response.status) is None:
        message += f", which the contract does not have (only {', '.join(operation.responses)})"
    yield status_violation(response, f"{message}.")._replace(pointer=_all_responses(response))


def _is_served(response: ParsedResponse) -> bool:
    return response.is_success and has_complete_stats(response.exchange, response.contract)


def _unknown_id_accepted(response: ParsedResponse) -> Iterator[Violation]:
    if _is_served(response):
        yield status_violation(response, "A campaign that does not exist returned stats.")


def _unknown_id_status(response: ParsedResponse) -> Iterator[Violation]:
    if not response.has_expected_status and not _is_served(response):
        yield status_violation(response, f"A campaign that does not exist returned {response.status}.")


def _unusual_id_error(response: ParsedResponse) -> Iterator[Violation]:
    if response.status // 100 == 5:
        violation = status_violation(response, "An id with unusual characters causes a server error.")
        yield violation._replace(expected=f"{violation.expected}, or another 4xx", pointer=_all_responses(response))


def _unusual_id_status(response: ParsedResponse) -> Iterator[Violation]:
    is_documented = response.contract.operation.response(response.status) is not None
    if response.status // 100 == 4 and not (response.has_expected_status or is_documented):
        message = f"An id with unusual characters returned {response.status}, which the contract does not have."
        yield status_violation(response, message)._replace(pointer=_all_responses(response))


def _redirect(response: ParsedResponse) -> Iterator[Violation]:
    if response.status in expectations.REDIRECTS:
        # Proxies normalize paths with unusual characters, which clients do not send.
        level = Level.INFO if response.exchange.purpose == "unusual-id" else None
        message = "The response is a redirect. It was not followed, since the API key must not go to another host."
        target = response.exchange.header("location")
        got = f"{response.status} to {target}" if target else f"{response.status} without a Location"
        yield status_violation(response, message)._replace(got=got, pointer=_all_responses(response), level=level)


def _is_other_method(response: ParsedResponse) -> bool:
    is_answered = responded(response) and response.status not in NO_EVIDENCE
    return is_answered and response.exchange.purpose == "method" and response.exchange.method not in {"OPTIONS", "HEAD"}


def _method(response: ParsedResponse) -> Iterator[Violation]:
    exchange, status = response.exchange, response.status
    if status // 100 in {2, 5}:
        message = f"{exchange.method}, which the contract does not have, returned {status}."
        pointer = response.contract.operation.pointer
        yield Violation(f"{status} {exchange.method}", message, "405, or another 4xx", str(status), pointer)


RULES = (
    breaking(
        "campaign-status",
        "A known campaign returns the contract's success status.",
        "Clients branch on the status; the SDK treats every status other than 2xx as an error, and every 2xx as stats.",
        "openapi.json, responses of the operation",
        'HTTP/1.1 500 Internal Server Error\n\n{"success": false, "error": "Something went wrong"}',
        Check(_answers("campaign"), _campaign),
    ),
    breaking(
        "redirect",
        "A response is not a redirect.",
        "A client that follows it may send its API key to another host; a client that does not gets no stats.",
        "openapi.json, responses of the operation: none is a 3xx",
        "HTTP/1.1 302 Found\nLocation: https://app.migma.ai/login",
        Check(lambda r: responded(r) and r.exchange.purpose not in {"head", "method"}, _redirect),
    ),
    breaking(
        "unknown-id-accepted",
        "A campaign that does not exist returns 404, not stats.",
        "A client takes a mistyped id for a campaign without engagement.",
        "openapi.json, the operation's 404",
        'GET /v1/campaigns/000000000000000000000000/stats\n\nHTTP/1.1 200 OK\n\n{"success": true, "data": {…}}',
        Check(_answers("unknown-id", "unusual-id"), _unknown_id_accepted),
    ),
    breaking(
        "unknown-id-status",
        "A campaign that does not exist returns 404, not another status.",
        "A client retries, or asks for a new key, instead of reporting that the campaign does not exist.",
        "openapi.json, the operation's 404",
        'GET /v1/campaigns/000000000000000000000000/stats\n\nHTTP/1.1 400 Bad Request\n\n{"success": false, …}',
        Check(_answers("unknown-id"), _unknown_id_status),
    ),
    warning(
        "unusual-id-server-error",
        "An id with unusual characters is rejected and causes no server error.",
        "A typing error in an id looks like an outage, and clients retry it.",
        "openapi.json: the path parameter id is any string, and an unknown one is a 404",
        "GET /v1/campaigns/odd%20id/stats\n\nHTTP/1.1 500 Internal Server Error",
        Check(_answers("unusual-id"), _unusual_id_error),
    ),
    info(
        "unusual-id-status",
        "An id with unusual characters is rejected with a documented status.",
        "A client that handles only the documented statuses gets another one.",
        "openapi.json, responses of the operation",
        "GET /v1/campaigns/odd%20id/stats\n\nHTTP/1.1 400 Bad Request",
        Check(_answers("unusual-id"), _unusual_id_status),
    ),
    warning(
        "undocumented-method-accepted",
        "A method that the contract does not have is rejected with a 4xx.",
        "An unintended write is carried out, or looks like an outage.",
        "openapi.json, the path's only operation",
        'POST /v1/campaigns/507f1f77bcf86cd799439011/stats\n\nHTTP/1.1 200 OK\n\n{"success": true}',
        Check(_is_other_method, _method),
    ),
)
