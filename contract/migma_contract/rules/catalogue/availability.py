"""Rules on all exchanges of a run: whether requests got responses, and reads of a campaign agree."""

from collections.abc import Iterator, Sequence

from migma_contract.exchange import Exchange
from migma_contract.finding import Level
from migma_contract.rules import expectations
from migma_contract.rules.rule import Rule, Run, RunCheck, Violation


def _readable_campaigns(exchanges: Sequence[Exchange]) -> set[str]:
    return {
        e.campaign_id for e in exchanges if e.purpose == "campaign" and e.failure is None and expectations.is_success(e)
    }


def _outcome(exchange: Exchange) -> str:
    return f"{exchange.failure.kind}: {exchange.failure.detail}" if exchange.failure else str(exchange.status)


def _where(exchange: Exchange) -> str:
    return "-" if exchange.status is None else str(exchange.status)


def _lacks_retry(exchange: Exchange) -> bool:
    """True if a retry might have succeeded, but none was sent."""
    return expectations.is_transient(exchange) and exchange.attempt == 1


def _failed_intermittently(exchange: Exchange, readable_campaigns: set[str]) -> bool:
    """True if an exchange failed finally, while others show that the server was available."""
    if not readable_campaigns or _lacks_retry(exchange):
        return False
    if exchange.purpose == "campaign":
        was_readable = exchange.campaign_id in readable_campaigns
        return expectations.has_no_evidence(exchange) or (was_readable and expectations.is_unusable_read(exchange))
    if exchange.purpose in {"head", "method"} or exchange.status == 429:
        return False  # a limit on requests without a key, or on bursts, is not a fault of the server
    return expectations.has_no_evidence(exchange)


def _intermittent(run: Run) -> Iterator[Violation]:
    readable_campaigns = _readable_campaigns(run.exchanges)
    for index, exchange in expectations.final_attempts(run.exchanges):
        if _failed_intermittently(exchange, readable_campaigns):
            subject = "A read of the campaign" if exchange.purpose == "campaign" else "A request"
            message = f"{subject} failed ({_outcome(exchange)}) while others succeeded."
            yield Violation(_where(exchange), message, "a response every time", _outcome(exchange), exchange=index)


def _recovered(run: Run) -> Iterator[Violation]:
    for index, exchange, last in expectations.retried_attempts(run.exchanges):
        if expectations.has_no_evidence(exchange) and not expectations.has_no_evidence(last):
            message = f"A request failed ({_outcome(exchange)}), but its retry succeeded."
            expected = "a response to the first attempt"
            yield Violation(_where(exchange), message, expected, _outcome(exchange), exchange=index)


def _no_response(run: Run) -> Iterator[Violation]:
    readable_campaigns = _readable_campaigns(run.exchanges)
    for index, exchange in expectations.final_attempts(run.exchanges):
        if exchange.purpose in {"head", "method"} or not expectations.has_no_evidence(exchange):
            continue
        if _failed_intermittently(exchange, readable_campaigns):
            continue
        no_retry = " It was not retried." if _lacks_retry(exchange) else ""
        message = f"A request failed: {_outcome(exchange)}.{no_retry}"
        yield Violation(_where(exchange), message, "a response", _outcome(exchange), exchange=index)


def _campaign_with(statuses: frozenset[int], message: str) -> RunCheck:
    def check_run(run: Run) -> Iterator[Violation]:
        readable_campaigns = _readable_campaigns(run.exchanges)
        for index, exchange in expectations.final_attempts(run.exchanges):
            has_status = exchange.failure is None and exchange.status in statuses
            if exchange.purpose == "campaign" and has_status and exchange.campaign_id not in readable_campaigns:
                success = run.contract.operation.success.status
                yield Violation(str(exchange.status), message, success, str(exchange.status), exchange=index)

    return check_run


def _head(run: Run) -> Iterator[Violation]:
    statuses = {exchange.status for exchange in run.exchanges if exchange.purpose == "campaign"}
    success = run.contract.operation.success.status
    for index, exchange in expectations.final_attempts(run.exchanges):
        if exchange.purpose != "head":
            continue
        if exchange.failure is not None and exchange.failure.kind in {"protocol", "too-large", "encoding"}:
            continue  # another rule reports it
        if exchange.failure is not None:
            message = "HEAD of a campaign got no response."
            yield Violation("- HEAD", message, success, _outcome(exchange), exchange=index)
        elif exchange.status not in statuses and not expectations.is_success(exchange):
            message = f"HEAD of a campaign returned {exchange.status}."
            yield Violation(f"{exchange.status} HEAD", message, success, _outcome(exchange), exchange=index)


RULES = (
    Rule(
        "intermittent-failure",
        Level.WARNING,
        "Requests do not fail while others succeed, and a campaign that was found once is found every time.",
        "A client fails now and then, or concludes that a campaign was deleted.",
        "openapi.json, responses of the operation: a campaign that exists is a 200",
        "read 1: HTTP/1.1 200 OK\nread 2: HTTP/1.1 503 Service Unavailable (and its retry too)",
        check_run=_intermittent,
    ),
    Rule(
        "transient-failure-recovered",
        Level.INFO,
        "Requests succeed without a retry.",
        "A client that does not retry fails.",
        "the vendor's docs introduction: the API uses 429 and 503, though the contract does not have them",
        "HTTP/1.1 429 Too Many Requests\nRetry-After: 3\n\n(and 200 three seconds later)",
        check_run=_recovered,
    ),
    Rule(
        "no-response",
        Level.INFO,
        "The server can be reached and responds.",
        "Whatever this request was sent for could not be checked.",
        "the vendor's docs introduction: the API uses 429 and 503, though the contract does not have them",
        "HTTP/1.1 503 Service Unavailable (every time; or once, with no requests left for a retry)",
        check_run=_no_response,
    ),
    Rule(
        "api-key-rejected",
        Level.INFO,
        "The given API key can read the campaign.",
        "Nothing can be checked: the check needs a key with the permission email:read.",
        "openapi.json, the operation's description: “Requires API key with email:read”",
        'HTTP/1.1 401 Unauthorized\n\n{"success": false, "error": "Invalid API key"} (for the campaign itself)',
        check_run=_campaign_with(expectations.KEY_REJECTED, "The API key was rejected for the campaign itself."),
    ),
    Rule(
        "campaign-not-found",
        Level.INFO,
        "The given campaign exists.",
        "Nothing can be checked: the check needs the id of a campaign that was sent.",
        "openapi.json, the operation's 404",
        'HTTP/1.1 404 Not Found\n\n{"success": false, "error": "Campaign not found"} (for the campaign itself)',
        check_run=_campaign_with(frozenset({expectations.NOT_FOUND}), "The campaign was not found."),
    ),
    Rule(
        "head-differs-from-get",
        Level.INFO,
        "HEAD has the same response as GET, without the body.",
        "Health checks and caches that use HEAD report the API as down.",
        "RFC 9110, section 9.3.2; the contract does not mention HEAD",
        "HEAD /v1/campaigns/507f1f77bcf86cd799439011/stats\n\nHTTP/1.1 405 Method Not Allowed",
        check_run=_head,
    ),
)
