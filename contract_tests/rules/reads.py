"""Rules over all exchanges of a run: which were answered at all, and whether the reads of a campaign agree on it."""

from collections.abc import Callable, Iterator, Sequence

from contract_tests.exchange import Exchange
from contract_tests.finding import Level
from contract_tests.rules import expected
from contract_tests.rules.model import Hit, Rule
from mock_server.contract import Contract

Series = Callable[[Sequence[Exchange], Contract], Iterator[Hit]]


def was_answered(exchanges: Sequence[Exchange]) -> bool:
    """Whether at least one read of a campaign shows how the server answers; without one, little can be judged."""
    reads = [exchange for exchange in exchanges if exchange.purpose == "campaign"]
    return not reads or not all(expected.is_unanswered(exchange) for exchange in reads)


def _served(exchanges: Sequence[Exchange]) -> set[str]:
    return {
        e.campaign_id for e in exchanges if e.purpose == "campaign" and e.failure is None and expected.is_success(e)
    }


def _came(exchange: Exchange) -> str:
    return f"{exchange.failure.kind}: {exchange.failure.detail}" if exchange.failure else str(exchange.status)


def _where(exchange: Exchange) -> str:
    return "-" if exchange.status is None else str(exchange.status)


def _is_passing(exchange: Exchange) -> bool:
    return expected.is_unanswered(exchange) and exchange.status not in expected.REFUSED | {expected.NOT_FOUND}


def _is_unsteady(exchange: Exchange, served: set[str]) -> bool:
    """Whether an exchange came to nothing while others show that the server was there and knew the campaign."""
    if exchange.purpose == "campaign":
        return expected.is_unanswered(exchange) and (
            exchange.campaign_id in served or (bool(served) and _is_passing(exchange))
        )
    # Limits on requests without a key, or in a row, are no one's fault.
    is_counted = exchange.purpose not in {"head", "method"} and exchange.status != 429
    return is_counted and bool(served) and _is_passing(exchange)


def _unsteady(exchanges: Sequence[Exchange], _contract: Contract) -> Iterator[Hit]:
    served = _served(exchanges)
    # A retry heals what a server says of itself (429, 502 to 504), not a connection that broke.
    broken = [(index, each) for index, each, _ in expected.superseded(exchanges) if each.failure is not None]
    for index, exchange in [*broken, *expected.final(exchanges)]:
        if _is_unsteady(exchange, served):
            what = "A read of the campaign" if exchange.purpose == "campaign" else "A request"
            says = f"{what} came to nothing ({_came(exchange)}) while others were answered."
            yield Hit(_where(exchange), says, "an answer each time", _came(exchange), exchange=index)


def _healed(exchanges: Sequence[Exchange], _contract: Contract) -> Iterator[Hit]:
    for index, exchange, last in expected.superseded(exchanges):
        if exchange.failure is None and _is_passing(exchange) and not _is_passing(last):
            says = f"A request was answered with {_came(exchange)}, and its retry otherwise."
            yield Hit(_where(exchange), says, "an answer at once", _came(exchange), exchange=index)


def _unanswered(exchanges: Sequence[Exchange], _contract: Contract) -> Iterator[Hit]:
    served = _served(exchanges)
    for index, exchange in expected.final(exchanges):
        is_head = exchange.purpose in {"head", "method"}
        if _is_passing(exchange) and not is_head and not _is_unsteady(exchange, served):
            says = f"A request came to nothing: {_came(exchange)}."
            yield Hit(_where(exchange), says, "an answer", _came(exchange), exchange=index)


def _campaign_is(statuses: frozenset[int], says: str) -> Series:
    def series(exchanges: Sequence[Exchange], contract: Contract) -> Iterator[Hit]:
        served = _served(exchanges)
        for index, exchange in expected.final(exchanges):
            is_refused = exchange.failure is None and exchange.status in statuses
            if exchange.purpose == "campaign" and is_refused and exchange.campaign_id not in served:
                success = contract.operation.success.status
                yield Hit(str(exchange.status), says, success, str(exchange.status), exchange=index)

    return series


def _head(exchanges: Sequence[Exchange], contract: Contract) -> Iterator[Hit]:
    statuses = {exchange.status for exchange in exchanges if exchange.purpose == "campaign"}
    success = contract.operation.success.status
    for index, exchange in expected.final(exchanges):
        if exchange.purpose != "head":
            continue
        if exchange.failure is not None:
            says = "HEAD of a campaign is not answered."
            yield Hit("- HEAD", says, success, _came(exchange), exchange=index)
        elif exchange.status not in statuses and not expected.is_success(exchange):
            says = f"HEAD of a campaign is answered with {exchange.status}."
            yield Hit(f"{exchange.status} HEAD", says, success, _came(exchange), exchange=index)


RULES = (
    Rule(
        "reads-unsteady",
        Level.WARNING,
        "A server that answers one request answers the others, and a campaign that is there once is there each time.",
        "A client fails now and then, or takes a campaign for deleted.",
        "openapi.json, responses of the operation: what is found is a 200",
        "read 1: HTTP/1.1 200 OK\nread 2: HTTP/1.1 503 Service Unavailable (and its retry as well)",
        series=_unsteady,
    ),
    Rule(
        "passing-failure-healed",
        Level.INFO,
        "Requests are answered at once, without a retry.",
        "A client that does not retry fails.",
        "the vendor's docs introduction: 429 and 503 are in use, though the contract does not have them",
        "HTTP/1.1 429 Too Many Requests\nRetry-After: 3\n\n(and 200 three seconds later)",
        series=_healed,
    ),
    Rule(
        "not-answered",
        Level.INFO,
        "The server can be reached, and answers.",
        "Nothing can be judged.",
        "the vendor's docs introduction: 429 and 503 are in use, though the contract does not have them",
        "HTTP/1.1 503 Service Unavailable (each time)",
        series=_unanswered,
    ),
    Rule(
        "key-refused",
        Level.INFO,
        "The key that was given may read the campaign.",
        "Nothing can be judged: it needs a key with email:read.",
        "openapi.json, the operation's description: “Requires API key with email:read”",
        'HTTP/1.1 401 Unauthorized\n\n{"success": false, "error": "Invalid API key"} (for the campaign itself)',
        series=_campaign_is(expected.REFUSED, "The key is refused on the campaign itself."),
    ),
    Rule(
        "campaign-not-found",
        Level.INFO,
        "The campaign that was given exists.",
        "Nothing can be judged: it needs the id of a campaign that was sent.",
        "openapi.json, the operation's 404",
        'HTTP/1.1 404 Not Found\n\n{"success": false, "error": "Campaign not found"} (for the campaign itself)',
        series=_campaign_is(frozenset({expected.NOT_FOUND}), "The campaign is not found."),
    ),
    Rule(
        "head-unlike-get",
        Level.INFO,
        "HEAD is answered as GET is, without the body.",
        "Health checks and caches that use HEAD take the API for broken.",
        "RFC 9110, section 9.3.2; the contract does not mention HEAD",
        "HEAD /v1/campaigns/507f1f77bcf86cd799439011/stats\n\nHTTP/1.1 405 Method Not Allowed",
        series=_head,
    ),
)
