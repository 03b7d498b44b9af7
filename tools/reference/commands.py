"""The pages of the two commands: their help, as they print it, and what else belongs to them."""

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
    """The command line of a command and of each of its own, with its help as a terminal of 100 columns shows it."""
    own = getattr(typer.main.get_command(app), "commands", {})
    for words in ([], *([child] for child in own)):
        ran = CliRunner().invoke(app, [*words, "--help"], prog_name=name, terminal_width=_WIDTH)
        yield " ".join([name, *words]), ran.output


def _sections(app: typer.Typer, name: str) -> Iterator[str]:
    for line, text in helps(app, name):
        yield f"## {line}\n\n{block('text', re.sub(r' +$', '', text, flags=re.MULTILINE))}"


def mock_page() -> str:
    """``migma-mock``."""
    return page(
        "migma-mock",
        "The stand-in. Its help, as printed; what each option means is also in [settings](settings.md).\n"
        "`migma-mock --install-completion` makes the shell complete commands, options and their values.",
        *_sections(mock_cli, "migma-mock"),
    )


def contract_page() -> str:
    """``migma-contract``."""
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
        "The contract check. Its help, as printed, its exit codes and its report formats.\n"
        "How to use it: [live check](../live-check.md); in a pipeline: [CI](../ci.md).",
        *_sections(contract_cli, "migma-contract"),
        f"## Exit codes\n\n{table(['code', 'meaning'], codes)}",
        f"## Report formats\n\n{table(['--format', 'what it is'], formats)}",
    )
