"""Write the findings of a run to the baseline, for ``--update-baseline``."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import typer

from migma_contract_tests.check.run_result import RunResult
from migma_contract_tests.results.baseline import Baseline, Found, updated
from migma_contract_tests.results.baseline_file import save_baseline
from migma_contract_tests.results.report import Report


def save_accepted(old: Baseline, findings: Iterable[Found], today: date, file: Path, *, complete: bool) -> Baseline:
    """Write a baseline that accepts all findings, say so on standard error, and return it.

    The arguments are those of :func:`migma_contract_tests.results.baseline.updated`, and the file.
    """
    new = updated(old, findings, today, complete=complete)
    save_baseline(new, file)
    before, after = ({entry.fingerprint for entry in one.entries} for one in (old, new))
    hint = " Write the reason and the owner of each new entry into it; expires is optional." if after - before else ""
    counted = f"{len(after - before)} added, {len(before - after)} removed, {len(after & before)} kept."
    typer.echo(f"{file}: {counted}{hint}", err=True)
    return new


def accept_findings(result: RunResult, report: Report, file: Path) -> Report:
    """Accept all findings of a run, say so on standard error, and return the report that results."""
    old = result.options.baseline
    if old is None or report.verdict == "inconclusive":
        typer.echo(f"{file} was not changed: the check was inconclusive.", err=True)
        return report
    new = save_accepted(old, result.acceptable, result.started.date(), file, complete=result.complete)
    return result.report(new)
