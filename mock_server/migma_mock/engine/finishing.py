"""Finishing: what the settings change in every reply after it was chosen."""

import itertools

from migma_contract.openapi import Contract
from migma_mock.delays import Distribution
from migma_mock.engine.retry_dates import with_retry_date
from migma_mock.faults import FaultSpec
from migma_mock.faults.armed import seeded_random
from migma_mock.faults.kinds.latency import Delay
from migma_mock.messages.reply import Reply
from migma_mock.settings import Settings


class Finishing:
    """Changes every reply in the ways that the settings ask for.

    Args:
        contract: The contract that replies satisfy.
        delay: Delays every reply; None for no delay. Unlike an armed fault, it applies together with others.
        retry_dates: True for Retry-After as a date.
        compresses: True to compress replies for clients that accept it.

    Attributes:
        compresses: The same.
    """

    def __init__(
        self, contract: Contract, *, delay: FaultSpec | None = None, retry_dates: bool = False, compresses: bool = False
    ) -> None:
        self._contract = contract
        self._delay = delay
        self._retry_dates = retry_dates
        self.compresses = compresses
        self._numbers = itertools.count()

    def __bool__(self) -> bool:
        return self._delay is not None or self._retry_dates or self.compresses

    def finish(self, reply: Reply, now: float) -> Reply:
        """Return the reply with its delay and its form of Retry-After.

        Args:
            reply: The reply.
            now: The account's time in seconds since 1970.
        """
        if self._retry_dates:
            reply = with_retry_date(reply, now)
        if self._delay is None:
            return reply
        random_number = seeded_random(self._delay, next(self._numbers), "every reply")
        return self._delay.change(reply, self._contract, random_number) or reply


def finishing_of(settings: Settings, contract: Contract) -> Finishing:
    """Return what the settings change in every reply."""
    delay = None
    if isinstance(settings.delay, Distribution):
        delay = Delay(kind="delay", distribution=settings.delay, seed=settings.seed % 2**63)
    elif settings.delay:
        delay = Delay(kind="delay", seconds=settings.delay)
    return Finishing(contract, delay=delay, retry_dates=settings.retry_after == "date", compresses=settings.gzip)
