"""Rules on API keys: without a valid one the response is 401 and discloses nothing, and no response repeats a key."""

from collections.abc import Iterator, Sequence

from migma_contract.exchange import Purpose
from migma_contract.finding import Violation
from migma_contract.rules import expectations
from migma_contract.rules.analysis.parsed_response import ParsedResponse, final_responses
from migma_contract.rules.catalogue.status import is_judged_elsewhere, status_violation
from migma_contract.rules.evidence import has_complete_stats, has_stats
from migma_contract.rules.rule import Check, breaking, requests_for, responded, warning

_WITHOUT_KEY: frozenset[Purpose] = frozenset({"missing-key", "unknown-id-missing-key"})
_WITH_INVALID_KEY: frozenset[Purpose] = frozenset({"invalid-key"})


def _accepted(purposes: frozenset[Purpose], message: str) -> Check:
    def judges(response: ParsedResponse) -> bool:
        return response.exchange.purpose in purposes and responded(response)

    def violations(response: ParsedResponse) -> Iterator[Violation]:
        violation = status_violation(response, message)
        if _is_accepted(response):
            yield violation
        elif has_complete_stats(response.exchange, response.contract):
            got = f"{response.status} with the campaign's stats in its body"
            yield violation._replace(expected=f"{violation.expected} without stats", got=got)

    return Check(judges, violations)


def _is_accepted(response: ParsedResponse) -> bool:
    """True if a success came with stats, or claims success. A refusal or a login page with 200 has a wrong status."""
    claim = str(response.field("success")).lower()
    return response.is_success and (claim in {"true", "1"} or has_stats(response.exchange, response.contract))


def _is_disclosure(response: ParsedResponse) -> bool:
    return response.exchange.purpose == "unknown-id-missing-key" and response.status == expectations.NOT_FOUND


def _wrong_status(purposes: frozenset[Purpose], description: str) -> Check:
    def judges(response: ParsedResponse) -> bool:
        is_asked = response.exchange.purpose in purposes and not is_judged_elsewhere(response)
        return is_asked and not _is_accepted(response) and not _is_disclosure(response)

    def violations(response: ParsedResponse) -> Iterator[Violation]:
        if not response.has_expected_status:
            yield status_violation(response, f"A request {description} returned {response.status}.")

    return Check(judges, violations)


def _disclosed(run: Sequence[ParsedResponse]) -> Iterator[Violation]:
    judged = [response for response in final_responses(run) if not is_judged_elsewhere(response)]
    known = {str(response.status) for response in judged if response.exchange.purpose == "missing-key"}
    for response in judged:
        if _is_disclosure(response) and known and str(response.status) not in known:
            message = "Without an API key, an unknown campaign has another response than a known one."
            got = f"{response.status}, and {' or '.join(sorted(known))} for a known campaign"
            yield status_violation(response, message)._replace(got=got)


def _echoed(response: ParsedResponse) -> Iterator[Violation]:
    for place in response.exchange.key_in:
        where = response.at() if place == "body" else place
        message = f"The {place} of the response repeats the API key of the request."
        yield Violation(where, message, "a response without the key", "the key, shown here as [redacted]")


RULES = (
    breaking(
        "missing-key-accepted",
        "Without an API key there are no stats and no success.",
        "Anyone can read the stats of all campaigns.",
        "openapi.json, security of the operation and its 401",
        "GET /v1/campaigns/507f1f77bcf86cd799439011/stats (no Authorization)\n\n"
        'HTTP/1.1 200 OK\n\n{"success": true, "data": {…}}',
        _accepted(_WITHOUT_KEY, "A request without an API key was accepted."),
    ),
    breaking(
        "invalid-key-accepted",
        "With an invalid API key there are no stats and no success.",
        "Anyone can read the stats of all campaigns, and a revoked key still works.",
        "openapi.json, security of the operation and its 401",
        'Authorization: Bearer nobody\n\nHTTP/1.1 200 OK\n\n{"success": true, "data": {…}}',
        _accepted(_WITH_INVALID_KEY, "A request with an invalid API key was accepted."),
    ),
    breaking(
        "missing-key-status",
        "Without an API key the status is 401.",
        "A client that asks for a key on 401 does not ask.",
        "openapi.json, the operation's 401",
        'HTTP/1.1 403 Forbidden\n\n{"success": false, "error": "Forbidden"}',
        _wrong_status(_WITHOUT_KEY, "without an API key"),
    ),
    breaking(
        "invalid-key-status",
        "With an invalid API key the status is 401.",
        "A client that asks for a new key on 401 does not ask, or reports the campaign as missing.",
        "openapi.json, the operation's 401",
        'HTTP/1.1 403 Forbidden\n\n{"success": false, "error": "Invalid API key"}',
        _wrong_status(_WITH_INVALID_KEY, "with an invalid API key"),
    ),
    warning(
        "unknown-id-disclosed",
        "Without an API key, an unknown campaign has the same response as a known one: 401.",
        "Anyone can find out which campaigns exist, and a client without a key gets a misleading error.",
        "openapi.json, security of the operation: it is checked before the operation",
        'HTTP/1.1 404 Not Found\n\n{"success": false, "error": "Campaign not found"}',
        check_run=_disclosed,
        comparisons=requests_for("unknown-id-missing-key"),
    ),
    warning(
        "key-echoed",
        "No response repeats the API key.",
        "Everything that stores responses (logs, caches, error trackers, pages) stores the key. No client breaks.",
        "RFC 6750, section 5.3: bearer tokens must not be disclosed to others; the contract does not mention it",
        'HTTP/1.1 401 Unauthorized\n\n{"success": false, "error": "Invalid API key mgma_sk_live_…"} (the whole key)',
        _echoed,
    ),
)
