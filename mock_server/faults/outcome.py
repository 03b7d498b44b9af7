"""Outcome: what a fault made of a reply."""

from dataclasses import dataclass

from mock_server.delivery import NORMAL, Delivery
from mock_server.reply import Reply


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a fault made of a reply: the reply to send (its ``delay`` before anything), and how to send it."""

    reply: Reply
    delivery: Delivery = NORMAL
