"""The command line of ``migma-contract patch``."""

import io
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from migma_contract.option_values import parse_choice
from migma_contract.safe_output import write_bytes
from migma_contract_tests.cli.exit_codes import stopped_by_signals

HELP = """\
Propose the change of the contract after which the responses of a check conform to it.

REPORT is the report of a check in JSON. A change is never wider than what was seen, and has its evidence. Findings that
no document can express are listed, with what to do instead. Nothing is sent.

\b
Examples:
  migma-contract check --campaign-id ID --contract openapi.json --format json=report.json
  migma-contract patch report.json
  migma-contract patch report.json --only additive --apply
  migma-contract patch report.json --format overlay > overlay.json

\b
Exit codes: 0 every finding is answered; 1 some are not; 2 unusable input or output, or the contract has changed
since the check; 3 the check was inconclusive, so nothing is proposed; 130 Ctrl-C; 143 SIGTERM; 141 the reader of
standard output is gone; 70 internal error.
"""
FORMAT_NAMES = ("terminal", "json-patch", "overlay", "document")
EFFECTS: tuple[Literal["additive", "breaking"], ...] = ("additive", "breaking")


def _format_completion(incomplete: str) -> list[str]:
    return [name for name in FORMAT_NAMES if name.startswith(incomplete)]


def _effect_completion(incomplete: str) -> list[str]:
    return [name for name in EFFECTS if name.startswith(incomplete)]


def patch(
    *,
    report: Annotated[Path, typer.Argument(metavar="REPORT", help="The JSON report of a check; - is standard input.")],
    contract: Annotated[
        str | None,
        typer.Option(metavar="FILE|URL", help="The contract of the check. Default: the one that the report names."),
    ] = None,
    only: Annotated[
        str | None,
        typer.Option(
            metavar="|".join(EFFECTS),
            autocompletion=_effect_completion,
            help="Leave out the other changes. Breaking: a client of the old contract may fail with the new one.",
        ),
    ] = None,
    apply: Annotated[
        bool, typer.Option("--apply", help="Write the contract file, in JSON; everything else in it stays as it is.")
    ] = False,
    format: Annotated[  # noqa: A002 - the flag's name is the users' word
        str,
        typer.Option(
            metavar="|".join(FORMAT_NAMES),
            autocompletion=_format_completion,
            help="What to print: text, a JSON Patch (RFC 6902), an OpenAPI Overlay 1.0, or the new document.",
        ),
    ] = FORMAT_NAMES[0],
    strict_nullable: Annotated[
        bool, typer.Option("--strict-nullable", help="For the report of a check with --strict-nullable.")
    ] = False,
) -> None:
    """Propose a change of the contract; the help is ``HELP``."""
    name = parse_choice("--format", format, FORMAT_NAMES)
    wanted = None if only is None else parse_choice("--only", only, EFFECTS)
    if not sys.stdout.writable():
        raise io.UnsupportedOperation
    # Loaded here: it takes longer than everything that --help needs.
    from migma_contract_tests.cli.patch import PatchOptions, exit_code, make_proposal
    from migma_contract_tests.patch.formats import FORMATS

    with stopped_by_signals():
        options = PatchOptions(
            report=report,
            contract=contract,
            only=next((each for each in EFFECTS if each == wanted), None),
            apply=apply,
            strict_nullable=strict_nullable,
        )
        read, proposal = make_proposal(options)
        text = FORMATS[name](proposal)
        if name == "terminal":
            sys.stdout.write(text)
        else:
            write_bytes(text.encode())
        if apply:
            done = "was changed" if proposal.operations else "was not changed: there is nothing to change"
            typer.echo(f"{proposal.contract.source} {done}.", err=True)
    raise typer.Exit(exit_code(read, proposal))
