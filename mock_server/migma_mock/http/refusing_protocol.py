"""uvicorn's HTTP protocol that refuses invalid requests in the contract's form, with one answer for each request."""

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from migma_mock.http import bounds
from migma_mock.http.fault_connection import head
from migma_mock.http.send import record_refusal
from migma_mock.http.writing_protocol import WritingProtocol
from migma_mock.messages.asgi import PROGRESS, Progress, Scope
from migma_mock.messages.reply import Reply
from migma_mock.mock import Mock


class RefusingProtocol(WritingProtocol):
    """One connection, which ends with the refusal of an invalid request.

    A request that was answered before it turned out to be invalid, as after a POST, gets no second answer. One that
    was not is not passed to the engine any more: it uses up no fault, and the journal has its refusal.

    Attributes:
        mock: Answers the requests.
        head_is_open: True from the beginning of a request to the end of its head.
        is_whole: True if the current request was read to its end.
        is_over: True if nothing more is read from this connection.
        deadline: Ends the connection if the client does not send in time.
    """

    cycle: RequestResponseCycle | None  # type: ignore[assignment]  # uvicorn's annotation leaves out the first state

    def __init__(self, *args: Any, mock: Mock, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mock = mock
        self.head_is_open = True
        self.is_whole = self.is_over = False
        self.deadline: asyncio.TimerHandle | None = None

    def refuse_invalid(self) -> None:
        """Refuse invalid bytes: as a request, or as the rest of one whose body is being read."""
        if self.head_is_open or self.is_whole:
            self.refuse("BAD_REQUEST")
        else:
            self.refuse_body("BAD_REQUEST")

    def refuse_body(self, code: str) -> None:
        """Stop reading a body; a request that is answered already, as after a POST, gets no second answer."""
        if self.cycle is None or self.cycle.response_complete:
            self.is_over = True
            self.end()
        else:
            self.refuse(code)

    def refuse(self, code: str, why: str = "") -> None:
        """Refuse an incomplete request and end the connection; the log says why, if the request has no head."""
        self.stop_deadline()
        self._unset_keepalive_if_required()
        self.is_over = True
        if self.transport.is_closing():
            return
        cycle, reply = self.cycle, self.refusal_of(code)
        if cycle is None or cycle.response_complete:
            # A head that was not read to its end.
            self.mock.counts.add(reply.status, why or reply.matched_by, 0)
            if self.mock.log:
                self.mock.log.request("-", b"-", reply.status, why or reply.matched_by, 0)
            self._write(reply)
            return
        progress: Progress = cast("Scope", cycle.scope)["extensions"][PROGRESS]
        if not cycle.more_body or progress.is_asked or progress.reply is not None:
            # Earlier requests were complete, or this one's answer is on its way: it is sent, then the connection ends.
            cycle.keep_alive = False
            return
        if self.pipeline:
            # It waits there for its turn.
            progress.refusal = reply
            return
        reply = record_refusal(self.mock, cast("Scope", cycle.scope), reply)
        progress.is_refused = cycle.disconnected = True
        cycle.message_event.set()
        if cycle.response_started:
            self.end()
        else:
            self._write(reply)

    def _write(self, reply: Reply) -> None:
        """Write a refusal and end the connection."""
        self.transport.write(head(reply, self.server_state) + reply.body)
        self.end()

    def end(self) -> None:
        """Send FIN, and close the connection soon."""
        self.stop_deadline()
        if self.transport.is_closing():
            return
        # Closing with unread data would reset the connection, and the client would not see the answer.
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.deadline = self.loop.call_later(bounds.LINGER_SECONDS, self.close_when_read)

    def refusal_of(self, code: str) -> Reply:
        """Return the refusal with a code of :data:`bounds.REFUSALS`."""
        status, message = bounds.REFUSALS[code]
        return self.mock.engine.static_replies.refusal(status, code, message)

    def stop_deadline(self) -> None:
        """Let the client take its time."""
        if self.deadline is not None:
            self.deadline.cancel()
            self.deadline = None
