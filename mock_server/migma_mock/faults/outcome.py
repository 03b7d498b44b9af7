"""Outcome: what a fault made of a reply."""

from dataclasses import dataclass, replace

from migma_mock.messages.delivery import NORMAL, Delivery
from migma_mock.messages.reply import Reply


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a fault made of a reply: the reply to send (its ``delay`` before anything), and how to send it."""

    reply: Reply
    delivery: Delivery = NORMAL

    @property
    def sent(self) -> Reply:
        """The reply with its delivery; one that the reply had before stays, where the fault says nothing of it."""
        return self.reply if self.delivery is NORMAL else replace(self.reply, delivery=self.delivery)
