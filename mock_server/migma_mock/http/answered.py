"""Count, log and trace every answer of the API."""

from functools import partial

from migma_mock.messages.reply import Reply
from migma_mock.messages.request import Request
from migma_mock.mock import Mock


def note_answer(mock: Mock, request: Request, reply: Reply, seconds: float) -> None:
    """Count, log and trace an answered request.

    Args:
        mock: The mock that answered it.
        request: The request.
        reply: The reply as it was sent, or was to be sent.
        seconds: The time from the head of the request to the end of the response.
    """
    mock.counts.add(reply.status, reply.matched_by, seconds, reply.failure)
    if mock.log or mock.telemetry:
        show_answer(mock, request, reply, seconds)


def show_answer(mock: Mock, request: Request, reply: Reply, seconds: float) -> None:
    """Log and trace an answered request, which is counted already."""
    account = partial(mock.engine.account_id, request)
    if mock.log:
        shown = reply.failure or reply.status
        mock.log.request(request.method, request.path, shown, reply.matched_by, seconds, account=account)
    if mock.telemetry:
        mock.telemetry.request(request, reply, seconds, account(), mock.contract.operation)
