"""Rules about keys: without a good one there is 401, and nothing else to be learnt; and no answer repeats one."""

from collections.abc import Iterator

from migma_contract.exchange import Exchange, Purpose
from migma_contract.finding import Level
from migma_contract.openapi import Contract
from migma_contract.rules import expectations
from migma_contract.rules.catalogue.status import holds_stats, pointer, says_nothing
from migma_contract.rules.rule import One, Rule, Run, Violation

_KEYLESS: frozenset[Purpose] = frozenset({"missing-key", "unknown-id-missing-key"})
_WRONG: frozenset[Purpose] = frozenset({"invalid-key"})


def _accepted(purposes: frozenset[Purpose], says: str) -> One:
    def one(exchange: Exchange, contract: Contract) -> Iterator[Violation]:
        if exchange.purpose not in purposes or exchange.status is None:
            return
        status = expectations.status_of(exchange.purpose, contract)
        if expectations.is_success(exchange):
            yield Violation(str(exchange.status), says, status, str(exchange.status), pointer(contract, status))
        elif holds_stats(exchange, contract):
            got = f"{exchange.status} with the campaign's stats in its body"
            yield Violation(str(exchange.status), says, f"{status} without stats", got, pointer(contract, status))

    return one


def _refused_otherwise(purposes: frozenset[Purpose], how: str) -> One:
    def one(exchange: Exchange, contract: Contract) -> Iterator[Violation]:
        if exchange.purpose not in purposes or says_nothing(exchange) or expectations.is_success(exchange):
            return
        is_leak = exchange.purpose == "unknown-id-missing-key" and exchange.status == expectations.NOT_FOUND
        if not is_leak and not expectations.is_expected(exchange, contract):
            status = expectations.status_of(exchange.purpose, contract)
            says = f"A request {how} is answered with {exchange.status}."
            yield Violation(str(exchange.status), says, status, str(exchange.status), pointer(contract, status))

    return one


def _leak(run: Run) -> Iterator[Violation]:
    heard = [(index, each) for index, each in expectations.final_attempts(run.exchanges) if not says_nothing(each)]
    known = {str(exchange.status) for _, exchange in heard if exchange.purpose == "missing-key"}
    for index, exchange in heard:
        is_leak = exchange.purpose == "unknown-id-missing-key" and exchange.status == expectations.NOT_FOUND
        if is_leak and known and str(exchange.status) not in known:
            status = expectations.status_of(exchange.purpose, run.contract)
            says = "Without a key, an unknown campaign is answered otherwise than a known one."
            got = f"{exchange.status}, and {' or '.join(sorted(known))} for a known one"
            yield Violation(str(exchange.status), says, status, got, pointer(run.contract, status), exchange=index)


def _echoed(exchange: Exchange, _contract: Contract) -> Iterator[Violation]:
    for place in exchange.key_in:
        is_body = place == "body"
        where = str(exchange.status or "-") if is_body else place
        says = f"The {'body' if is_body else place} of the answer repeats the API key of the request."
        yield Violation(where, says, "no key in an answer", "the key, shown here as [redacted]")


RULES = (
    Rule(
        "missing-key-accepted",
        Level.BREAKING,
        "Without a key there are no stats.",
        "Anyone reads the stats of anyone's campaigns.",
        "openapi.json, security of the operation and its 401",
        "GET /v1/campaigns/507f1f77bcf86cd799439011/stats (no Authorization)\n\nHTTP/1.1 200 OK",
        one=_accepted(_KEYLESS, "A request without a key is accepted."),
    ),
    Rule(
        "invalid-key-accepted",
        Level.BREAKING,
        "With a key that is nobody's there are no stats.",
        "Anyone reads the stats of anyone's campaigns, and a revoked key goes on working.",
        "openapi.json, security of the operation and its 401",
        'Authorization: Bearer nobody\n\nHTTP/1.1 200 OK\n\n{"success": true, "data": {…}}',
        one=_accepted(_WRONG, "A request with a key that is nobody's is accepted."),
    ),
    Rule(
        "missing-key-status",
        Level.BREAKING,
        "Without a key the answer is 401.",
        "A client that asks for a key on 401 does not ask.",
        "openapi.json, the operation's 401",
        'HTTP/1.1 403 Forbidden\n\n{"success": false, "error": "Forbidden"}',
        one=_refused_otherwise(_KEYLESS, "without a key"),
    ),
    Rule(
        "invalid-key-status",
        Level.BREAKING,
        "With a key that is nobody's the answer is 401.",
        "A client that asks for a new key on 401 does not ask, or takes the campaign for missing.",
        "openapi.json, the operation's 401",
        'HTTP/1.1 403 Forbidden\n\n{"success": false, "error": "Invalid API key"}',
        one=_refused_otherwise(_WRONG, "with a key that is nobody's"),
    ),
    Rule(
        "unknown-id-disclosed",
        Level.WARNING,
        "Without a key, an unknown campaign is answered as a known one is: 401.",
        "Anyone can find out which campaigns exist; a client without a key hears of the wrong mistake.",
        "openapi.json, security of the operation: it comes before what the operation answers",
        'HTTP/1.1 404 Not Found\n\n{"success": false, "error": "Campaign not found"}',
        series=_leak,
    ),
    Rule(
        "key-echoed",
        Level.WARNING,
        "No answer repeats the API key.",
        "Whatever keeps answers (logs, caches, error trackers, pages) keeps the key. No client breaks.",
        "RFC 6750, section 5.3: bearer tokens are kept from unintended parties; the contract does not mention it",
        'HTTP/1.1 401 Unauthorized\n\n{"success": false, "error": "Invalid API key mgma_sk_live_…"} (the whole key)',
        one=_echoed,
    ),
)
