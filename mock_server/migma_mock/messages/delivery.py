"""Delivery: how a reply is sent, as data."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, NamedTuple

_FAILURES = {
    "hang": "no response (timeout)",
    "reset": "no response (reset)",
    "reset-mid-body": "incomplete response (reset)",
    "truncate": "incomplete response (truncated)",
}

DeliveryKind = Literal["normal", "hang", "reset", "reset-mid-body", "truncate", "drip", "wrong-length", "forward"]


class Chunk(NamedTuple):
    """Bytes of a body, and the seconds to wait before they are sent."""

    wait: float
    data: bytes


@dataclass(frozen=True, slots=True)
class Delivery:
    """A way to send a reply; the headers are sent unchanged, even if they are wrong.

    Attributes:
        kind: ``normal``: like any reply. ``hang``: nothing is sent until the client disconnects. ``reset``: nothing is
            sent and the connection is reset (RST). ``reset-mid-body``: the headers and ``sent`` bytes of the body, then
            a reset. ``truncate``: the same, then an orderly close (FIN). ``drip``: the body in ``pieces`` over
            ``seconds``. ``wrong-length``: the whole body with a wrong Content-Length, then an orderly close, since the
            client could not tell the next response from the body. ``forward``: the request goes to the API of
            ``--upstream``, whose response is sent in place of the reply.
        sent: How many bytes of the body are sent; None for all.
        pieces: In how many pieces they are sent, if there are as many bytes.
        seconds: The time from the headers to the last piece.
        is_short: True if the client waits in vain for more bytes, since the wrong Content-Length is too large.
    """

    kind: DeliveryKind = "normal"
    sent: int | None = None
    pieces: int = 1
    seconds: float = 0.0
    is_short: bool = False

    @property
    def failure(self) -> str:
        """The end that the client sees in place of a complete response, in a few words; "" if it gets one."""
        return "incomplete response (too short)" if self.is_short else _FAILURES.get(self.kind, "")

    @property
    def sends_head(self) -> bool:
        """True if the client gets at least status and headers."""
        return self.kind not in ("hang", "reset")

    @property
    def needs_connection(self) -> bool:
        """True if HTTP alone cannot express it, so that it takes the connection below."""
        return self.kind not in ("normal", "drip", "forward")

    @property
    def changes_body(self) -> bool:
        """True if it changes how a body is sent, so that it does not apply to a reply without one."""
        return self.kind != "normal" and self.sends_head

    def schedule(self, body: bytes) -> list[Chunk]:
        """Return the pieces of a body that are sent, as equal in length and time as possible."""
        if not self.sends_head:
            return []
        data = body[: self.sent]
        count = max(1, min(self.pieces, len(data)))
        ends = [len(data) * number // count for number in range(count + 1)]
        return [Chunk(self.seconds / count, data[a:b]) for a, b in pairwise(ends)]


NORMAL = Delivery()
FORWARD = Delivery("forward")
