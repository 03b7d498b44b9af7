"""Rules on all exchanges of a run: requests get responses, and a failure is not intermittent."""

from collections.abc import Iterator, Sequence
from typing import Literal

from migma_contract.exchange import Exchange
from migma_contract.finding import Violation
from migma_contract.rules import expectations
from migma_contract.rules.analysis.parsed_response import ParsedResponse, final_responses
from migma_contract.rules.evidence import is_page
from migma_contract.rules.intermediaries import INTERMEDIARIES
from migma_contract.rules.rule import RunCheck, info, requests_for, warning

Side = Literal["before", "after"]
_OTHER_SIDE: dict[Side, str] = {"before": "after", "after": "before"}


def _readable_campaigns(run: Sequence[ParsedResponse]) -> set[str]:
    exchanges = [response.exchange for response in run if response.is_success]
    return {e.campaign_id for e in exchanges if e.purpose == "campaign" and e.failure is None}


def _outcome(exchange: Exchange) -> str:
    if exchange.failure:
        return f"{exchange.failure.kind}: {exchange.failure.detail}"
    known = INTERMEDIARIES.get(exchange.status or 0)
    return f"{exchange.status}, {known.meaning}" if known else str(exchange.status)


def _lacks_retry(exchange: Exchange) -> bool:
    """True if a retry might have succeeded, but none was sent."""
    return expectations.is_transient(exchange) and exchange.attempt == 1


def _side(response: ParsedResponse, run: Sequence[ParsedResponse]) -> Side | None:
    """Return on which side of a failure no request was answered; None if it was between answered ones.

    Only requests with the same key count, if one of them was answered: a quota that ran out applies to one key.
    """
    answered = [each for each in run if not expectations.has_no_evidence(each.exchange)]
    key = expectations.key_kind(response.exchange)
    compared = [each for each in answered if expectations.key_kind(each.exchange) == key] or answered
    if all(each.index > response.index for each in compared):
        return "before"
    return "after" if all(each.index < response.index for each in compared) else None


def _failed_intermittently(
    response: ParsedResponse, run: Sequence[ParsedResponse], readable_campaigns: set[str]
) -> bool:
    """True if an exchange failed finally, while others before and after it show that the server was available."""
    exchange = response.exchange
    if not readable_campaigns or _lacks_retry(exchange):
        return False
    if expectations.has_no_evidence(exchange) and _side(response, run) is not None:
        return False  # a burst that ended, or a quota that ran out
    if exchange.purpose == "campaign":
        was_readable = exchange.campaign_id in readable_campaigns
        return expectations.has_no_evidence(exchange) or (was_readable and expectations.is_unusable_read(exchange))
    if exchange.purpose in {"head", "method", "unusual-id", "invalid-key"} or exchange.status == 429:
        # Firewalls reject unusual ids, and keys that are not real, every time. And a limit on requests without a key,
        # or on bursts, is not a fault of the server.
        return False
    return expectations.has_no_evidence(exchange)


def _failure(response: ParsedResponse, message: str, expected: str) -> Violation:
    return response.violation("", message, expected, _outcome(response.exchange), "")


def _intermittent(run: Sequence[ParsedResponse]) -> Iterator[Violation]:
    readable_campaigns = _readable_campaigns(run)
    for response in final_responses(run):
        if _failed_intermittently(response, run, readable_campaigns):
            subject = "A read of the campaign" if response.exchange.purpose == "campaign" else "A request"
            message = f"{subject} failed ({_outcome(response.exchange)}) while others succeeded."
            yield _failure(response, message, "a response every time")


def _recovered(run: Sequence[ParsedResponse]) -> Iterator[Violation]:
    exchanges = [response.exchange for response in run]
    for response, last in zip(run, expectations.last_attempts(exchanges), strict=True):
        if run[last] is not response and run[last].has_expected_status and exchanges[last].failure is None:
            message = f"A request failed ({_outcome(response.exchange)}), but its retry succeeded."
            yield _failure(response, message, "a response to the first attempt")


def _no_response(run: Sequence[ParsedResponse]) -> Iterator[Violation]:
    readable_campaigns = _readable_campaigns(run)
    for response in final_responses(run):
        exchange = response.exchange
        if exchange.purpose in {"head", "method"} or not expectations.has_no_evidence(exchange):
            continue
        if not _failed_intermittently(response, run, readable_campaigns):
            message = f"A request failed: {_outcome(exchange)}.{_circumstances(response, run)}"
            yield _failure(response, message, "a response")


