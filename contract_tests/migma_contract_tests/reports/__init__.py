"""The formats of a report: ``FORMATS[name].render(report)``.

Importing this package loads no renderer; each is loaded, with the libraries it needs, when it is first used.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # The model loads pydantic, which the help of the command, with its list of formats, does not need.
    from migma_contract_tests.results.report import Report


@dataclass(frozen=True, slots=True)
class Format:
    """One format, rendered by a module of this package.

    Attributes:
        module: Name of the module; it has a function ``render``.
        summary: What the format is for, for ``--help`` and the docs.
        styled: True if ``render`` accepts ``color`` and ``width``.
    """

    module: str
    summary: str
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
        return text


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "terminal": Format("terminal", "for people at a terminal", styled=True),
        "json": Format("json_format", "everything, as described by docs/report.schema.json"),
        "junit": Format("junit", "JUnit XML, for the test view of a CI system"),
        "html": Format("html", "one self-contained page"),
        "sarif": Format("sarif", "SARIF 2.1.0, for code scanning"),
        "github": Format("github", "annotations of a GitHub Actions run"),
        "markdown": Format("markdown", "for a pull request comment or an issue"),
    }
)
