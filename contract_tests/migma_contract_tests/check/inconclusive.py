"""Say in words why a run shows nothing of the contract, or why a campaign could not be read."""

from collections.abc import Mapping, Sequence

from migma_contract.exchange import Exchange, FailureKind
from migma_contract.rules import expectations
from migma_contract.rules.analysis.server_message import server_message
from migma_contract.rules.evidence import Lack, same_answer
from migma_contract.rules.intermediaries import INTERMEDIARIES
from migma_contract_tests.check.who_answered import answered_in_place, redirect_target
from migma_contract_tests.results.moved_base_url import moved_base_url

NO_RESPONSE: dict[FailureKind, str] = {
    "unreachable": "the server could not be reached",
    "tls": "no trusted TLS connection could be made",
    "timeout": "no complete response came within the time-out",
    "reset": "the connection ended without a response",
}
"""Each failure without any response, as a clause."""

_POSSIBLE_REASONS = {
    401: "is the key correct, does a proxy remove the header with the key, and is the base URL correct?",
    403: "is the key correct, does a firewall refuse this machine, and is the base URL correct?",
    404: "is the base URL correct, or is the path gone?",
}


def why_nothing_was_seen(lack: Lack, final_attempts: Sequence[Exchange], base_url: str) -> str:
    """Return why a run shows nothing of the contract, with the server's message.

    Args:
        lack: The reason.
        final_attempts: The responses, without those that a later attempt replaced; at least one read of a campaign.
        base_url: The base URL of the requests.
    """
    read = next(each for each in final_attempts if each.purpose == "campaign")
    reason = _why_nothing_was_seen(lack, read, final_attempts, base_url)
    return reason if lack == "other-server" else _with_message(reason, read)


def why_unread(read: Exchange, final_attempts: Sequence[Exchange]) -> str:
    """Return why a read of a campaign shows no stats, with the server's message."""
    return _with_message(_why_unread(read, final_attempts), read)


def _with_message(reason: str, read: Exchange) -> str:
    """Return a reason followed by the message of the response, unless it is in it already."""
    said = server_message(read)
    if not said or said in reason:
        return reason
    return f"{reason}{'' if reason.endswith('?') else '.'} The server said: “{said}”"


def _why_nothing_was_seen(lack: Lack, read: Exchange, final_attempts: Sequence[Exchange], base_url: str) -> str:
    match lack:
        case "outage":
            return _outage(final_attempts)
        case "outage-with-key":
            failed = _outcomes([each for each in final_attempts if each.purpose in {"campaign", "unknown-id"}])
            return f"every request with the key failed: {failed}; only requests without it were answered"
        case "other-server":
            return _other_server(read, base_url)
        case "other-server-with-key":
            return _other_server_with_key(read)
        case "same-failure" if read.status in expectations.KEY_REJECTED:
            return _why_unread(read, final_attempts)
        case "same-failure":
            why = _POSSIBLE_REASONS.get(read.status or 0)
            failed = f"every request got the same failure, with a key and without ({read.status})"
            return f"{failed}: {why}" if why else failed
        case "account":
            return f"every request with the key got {read.status}: is the account of this key in order?"
        case "unreadable":
            return _why_unread(read, final_attempts)


def _why_unread(read: Exchange, final_attempts: Sequence[Exchange]) -> str:
    one, status = read.campaign_id, read.status or 0
    if read.failure is not None:
        return f"{NO_RESPONSE[read.failure.kind]} ({read.failure.detail})"
    if status in _POSSIBLE_REASONS and any(
        each.purpose == "missing-key" and same_answer(each, read) for each in final_attempts
    ):
        return f"requests with the key got the same {status} as without a key: {_POSSIBLE_REASONS[status]}"
    if status in expectations.KEY_REJECTED:
        return f"the key was rejected ({status}) for campaign {one}: is it correct, and may it read this campaign?"
    if status == expectations.NOT_FOUND:
        return f"campaign {one} was not found with this key: are the id and the base URL correct?"
    again = ", also on the second attempt" if read.attempt > 1 else ""
    return f"campaign {one} could not be read: the server answered {_outcome(read)}{again}"


def describe_outcome(exchange: Exchange) -> str:
    """Return what came in place of the API's response: ``503 (…)``, or a clause on another server."""
    is_page = exchange.failure is None and exchange.status in range(200, 500) and not exchange.json.readable
    return answered_in_place(exchange) if is_page and exchange.body else _outcome(exchange)


def _outage(final_attempts: Sequence[Exchange]) -> str:
    first = final_attempts[0]
    kinds = {each.failure.kind if each.failure else each.status for each in final_attempts}
    if len(kinds) == 1 and first.failure is not None:
        return f"{NO_RESPONSE[first.failure.kind]} ({first.failure.detail})"
    page = next((each for each in final_attempts if each.body.strip() and not each.json.readable), None)
    shown = f"; {answered_in_place(page)}" if page else ""
    return f"every request failed: {_outcomes(final_attempts)}{shown}"


def _other_server(read: Exchange, base_url: str) -> str:
    is_redirect = read.failure is None and read.status in expectations.REDIRECTS
    moved = moved_base_url(base_url, read.url, read.header("location") or "") if is_redirect else None
    if moved:
        return f"the server redirects to another address ({read.status}): use the base URL {moved}"
    return f"{_foreign_response(read)}{': is the base URL correct?' if is_redirect else ''}"


def _other_server_with_key(read: Exchange) -> str:
    if isinstance(read.json.value, Mapping) and "success" in read.json.value:
        return f"every request with the key got the same failure ({read.status})"
    return f"{_foreign_response(read)}, but only for requests with the key"


def _foreign_response(read: Exchange) -> str:
    if read.failure is None and read.status in expectations.REDIRECTS:
        return f"a redirect ({read.status}) to {redirect_target(read) or 'nowhere'} answered in place of the API"
    return f"{answered_in_place(read)}{f' (status {read.status})' if read.status else ''}"


def _outcomes(exchanges: Sequence[Exchange]) -> str:
    return ", ".join(dict.fromkeys(map(_outcome, exchanges)))


def _outcome(exchange: Exchange) -> str:
    if exchange.failure is not None:
        return NO_RESPONSE.get(exchange.failure.kind, exchange.failure.kind)
    known = INTERMEDIARIES.get(exchange.status or 0)
    return f"{exchange.status} ({known.meaning})" if known else str(exchange.status)
