"""The command line of ``migma-contract diff``."""

from pathlib import Path
from typing import Annotated

import typer

from migma_contract.finding import Level
from migma_contract.option_values import parse_choice
from migma_contract_tests.cli.exit_codes import stopped_by_signals
from migma_contract_tests.cli.report_files import parse_outputs, require_writable_output, wants_color, write_outputs
from migma_contract_tests.reports import FORMATS

HELP = """\
Compare two OpenAPI documents, and report what changed for a client.

OLD is the document that clients know, NEW the one that they will meet: files or URLs, in JSON, YAML, or a page in
Markdown. A request that allows less and a response that may have more is breaking; the opposite is information.

\b
Examples:
  migma-contract diff openapi.json https://example.com/openapi.yaml
  git show main:openapi.json > old.json && migma-contract diff old.json openapi.json
  migma-contract diff old.json new.json --only '/v1/campaigns/{id}/stats' --format json
  migma-contract diff old.json new.json --baseline known.json --update-baseline

\b
Exit codes: 0 compatible; 1 changed (a change at or above --fail-on); 2 unusable input or output;
130 Ctrl-C; 143 SIGTERM; 141 the reader of standard output is gone; 70 internal error.
"""


def _level_completion(incomplete: str) -> list[str]:
    return [level for level in Level if level.startswith(incomplete)]


def _format_completion(incomplete: str) -> list[str]:
    return [name for name in FORMATS if name.startswith(incomplete)]


def diff(
    *,
    old: Annotated[str, typer.Argument(metavar="OLD", help="The document that clients know: a file or a URL.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The document that they will meet.")],
    only: Annotated[
        str | None,
        typer.Option(metavar="PATH", help="Compare the operations of this path alone, such as '/v1/things/{id}'."),
    ] = None,
    descriptions: Annotated[
        bool, typer.Option("--descriptions", help="Also report titles, summaries and descriptions that changed.")
    ] = False,
    refresh: Annotated[bool, typer.Option("--refresh", help="Fetch the documents of URLs again.")] = False,
    fail_on: Annotated[
        str,
        typer.Option(
            metavar="|".join(Level),
            autocompletion=_level_completion,
            help="The lowest level of a change that ends in exit code 1.",
        ),
    ] = Level.BREAKING.value,
    baseline: Annotated[Path | None, typer.Option(metavar="FILE", help="File of accepted changes.")] = None,
    update_baseline: Annotated[
        bool, typer.Option("--update-baseline", help="Accept the changes found: write them to --baseline.")
    ] = False,
    format: Annotated[  # noqa: A002 - the flag's name is the users' word
        list[str] | None,
        typer.Option(
            metavar="FORMAT[=PATH]",
            autocompletion=_format_completion,
            help=f"Report to standard output, or to a file: {', '.join(FORMATS)}. Repeatable. Default: terminal.",
        ),
    ] = None,
    quiet: Annotated[
        bool,
        typer.Option("--quiet", "-q", help="Print only the verdict; nothing of it with --format."),
    ] = False,
    no_color: Annotated[bool, typer.Option("--no-color", help="Use no colours; NO_COLOR does the same.")] = False,
) -> None:
    """Compare two documents; the help is ``HELP``."""
    outputs = parse_outputs(format or (), quiet=quiet)
    level = Level(parse_choice("--fail-on", fail_on, Level))
    require_writable_output(outputs)
    # Loaded here: it takes longer than everything that --help needs.
    from migma_contract_tests.cli.check_options import read_baseline
    from migma_contract_tests.cli.diff import DiffOptions, compare_documents

    options = DiffOptions(
        old=old,
        new=new,
        only=only,
        descriptions=descriptions,
        refresh=refresh,
        fail_on=level,
        baseline=read_baseline(baseline, update=update_baseline),
        update=baseline if update_baseline else None,
    )
    with stopped_by_signals():
        report = compare_documents(options)
        write_outputs(report, outputs, color=wants_color(no_color=no_color))
    raise typer.Exit(report.exit_code)
