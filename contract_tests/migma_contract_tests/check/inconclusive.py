"""Say in words why a run shows nothing of the contract, or why a campaign could not be read."""

from collections.abc import Sequence
from datetime import timedelta

from migma_contract.exchange import Exchange, FailureKind
from migma_contract.rules import expectations
from migma_contract.rules.analysis.server_message import server_message
from migma_contract.rules.evidence import Lack, is_page, same_answer
from migma_contract.rules.intermediaries import INTERMEDIARIES
from migma_contract.timestamps import describe_duration
from migma_contract_tests.check.who_answered import answered_in_place, redirect_target
from migma_contract_tests.results.moved_base_url import read_redirect

NO_RESPONSE: dict[FailureKind, str] = {
    "unreachable": "the server could not be reached",
    "tls": "no trusted TLS connection could be made",
    "timeout": "no complete response came within the time-out",
    "reset": "the connection ended without a response",
    "protocol": "the response was not valid HTTP",
    "too-large": "the response was too large",
    "not-read": "the body was too large to be judged after other large ones",
    "encoding": "the response could not be decoded",
}
"""Each failure, as a clause."""

_LONG_WAIT = 60.0
_LONGEST_WAIT = 1e10

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
            return f"{describe_foreign(read)}, but only for requests with the key"
        case "same-failure" if read.status in expectations.KEY_REJECTED:
            return _why_unread(read, final_attempts)
        case "same-failure":
            why = _POSSIBLE_REASONS.get(read.status or 0)
            failed = f"every request got the same failure, with a key and without ({read.status})"
            return f"{failed}: {why}" if why else failed
        case "account":
            in_order = "is the account of this key in order?"
            question = "is the base URL the one of this key's region?" if read.status == 421 else in_order
            return f"every request with the key got {read.status}: {question}"
        case "unreadable":
            return _why_unread(read, final_attempts)


def _why_unread(read: Exchange, final_attempts: Sequence[Exchange]) -> str:
    one, status = read.campaign_id, read.status or 0
    if read.failure is not None:
        return f"{_outcome(read)} ({read.failure.detail})"
    if is_page(read):
        return f"{answered_in_place(read)} for campaign {one} (status {status})"
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
    return answered_in_place(exchange) if is_page(exchange) else _outcome(exchange)


def _outage(final_attempts: Sequence[Exchange]) -> str:
    first = final_attempts[0]
    kinds = {each.failure.kind if each.failure else each.status for each in final_attempts}
    if len(kinds) == 1 and first.failure is not None:
        return f"{_outcome(first)} ({first.failure.detail})"
    page = next((each for each in final_attempts if each.body.strip() and not each.json.readable), None)
    shown = f"; {answered_in_place(page)}" if page else ""
    failed = "the only request failed" if len(final_attempts) == 1 else "every request failed"
    return f"{failed}: {_outcomes(final_attempts)}{shown}"


def _other_server(read: Exchange, base_url: str) -> str:
    if read.failure is not None or read.status not in expectations.REDIRECTS:
        return describe_foreign(read)
    to = read_redirect(base_url, read.url, read.header("location") or "", read.campaign_id)
    if to.base_url:
        return f"the server redirects to another address ({read.status}): use the base URL {to.base_url}"
    if to.path:
        return f"the path has moved to {redirect_target(read)} ({read.status})"
    question = f"does {to.host} belong to the API?" if to.host else "is the base URL correct?"
    return f"{describe_foreign(read)}: {question}"


def describe_foreign(read: Exchange) -> str:
    """Return a clause on a response that is not the API's, with its status."""
    if read.failure is None and read.status in expectations.REDIRECTS:
        target = redirect_target(read)
        where = f"to {target}" if target else "without a Location"
        return f"a redirect ({read.status}) {where} answered in place of the API"
    return f"{answered_in_place(read)}{f' (status {read.status})' if read.status else ''}"


def _outcomes(exchanges: Sequence[Exchange]) -> str:
    return ", ".join(dict.fromkeys(map(_outcome, exchanges)))


def _outcome(exchange: Exchange) -> str:
    if exchange.failure is not None:
        is_within_body = exchange.failure.kind == "reset" and exchange.status is not None
        return "the connection ended within the body" if is_within_body else NO_RESPONSE[exchange.failure.kind]
    known = INTERMEDIARIES.get(exchange.status or 0)
    wait = describe_wait(exchange)
    notes = "; ".join(filter(None, (known.meaning if known else "", f"asks to wait {wait}" if wait else "")))
    return f"{exchange.status} ({notes})" if notes else str(exchange.status)


def describe_wait(exchange: Exchange) -> str:
    """Return how long the server asks to wait; "" if it names no time, or a short one."""
    seconds = exchange.retry_after or 0.0
    return describe_duration(timedelta(seconds=min(seconds, _LONGEST_WAIT))) if seconds >= _LONG_WAIT else ""
