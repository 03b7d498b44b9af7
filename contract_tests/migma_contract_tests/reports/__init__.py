"""Every format that a report can be written in: ``FORMATS[name].render(report)``.

Importing this package loads no renderer; each loads, with the libraries it needs, when it is first used.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import Protocol

from migma_contract_tests.results.report import Report


class Renderer(Protocol):
    """Writes a report down."""

    def render(self, report: Report, *, color: bool = False, width: int | None = None) -> str:
        """The report as text.

        Args:
            report: What was found.
            color: Whether escape sequences for colour are wanted; only the terminal format has them.
            width: Columns to wrap at; only the terminal format wraps.
        """
        ...


@dataclass(frozen=True, slots=True)
class Format:
    """One format, by the module that renders it.

    Attributes:
        module: Name of the module in this package; it has a function ``render``.
        summary: What the format is for, for ``--help`` and the docs.
        styled: Whether its ``render`` takes ``color`` and ``width``.
    """

    module: str
    summary: str
    styled: bool = False

    def render(self, report: Report, *, color: bool = False, width: int | None = None) -> str:
        """The report in this format; ends with a newline."""
        module = import_module(f"{__name__}.{self.module}")
        text: str = module.render(report, color=color, width=width) if self.styled else module.render(report)
        return text


FORMATS: Mapping[str, Renderer] = MappingProxyType(
    {
        "terminal": Format("terminal", "for people at a terminal", styled=True),
        "json": Format("json_format", "everything, in the shape of docs/report.schema.json"),
        "junit": Format("junit", "JUnit XML, for the test view of a CI system"),
        "html": Format("html", "one self-contained page"),
        "sarif": Format("sarif", "SARIF 2.1.0, for code scanning"),
        "github": Format("github", "annotations of a GitHub Actions run"),
        "markdown": Format("markdown", "for a pull request comment or an issue"),
    }
)
