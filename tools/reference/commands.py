"""The reference pages of the two commands: help texts, exit codes and report formats."""

import re
from collections.abc import Iterator

import typer.main
from typer.testing import CliRunner

from migma_contract.command_exit import CLOSED_PIPE, INTERNAL_ERROR, UNUSABLE
from migma_contract_tests.cli.exit_codes import INTERRUPTED, TERMINATED
from migma_contract_tests.cli.main import cli as contract_cli
from migma_contract_tests.reports import FORMATS
from migma_contract_tests.results.report import EXIT_CODES
from migma_mock.cli.main import cli as mock_cli
from tools.reference.markdown import block, code, page, table

_WIDTH = 100


def helps(app: typer.Typer, name: str) -> Iterator[tuple[str, str]]:
    """Yield each command line with its help text, as a terminal of 100 columns shows it."""
    own = getattr(typer.main.get_command(app), "commands", {})
    for words in ([], *([child] for child in own)):
        ran = CliRunner().invoke(app, [*words, "--help"], prog_name=name, terminal_width=_WIDTH)
        yield " ".join([name, *words]), ran.output


def _sections(app: typer.Typer, name: str) -> Iterator[str]:
    for line, text in helps(app, name):
        yield f"## {line}\n\n{block('text', re.sub(r' +$', '', text, flags=re.MULTILINE))}"


def mock_page() -> str:
    """Return the page of ``migma-mock``."""
    return page(
        "migma-mock",
        "The mock server: the help of each command, as printed. [Settings](settings.md) has the options in a table.\n"
        "`migma-mock --install-completion` installs completion of commands, options and values in your shell.",
        *_sections(mock_cli, "migma-mock"),
    )


def contract_page() -> str:
    """Return the page of ``migma-contract``."""
    meanings: dict[int, str] = {number: verdict for verdict, number in EXIT_CODES.items()}
    meanings |= {
        UNUSABLE: "unusable input or output",
        INTERNAL_ERROR: "internal error",
        INTERRUPTED: "interrupted by Ctrl-C",
        CLOSED_PIPE: "the reader of standard output is gone",
        TERMINATED: "ended by SIGTERM",
    }
    codes = [(f"`{number}`", meanings[number]) for number in sorted(meanings)]
    formats = [(code(name), it.summary) for name, it in FORMATS.items()]
    return page(
        "migma-contract",
        "The contract check: the help of each command, as printed, the exit codes and the report formats.\n"
        "To use it, see [live check](../live-check.md); for pipelines, see [CI](../ci.md).",
        *_sections(contract_cli, "migma-contract"),
        f"## Exit codes\n\n{table(['code', 'meaning'], codes)}",
        f"## Report formats\n\n{table(['--format', 'use'], formats)}",
    )
