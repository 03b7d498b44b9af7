"""Memory: the history of a command that checks a server, which it reads before a run and adds the run to."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from migma_contract_tests.check.history_record import run_record
from migma_contract_tests.check.run_result import RunResult
from migma_contract_tests.probes.options import CheckOptions
from migma_contract_tests.results.history.compared import compared, only_news
from migma_contract_tests.results.history.earlier_runs import EarlierRuns
from migma_contract_tests.results.history.history_file import HistoryFile
from migma_contract_tests.results.report import Report


@dataclass(frozen=True, slots=True)
class Memory:
    """The history of a command.

    Its methods raise ``HistoryError`` if the file cannot be used.

    Attributes:
        file: The open file.
        max_age: Time after which unchanged stats may be frozen.
    """

    file: HistoryFile
    max_age: timedelta

    def recall(self, options: CheckOptions) -> CheckOptions:
        """Return the options of a run with the earlier runs on the same server."""
        runs = [stored.record for stored in self.file.runs() if stored.record.target == options.base_url]
        return replace(options, earlier=EarlierRuns(runs, self.max_age))

    def last_end(self, base_url: str) -> datetime | None:
        """Return when the last run on a server ended, UTC; None if there was none."""
        ends = [
            stored.record.started + timedelta(seconds=stored.record.elapsed)
            for stored in self.file.runs()
            if stored.record.target == base_url
        ]
        return max(ends, default=None)

    def remember(self, result: RunResult, report: Report, *, has_news: bool = False) -> Report:
        """Add a run to the history, and return its report with what the history shows.

        Args:
            result: The run.
            report: Its report.
            has_news: True to keep a report of what is new or gone too, until it is delivered: in the same
                transaction, so that a process that is killed leaves both or neither.
        """
        record = run_record(result, report)
        with self.file.transaction():
            earlier = [stored.record for stored in self.file.runs() if stored.record.subject == record.subject]
            number = self.file.append(record)
            report = compared(report, record, earlier, number=number)
            news = only_news(report, earlier) if has_news else None
            if news is not None:
                self.file.set_news(number, news.model_dump_json(by_alias=True))
        return report


@contextmanager
def opened_memory(path: Path, max_age: timedelta) -> Iterator[Memory]:
    """Open the history in a file within this block, and create it if there is none.

    Raises:
        HistoryError: It cannot be used. Nothing was sent yet, and the file is not changed.
    """
    with HistoryFile.opened(path, create=True) as file:
        yield Memory(file, max_age)
