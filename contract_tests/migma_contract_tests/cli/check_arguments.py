"""The options of the commands that check a server, besides those in ``server_options``."""

from pathlib import Path
from typing import Annotated

import typer

from migma_contract.finding import Level
from migma_contract_tests.reports import FORMATS


def _format_completion(incomplete: str) -> list[str]:
    return [name for name in FORMATS if name.startswith(incomplete)]


def _level_completion(incomplete: str) -> list[str]:
    return [level for level in Level if level.startswith(incomplete)]


Samples = Annotated[str, typer.Option(metavar="N", help="Reads of each campaign, spread over the run.")]
Fuzz = Annotated[str, typer.Option(metavar="N", help="Also request N generated ids, within --max-requests.")]
FailOn = Annotated[
    str,
    typer.Option(
        metavar="|".join(Level),
        autocompletion=_level_completion,
        help="The lowest level of a finding that is drift.",
    ),
]
BaselineFile = Annotated[Path | None, typer.Option(metavar="FILE", help="File of accepted findings.")]
Formats = Annotated[
    list[str] | None,
    typer.Option(
        metavar="FORMAT[=PATH]",
        autocompletion=_format_completion,
        help=f"Report to standard output, or to a file: {', '.join(FORMATS)}. Repeatable. Default: terminal.",
    ),
]
Methods = Annotated[
    list[str] | None,
    typer.Option(metavar="METHOD", help="Also send this method once; for staging servers only. Repeatable."),
]
MaxAge = Annotated[
    str | None,
    typer.Option(
        metavar="DURATION",
        help="With a history: stats that do not change for longer may be frozen: 12h, 2d. Default: 1d.",
    ),
]
Quiet = Annotated[
    bool,
    typer.Option(
        "--quiet",
        "-q",
        help="Print no progress, and of the terminal report only the verdict; nothing of it with --format.",
    ),
]
NoColor = Annotated[bool, typer.Option("--no-color", help="Use no colours; NO_COLOR does the same.")]
