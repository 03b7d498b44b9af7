"""The command line of ``migma-contract history``."""

import io
import sys
from pathlib import Path
from typing import Annotated

import typer

from migma_contract.option_values import parse_choice, parse_whole_number
from migma_contract.safe_output import write_bytes
from migma_contract_tests.cli.report_files import wants_color

HELP = """\
Show the runs in a history: the verdict of each, what was new and what was gone, and since when each finding is there.

\b
Examples:
  migma-contract check --campaign-id ID --history history.db
  migma-contract history history.db
  migma-contract history history.db --format json

\b
Exit codes: 0 shown; 2 unusable input or output; 141 the reader of standard output is gone; 70 internal error.
"""
FORMAT_NAMES = ("terminal", "json")
_LAST = 30
_MOST = 1000


def _format_completion(incomplete: str) -> list[str]:
    return [name for name in FORMAT_NAMES if name.startswith(incomplete)]


def history(
    *,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file of check --history, or of watch.")],
    last: Annotated[
        str, typer.Option(metavar="N", help="Show only the last N runs of each server and its campaigns.")
    ] = str(_LAST),
    format: Annotated[  # noqa: A002 - the flag's name is the users' word
        str, typer.Option(metavar="|".join(FORMAT_NAMES), autocompletion=_format_completion, help="What to print.")
    ] = FORMAT_NAMES[0],
    no_color: Annotated[bool, typer.Option("--no-color", help="Use no colours; NO_COLOR does the same.")] = False,
) -> None:
    """Show a history; the help is ``HELP``."""
    name = parse_choice("--format", format, FORMAT_NAMES)
    number = parse_whole_number("--last", last, minimum=1, maximum=_MOST)
    if not sys.stdout.writable():
        raise io.UnsupportedOperation
    # Loaded here: it takes longer than everything that --help needs.
    from migma_contract_tests.reports.history_listing import as_json, as_text
    from migma_contract_tests.results.history.history_file import HistoryFile
    from migma_contract_tests.results.history.listing import listing

    with HistoryFile.opened(file, create=False) as opened:
        shown = listing(opened.runs(), number)
    if name == "json":
        write_bytes(as_json(shown).encode())
    else:
        sys.stdout.write(as_text(shown, color=wants_color(no_color=no_color)))
