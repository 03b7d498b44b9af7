"""The command ``migma-mock scenarios``: each scenario with what a client should do."""

import json
from collections.abc import Iterator
from itertools import zip_longest
from textwrap import wrap
from typing import Annotated

import typer

from migma_contract.option_values import parse_choice

_GAP = "  "
_HEADINGS = ("scenario", "check", "what a client gets", "what it should do")
_WIDTHS = (22, 12, 30, 30)
"""100 columns with the gaps."""


def add_scenario_command(cli: typer.Typer) -> None:
    """Add the command to ``migma-mock``."""
    cli.command(epilog="Example: migma-mock scenarios --format json")(scenarios)


def scenarios(
    output_format: Annotated[str, typer.Option("--format", metavar="text|json", help="How to print them.")] = "text",
) -> None:
    """List the scenarios, with what a client should do about each.

    `check` is the verdict of `migma-contract check` on a server that behaves so. The JSON has the faults of each
    scenario too, to copy.
    """
    from migma_mock.scenarios import load_scenarios

    wanted = parse_choice("--format", output_format, ("text", "json"))
    listed = load_scenarios()
    if wanted == "json":
        documents = [{"name": name, **scenario.document()} for name, scenario in listed.items()]
        typer.echo(json.dumps(documents, indent=2, ensure_ascii=False))
        return
    for line in _row(*_HEADINGS):
        typer.echo(typer.style(line, bold=True))
    for name, scenario in listed.items():
        for line in _row(name, scenario.verdict, scenario.happens, scenario.clientShould):
            typer.echo(line)


def _row(*cells: str) -> Iterator[str]:
    """Yield the lines of one row of the table."""
    columns = [wrap(cell, width) for cell, width in zip(cells, _WIDTHS, strict=True)]
    for parts in zip_longest(*columns, fillvalue=""):
        padded = (f"{part:<{width}}" for part, width in zip(parts, _WIDTHS, strict=True))
        yield _GAP.join(padded).rstrip()
