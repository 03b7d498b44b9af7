"""Rules over all exchanges of a run: which were answered at all, and whether the reads of a campaign agree on it."""

from collections.abc import Iterator, Sequence

from migma_contract.exchange import Exchange
from migma_contract.finding import Level
from migma_contract.rules import expectations
from migma_contract.rules.rule import Rule, Run, Series, Violation


def was_answered(exchanges: Sequence[Exchange]) -> bool:
    """Whether at least one read of a campaign shows how the server answers; without one, little can be judged."""
    reads = [exchange for exchange in exchanges if exchange.purpose == "campaign"]
    return not reads or not all(expectations.is_unanswered(exchange) for exchange in reads)


def _served(exchanges: Sequence[Exchange]) -> set[str]:
    return {
        e.campaign_id for e in exchanges if e.purpose == "campaign" and e.failure is None and expectations.is_success(e)
    }


def _came(exchange: Exchange) -> str:
    return f"{exchange.failure.kind}: {exchange.failure.detail}" if exchange.failure else str(exchange.status)


def _where(exchange: Exchange) -> str:
    return "-" if exchange.status is None else str(exchange.status)


def _was_given_up(exchange: Exchange) -> bool:
    """Whether a retry might have healed an exchange, and none was sent."""
    return expectations.is_transient(exchange) and exchange.attempt == 1


def _is_unsteady(exchange: Exchange, served: set[str]) -> bool:
    """Whether an exchange came to nothing, for good, while others show that the server was there."""
    if not served or _was_given_up(exchange):
        return False
    if exchange.purpose == "campaign":
        is_denied = expectations.is_unanswered(exchange) and exchange.campaign_id in served
        return is_denied or expectations.has_no_evidence(exchange)
    # Limits on requests without a key, or in a row, are no one's fault.
    is_counted = exchange.purpose not in {"head", "method"} and exchange.status != 429
    return is_counted and expectations.has_no_evidence(exchange)


def _unsteady(run: Run) -> Iterator[Violation]:
    served = _served(run.exchanges)
    for index, exchange in expectations.final_attempts(run.exchanges):
        if _is_unsteady(exchange, served):
            what = "A read of the campaign" if exchange.purpose == "campaign" else "A request"
            says = f"{what} came to nothing ({_came(exchange)}) while others were answered."
            yield Violation(_where(exchange), says, "an answer each time", _came(exchange), exchange=index)


def _healed(run: Run) -> Iterator[Violation]:
    for index, exchange, last in expectations.retried_attempts(run.exchanges):
        if expectations.has_no_evidence(exchange) and not expectations.has_no_evidence(last):
            says = f"A request came to nothing ({_came(exchange)}), and its retry was answered."
            yield Violation(_where(exchange), says, "an answer at once", _came(exchange), exchange=index)


def _unanswered(run: Run) -> Iterator[Violation]:
    served = _served(run.exchanges)
    for index, exchange in expectations.final_attempts(run.exchanges):
        is_head = exchange.purpose in {"head", "method"}
        if expectations.has_no_evidence(exchange) and not is_head and not _is_unsteady(exchange, served):
            once = " It was not asked again." if _was_given_up(exchange) else ""
            says = f"A request came to nothing: {_came(exchange)}.{once}"
            yield Violation(_where(exchange), says, "an answer", _came(exchange), exchange=index)


def _campaign_is(statuses: frozenset[int], says: str) -> Series:
    def series(run: Run) -> Iterator[Violation]:
        served = _served(run.exchanges)
        for index, exchange in expectations.final_attempts(run.exchanges):
            is_refused = exchange.failure is None and exchange.status in statuses
            if exchange.purpose == "campaign" and is_refused and exchange.campaign_id not in served:
                success = run.contract.operation.success.status
                yield Violation(str(exchange.status), says, success, str(exchange.status), exchange=index)

    return series


def _head(run: Run) -> Iterator[Violation]:
    statuses = {exchange.status for exchange in run.exchanges if exchange.purpose == "campaign"}
    success = run.contract.operation.success.status
    for index, exchange in expectations.final_attempts(run.exchanges):
        if exchange.purpose != "head":
            continue
        if exchange.failure is not None and exchange.failure.kind in {"protocol", "too-large", "encoding"}:
            continue  # a finding of its own
        if exchange.failure is not None:
            says = "HEAD of a campaign is not answered."
            yield Violation("- HEAD", says, success, _came(exchange), exchange=index)
        elif exchange.status not in statuses and not expectations.is_success(exchange):
            says = f"HEAD of a campaign is answered with {exchange.status}."
            yield Violation(f"{exchange.status} HEAD", says, success, _came(exchange), exchange=index)


RULES = (
    Rule(
        "intermittent-failure",
        Level.WARNING,
        "A server that answers one request answers the others, and a campaign that is there once is there each time.",
        "A client fails now and then, or takes a campaign for deleted.",
        "openapi.json, responses of the operation: what is found is a 200",
        "read 1: HTTP/1.1 200 OK\nread 2: HTTP/1.1 503 Service Unavailable (and its retry as well)",
        series=_unsteady,
    ),
    Rule(
        "transient-failure-recovered",
        Level.INFO,
        "Requests are answered at once, without a retry.",
        "A client that does not retry fails.",
        "the vendor's docs introduction: 429 and 503 are in use, though the contract does not have them",
        "HTTP/1.1 429 Too Many Requests\nRetry-After: 3\n\n(and 200 three seconds later)",
        series=_healed,
    ),
    Rule(
        "no-response",
        Level.INFO,
        "The server can be reached, and answers.",
        "What was asked for could not be judged: nothing, where it was all of it.",
        "the vendor's docs introduction: 429 and 503 are in use, though the contract does not have them",
        "HTTP/1.1 503 Service Unavailable (each time; or once, with no room to ask again)",
        series=_unanswered,
    ),
    Rule(
        "api-key-rejected",
        Level.INFO,
        "The key that was given may read the campaign.",
        "Nothing can be judged: it needs a key with email:read.",
        "openapi.json, the operation's description: “Requires API key with email:read”",
        'HTTP/1.1 401 Unauthorized\n\n{"success": false, "error": "Invalid API key"} (for the campaign itself)',
        series=_campaign_is(expectations.REFUSED, "The key is refused on the campaign itself."),
    ),
    Rule(
        "campaign-not-found",
        Level.INFO,
        "The campaign that was given exists.",
        "Nothing can be judged: it needs the id of a campaign that was sent.",
        "openapi.json, the operation's 404",
        'HTTP/1.1 404 Not Found\n\n{"success": false, "error": "Campaign not found"} (for the campaign itself)',
        series=_campaign_is(frozenset({expectations.NOT_FOUND}), "The campaign is not found."),
    ),
    Rule(
        "head-differs-from-get",
        Level.INFO,
        "HEAD is answered as GET is, without the body.",
        "Health checks and caches that use HEAD take the API for broken.",
        "RFC 9110, section 9.3.2; the contract does not mention HEAD",
        "HEAD /v1/campaigns/507f1f77bcf86cd799439011/stats\n\nHTTP/1.1 405 Method Not Allowed",
        series=_head,
    ),
)
