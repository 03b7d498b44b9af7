"""The last resort if responses take too long to decode, judge, redact or render: a limit on the CPU time of a check.

Everything that a check does with a response is bounded by counts, so an honest run never comes near this limit. CPU
time counts and not the clock, since a busy machine must not end a check.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from types import FrameType
from typing import NoReturn

from migma_contract.openapi import Contract
from migma_contract_tests.check.contract_lines import ContractLines
from migma_contract_tests.probes.options import CheckOptions
from migma_contract_tests.results.records import ContractRecord, RequestCounts
from migma_contract_tests.results.report import Report

SECONDS, SECONDS_PER_REQUEST = 60.0, 1.0
"""CPU time of a check; an honest check of ten requests takes about 0.1 s."""


class TooMuchWork(BaseException):
    """The CPU time of a check is used up; ``sent`` is the number of requests that were sent.

    No ``except Exception`` on the way may take it for its own.
    """

    sent = 0


@contextmanager
def limited_work(options: CheckOptions) -> Iterator[None]:
    """End this block with :class:`TooMuchWork` once it has taken all the CPU time of a check.

    Only the main thread may enter the block. Systems without such timers (Windows) have no limit.
    """
    if not hasattr(signal, "setitimer"):
        yield
        return
    before = signal.signal(signal.SIGVTALRM, _end)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS + SECONDS_PER_REQUEST * options.max_requests)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _end(_number: int, _frame: FrameType | None) -> NoReturn:
    raise TooMuchWork


def unfinished_report(options: CheckOptions, contract: Contract, *, sent: int, started: datetime) -> Report:
    """Return the report of a check that took too long: inconclusive, without any response."""
    seconds = SECONDS + SECONDS_PER_REQUEST * options.max_requests
    reason = (
        f"The responses took more than {seconds:g} s of CPU time to decode and judge, as no response of this API does."
    )
    return Report(
        contract=ContractRecord(source=ContractLines(contract).file, version=contract.version),
        target=options.base_url,
        started=started,
        elapsed=max((datetime.now(started.tzinfo) - started).total_seconds(), 0.0),
        verdict="inconclusive",
        reason=reason,
        fail_on=options.fail_on,
        requests=RequestCounts(sent=sent, max=options.max_requests),
        notices=contract.notices,
    )
