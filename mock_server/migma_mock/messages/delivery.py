"""Delivery: how a reply goes onto the wire, as data."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, NamedTuple

DeliveryKind = Literal["normal", "hang", "reset", "reset-mid-body", "truncate", "drip", "wrong-length"]


class Chunk(NamedTuple):
    """Bytes of a body, and the seconds to wait before they are sent."""

    wait: float
    data: bytes


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a reply is sent. The headers are sent as the reply has them, however wrong they are.

    Attributes:
        kind: ``normal``: as any reply. ``hang``: nothing at all, until the client leaves.
            ``reset``: nothing, and the connection is reset (RST). ``reset-mid-body``: the head and
            ``sent`` bytes of the body, then a reset. ``truncate``: the same, then an orderly close (FIN).
            ``drip``: the body in ``pieces`` over ``seconds``. ``wrong-length``: the whole body under a false
            Content-Length, then an orderly close, since what follows could not be told from the body.
        sent: Bytes of the body that are sent; None is all of them.
        pieces: In how many pieces they are sent, if there are as many bytes.
        seconds: How long after the head the last piece is sent.
    """

    kind: DeliveryKind = "normal"
    sent: int | None = None
    pieces: int = 1
    seconds: float = 0.0

    @property
    def is_for_bodies(self) -> bool:
        """Whether it is a way to send a body, and nothing for who gets none."""
        return self.kind not in ("normal", "hang", "reset")

    def schedule(self, body: bytes) -> list[Chunk]:
        """The parts of a body that are sent, as even in length and time as can be."""
        if self.kind in ("hang", "reset"):
            return []
        data = body[: self.sent]
        count = max(1, min(self.pieces, len(data)))
        ends = [len(data) * number // count for number in range(count + 1)]
        return [Chunk(self.seconds / count, data[a:b]) for a, b in pairwise(ends)]


NORMAL = Delivery()
"""As any reply."""
