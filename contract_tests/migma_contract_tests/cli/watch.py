"""``migma-contract watch``: check again and again, and deliver each report of something new once."""

import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import typer

from migma_contract.openapi import Contract
from migma_contract_tests.check.memory import Memory
from migma_contract_tests.check.runner import run
from migma_contract_tests.check.work_limit import TooMuchWork, limited_work
from migma_contract_tests.cli.report_files import Output, Progress, write_outputs
from migma_contract_tests.cli.watch_exec import ReportCommand
from migma_contract_tests.probes.options import CheckOptions
from migma_contract_tests.reports import FORMATS
from migma_contract_tests.results.report import Report

_JITTER = 0.05
"""Part of the time between two checks by which a check may be later, so that many machines do not check together."""

_MOST_JITTER = 60.0


@dataclass(frozen=True, slots=True)
class Delivery:
    """The places to which reports go.

    Attributes:
        outputs: Files and standard output.
        command: The command of ``--exec``; None for none.
        color: True if standard output gets colours.
    """

    outputs: Sequence[Output]
    command: ReportCommand | None
    color: bool

    def deliver(self, report: Report) -> None:
        """Write a report, and run the command with it. That the command fails is said on standard error.

        Raises:
            SettingsError: A file cannot be written.
        """
        write_outputs(report, self.outputs, color=self.color)
        sys.stdout.flush()
        failure = self.command.run(FORMATS["json"].render(report)) if self.command else ""
        if failure:
            typer.echo(f"migma-contract: {failure}", err=True)


class Watch:
    """Checks a server at regular times.

    A run and its report are stored in one transaction. Then the report is noted as begun, delivered, and noted as
    delivered. If the process is killed before the second step, the next one delivers the report. If it is killed later,
    nobody can tell whether the report arrived; it is not delivered again, but named.

    Args:
        options: Server, key and limits.
        contract: The contract to check against.
        memory: The history.
        delivery: Where reports go.
        every: Seconds from the start of one check to that of the next.
        progress: Shows what is happening.
        sleep: Waits for some seconds; for tests.
    """

    def __init__(
        self,
        options: CheckOptions,
        contract: Contract,
        memory: Memory,
        delivery: Delivery,
        *,
        every: float,
        progress: Progress,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._options = options
        self._contract = contract
        self._memory = memory
        self._delivery = delivery
        self._every = every
        self._progress = progress
        self._sleep = sleep

    def run(self) -> None:
        """Check until something stops it.

        Raises:
            SettingsError: An option or a file of a report cannot be used.
            HistoryError: The history cannot be used.
        """
        for number in self._memory.file.interrupted_deliveries():
            what = (
                f"watch was stopped while it reported run {number}. The report may have arrived, so it is not repeated"
            )
            typer.echo(f"migma-contract: {what}; migma-contract history shows the run.", err=True)
        self._deliver_all()
        self._wait_for_rate()
        while True:
            start = time.monotonic()
            self._check()
            self._deliver_all()
            self._wait(start)

    def _check(self) -> None:
        try:
            with limited_work(self._options):
                options = self._memory.recall(self._options)
                try:
                    result = run(options, self._contract, on_progress=self._progress)
                finally:
                    self._progress("")
                self._memory.remember(result, result.report(options.baseline), has_news=True)
        except TooMuchWork:
            typer.echo("migma-contract: a check took too much CPU time to judge, and was not recorded", err=True)

    def _deliver_all(self) -> None:
        history = self._memory.file
        while (due := history.begin_delivery()) is not None:
            number, text = due
            self._delivery.deliver(Report.model_validate_json(text))
            history.end_delivery(number)

    def _wait_for_rate(self) -> None:
        """Wait until the requests of the last run no longer count for the rate: a process may have just ended."""
        ended, rate = self._memory.last_end(self._options.base_url), self._options.rate
        if ended is None or rate is None:
            return
        seconds = rate.seconds - (datetime.now(UTC) - ended).total_seconds()
        if 0 < seconds <= rate.seconds:  # the clock may have been set back
            self._pause(seconds)

    def _wait(self, start: float) -> None:
        """Wait for the next check; also until the requests of this one no longer count for the rate."""
        jitter = random.uniform(0, min(self._every * _JITTER, _MOST_JITTER))  # noqa: S311 - no secret
        until = start + self._every + jitter
        rate = self._options.rate
        self._pause(max(until - time.monotonic(), rate.seconds if rate else 0.0))

    def _pause(self, seconds: float) -> None:
        at = datetime.now(UTC) + timedelta(seconds=seconds)
        self._progress(f"next check at {at:%Y-%m-%d %H:%M:%S} UTC")
        try:
            self._sleep(seconds)
        finally:
            self._progress("")
