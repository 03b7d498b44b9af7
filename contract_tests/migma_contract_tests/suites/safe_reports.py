"""Make pytest's reports safe to print: they show what a server sent, in messages and in local variables."""

from typing import Any, TypeVar

import pytest

from migma_contract.safe_output import printable

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)


def make_safe(report: Report) -> Report:
    """Replace every text of a report by a safe one, and return the report."""
    report.longrepr = _safe(report.longrepr)
    report.sections = [(printable(title), printable(text)) for title, text in report.sections]
    return report


def _safe(node: Any) -> Any:
    """Return a text, or a list of texts, made safe; the parts of a traceback are changed in place."""
    if isinstance(node, str):
        return printable(node)
    if isinstance(node, list | tuple):
        return type(node)(map(_safe, node))
    if type(node).__module__.startswith("_pytest._code"):
        for name, value in vars(node).items():
            setattr(node, name, _safe(value))
    return node