def _circumstances(response: ParsedResponse, run: Sequence[ParsedResponse]) -> str:
    if _lacks_retry(response.exchange):
        return " It was not retried."
    side = _side(response, run)
    return f" Requests like it were answered only {_OTHER_SIDE[side]} it." if side and _readable_campaigns(run) else ""


def _campaign_with(statuses: frozenset[int], message: str) -> RunCheck:
    def check_run(run: Sequence[ParsedResponse]) -> Iterator[Violation]:
        readable_campaigns = _readable_campaigns(run)
        for response in final_responses(run):
            exchange = response.exchange
            has_status = exchange.failure is None and exchange.status in statuses and not is_page(exchange)
            if exchange.purpose == "campaign" and has_status and exchange.campaign_id not in readable_campaigns:
                yield _failure(response, message, response.contract.operation.success.status)

    return check_run


def _head(run: Sequence[ParsedResponse]) -> Iterator[Violation]:
    statuses = {response.status for response in run if response.exchange.purpose == "campaign"}
    for response in final_responses(run):
        failure, status = response.exchange.failure, response.status
        if response.exchange.purpose != "head" or (failure and failure.kind in {"protocol", "too-large", "encoding"}):
            continue  # another rule reports a response that is not valid
        if failure or (status not in statuses and not response.is_success):
            message = "HEAD of a campaign got no response." if failure else f"HEAD of a campaign returned {status}."
            violation = _failure(response, message, response.contract.operation.success.status)
            yield violation._replace(where="- HEAD" if failure else f"{status} HEAD")


RULES = (
    warning(
        "intermittent-failure",
        "Requests do not fail between others that succeed, and a campaign that was found once is found every time.",
        "A client fails now and then, or concludes that a campaign was deleted.",
        "openapi.json, responses of the operation: a campaign that exists is a 200",
        "read 1: HTTP/1.1 200 OK\nread 2: HTTP/1.1 503 Service Unavailable (twice)\nread 3: HTTP/1.1 200 OK",
        check_run=_intermittent,
    ),
    info(
        "transient-failure-recovered",
        "Requests succeed without a retry.",
        "A client that does not retry fails.",
        "the vendor's docs introduction: the API uses 429 and 503, though the contract does not have them",
        "HTTP/1.1 429 Too Many Requests\nRetry-After: 3\n\n(and 200 three seconds later)",
        check_run=_recovered,
    ),
    info(
        "no-response",
        "The server can be reached and responds.",
        "Whatever this request was sent for could not be checked.",
        "the vendor's docs introduction: the API uses 429 and 503, though the contract does not have them",
        "HTTP/1.1 503 Service Unavailable (every time; or once, with no requests left for a retry)",
        check_run=_no_response,
    ),
    info(
        "api-key-rejected",
        "The given API key can read the campaign.",
        "Nothing can be checked: the check needs a key with the permission email:read.",
        "openapi.json, the operation's description: “Requires API key with email:read”",
        'HTTP/1.1 401 Unauthorized\n\n{"success": false, "error": "Invalid API key"} (for the campaign itself)',
        check_run=_campaign_with(expectations.KEY_REJECTED, "The API key was rejected for the campaign itself."),
        comparisons=requests_for("campaign"),
    ),
    info(
        "campaign-not-found",
        "The given campaign exists.",
        "Nothing can be checked: the check needs the id of a campaign that was sent.",
        "openapi.json, the operation's 404",
        'HTTP/1.1 404 Not Found\n\n{"success": false, "error": "Campaign not found"} (for the campaign itself)',
        check_run=_campaign_with(frozenset({expectations.NOT_FOUND}), "The campaign was not found."),
        comparisons=requests_for("campaign"),
    ),
    info(
        "head-differs-from-get",
        "HEAD has the same response as GET, without the body.",
        "Health checks and caches that use HEAD report the API as down.",
        "RFC 9110, section 9.3.2; the contract does not mention HEAD",
        "HEAD /v1/campaigns/507f1f77bcf86cd799439011/stats\n\nHTTP/1.1 405 Method Not Allowed",
        check_run=_head,
        comparisons=requests_for("head"),
    ),
)
