"""The formats of a report: ``FORMATS[name].render(report)``.

Importing this package loads no renderer; each is loaded, with the libraries it needs, when it is first used.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING

from migma_contract.ci_commands import Escape, in_json, in_markup, without_commands
from migma_contract.safe_text import escaped

if TYPE_CHECKING:
    # The model loads pydantic, which the help of the command, with its list of formats, does not need.
    from migma_contract_tests.results.report import Report


@dataclass(frozen=True, slots=True)
class Format:
    """One format, rendered by a module of this package.

    Attributes:
        module: Name of the module; it has a function ``render``.
        summary: What the format is for, for ``--help`` and the docs.
        escape: Writes a character in the format, to break a text that a CI system would take for a command; None if the
            format consists of such commands.
        styled: True if ``render`` accepts ``color`` and ``width``.
    """

    module: str
    summary: str
    escape: Escape | None = escaped
    styled: bool = False

    def render(self, report: "Report", *, color: bool = False, width: int | None = None) -> str:
        """Return the report in this format; it ends with a newline.

        Args:
            report: The report to render.
            color: Use escape sequences for colour; only the terminal format has them.
            width: Columns to wrap at; only the terminal format wraps.
        """
        module = import_module(f"{__name__}.{self.module}")
        text: str = module.render(report, color=color, width=width) if self.styled else module.render(report)
        # Of the whole text and not of the parts: wrapping and indentation decide what begins a line.
        return without_commands(text, self.escape) if self.escape else text


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "terminal": Format("terminal", "for people at a terminal", styled=True),
        "json": Format("json_format", "everything, as described by docs/report.schema.json", escape=in_json),
        "junit": Format("junit", "JUnit XML, for the test view of a CI system", escape=in_markup),
        "html": Format("html", "one self-contained page", escape=in_markup),
        "sarif": Format("sarif", "SARIF 2.1.0, for code scanning", escape=in_json),
        "github": Format("github", "annotations of a GitHub Actions run", escape=None),
        "markdown": Format("markdown", "for a pull request comment or an issue"),
    }
)
