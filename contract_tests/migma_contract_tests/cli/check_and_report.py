"""Run a check and write its reports, within its limit of CPU time."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from migma_contract.openapi import Contract
from migma_contract_tests.check.memory import Memory
from migma_contract_tests.check.runner import run
from migma_contract_tests.check.work_limit import TooMuchWork, limited_work, unfinished_report
from migma_contract_tests.cli.baseline_update import accept_findings
from migma_contract_tests.cli.report_files import Output, Progress, write_outputs
from migma_contract_tests.probes.options import CheckOptions
from migma_contract_tests.results.report import Report


def check_and_report(
    options: CheckOptions,
    contract: Contract,
    outputs: Sequence[Output],
    *,
    progress: Progress,
    color: bool,
    update: Path | None,
    memory: Memory | None = None,
) -> Report:
    """Check a server, write the reports, and return the report.

    Args:
        options: Server, key and limits.
        contract: The contract to check against.
        outputs: Where the reports go.
        progress: Shows what is happening.
        color: True if standard output gets colours.
        update: The baseline that accepts the findings; None for none.
        memory: The history to compare with and to add the run to; None for none.

    Raises:
        SettingsError: An option or a file of a report cannot be used.
        HistoryError: The history cannot be used.
    """
    started, sent = datetime.now(UTC), 0
    try:
        with limited_work(options):
            if memory:
                options = memory.recall(options)
            try:
                result = run(options, contract, on_progress=progress)
            finally:
                progress("")
            sent, report = result.sent, result.report(options.baseline)
            if update:
                report = accept_findings(result, report, update)
            if memory:
                report = memory.remember(result, report)
            write_outputs(report, outputs, color=color)
    except TooMuchWork as stop:
        report = unfinished_report(options, contract, sent=sent or stop.sent, started=started)
        write_outputs(report, outputs, color=color)
    sys.stdout.flush()
    return report
