"""Rules on API keys: without a valid one the response is 401 and discloses nothing, and no response repeats a key."""

from collections.abc import Iterator

from migma_contract.exchange import Exchange, Purpose
from migma_contract.finding import Level
from migma_contract.openapi import Contract
from migma_contract.rules import expectations
from migma_contract.rules.catalogue.status import has_stats, is_judged_elsewhere, status_violation
from migma_contract.rules.rule import ExchangeCheck, Rule, Run, Violation

_WITHOUT_KEY: frozenset[Purpose] = frozenset({"missing-key", "unknown-id-missing-key"})
_WITH_INVALID_KEY: frozenset[Purpose] = frozenset({"invalid-key"})


def _accepted(purposes: frozenset[Purpose], message: str) -> ExchangeCheck:
    def check_exchange(exchange: Exchange, contract: Contract) -> Iterator[Violation]:
        if exchange.purpose not in purposes or exchange.status is None:
            return
        violation = status_violation(exchange, contract, message)
        if expectations.is_success(exchange):
            yield violation
        elif has_stats(exchange, contract):
            got = f"{exchange.status} with the campaign's stats in its body"
            yield violation._replace(expected=f"{violation.expected} without stats", got=got)

    return check_exchange


def _is_disclosure(exchange: Exchange) -> bool:
    return exchange.purpose == "unknown-id-missing-key" and exchange.status == expectations.NOT_FOUND


def _wrong_status(purposes: frozenset[Purpose], description: str) -> ExchangeCheck:
    def check_exchange(exchange: Exchange, contract: Contract) -> Iterator[Violation]:
        if exchange.purpose not in purposes or is_judged_elsewhere(exchange) or expectations.is_success(exchange):
            return
        if not _is_disclosure(exchange) and not expectations.has_expected_status(exchange, contract):
            yield status_violation(exchange, contract, f"A request {description} returned {exchange.status}.")

    return check_exchange


def _disclosed(run: Run) -> Iterator[Violation]:
    judged = [
        (index, each) for index, each in expectations.final_attempts(run.exchanges) if not is_judged_elsewhere(each)
    ]
    known = {str(exchange.status) for _, exchange in judged if exchange.purpose == "missing-key"}
    for index, exchange in judged:
        if _is_disclosure(exchange) and known and str(exchange.status) not in known:
            message = "Without an API key, an unknown campaign has another response than a known one."
            got = f"{exchange.status}, and {' or '.join(sorted(known))} for a known campaign"
            yield status_violation(exchange, run.contract, message)._replace(got=got, exchange=index)


def _echoed(exchange: Exchange, _contract: Contract) -> Iterator[Violation]:
    for place in exchange.key_in:
        is_body = place == "body"
        where = str(exchange.status or "-") if is_body else place
        message = f"The {'body' if is_body else place} of the response repeats the API key of the request."
        yield Violation(where, message, "a response without the key", "the key, shown here as [redacted]")


RULES = (
    Rule(
        "missing-key-accepted",
        Level.BREAKING,
        "Without an API key there are no stats.",
        "Anyone can read the stats of all campaigns.",
        "openapi.json, security of the operation and its 401",
        "GET /v1/campaigns/507f1f77bcf86cd799439011/stats (no Authorization)\n\nHTTP/1.1 200 OK",
        check_exchange=_accepted(_WITHOUT_KEY, "A request without an API key was accepted."),
    ),
    Rule(
        "invalid-key-accepted",
        Level.BREAKING,
        "With an invalid API key there are no stats.",
        "Anyone can read the stats of all campaigns, and a revoked key still works.",
        "openapi.json, security of the operation and its 401",
        'Authorization: Bearer nobody\n\nHTTP/1.1 200 OK\n\n{"success": true, "data": {…}}',
        check_exchange=_accepted(_WITH_INVALID_KEY, "A request with an invalid API key was accepted."),
    ),
    Rule(
        "missing-key-status",
        Level.BREAKING,
        "Without an API key the status is 401.",
        "A client that asks for a key on 401 does not ask.",
        "openapi.json, the operation's 401",
        'HTTP/1.1 403 Forbidden\n\n{"success": false, "error": "Forbidden"}',
        check_exchange=_wrong_status(_WITHOUT_KEY, "without an API key"),
    ),
    Rule(
        "invalid-key-status",
        Level.BREAKING,
        "With an invalid API key the status is 401.",
        "A client that asks for a new key on 401 does not ask, or reports the campaign as missing.",
        "openapi.json, the operation's 401",
        'HTTP/1.1 403 Forbidden\n\n{"success": false, "error": "Invalid API key"}',
        check_exchange=_wrong_status(_WITH_INVALID_KEY, "with an invalid API key"),
    ),
    Rule(
        "unknown-id-disclosed",
        Level.WARNING,
        "Without an API key, an unknown campaign has the same response as a known one: 401.",
        "Anyone can find out which campaigns exist, and a client without a key gets a misleading error.",
        "openapi.json, security of the operation: it is checked before the operation",
        'HTTP/1.1 404 Not Found\n\n{"success": false, "error": "Campaign not found"}',
        check_run=_disclosed,
    ),
    Rule(
        "key-echoed",
        Level.WARNING,
        "No response repeats the API key.",
        "Everything that stores responses (logs, caches, error trackers, pages) stores the key. No client breaks.",
        "RFC 6750, section 5.3: bearer tokens must not be disclosed to others; the contract does not mention it",
        'HTTP/1.1 401 Unauthorized\n\n{"success": false, "error": "Invalid API key mgma_sk_live_…"} (the whole key)',
        check_exchange=_echoed,
    ),
)
