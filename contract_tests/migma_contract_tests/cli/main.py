"""The command ``migma-contract``: check, watch, history, diff, patch, record, recordings, rules."""

import atexit
import gc
import sys
from typing import Annotated

import typer

from migma_contract.command_exit import exit_codes
from migma_contract.command_group import CommandGroup
from migma_contract.version import __version__
from migma_contract_tests.cli import (
    check_command,
    diff_command,
    history_command,
    patch_command,
    record_command,
    watch_command,
)
from migma_contract_tests.probes.variables import misspelt_variables

cli = typer.Typer(
    cls=CommandGroup,
    name="migma-contract",
    help="Check a server against the contract of the Migma.ai campaign stats API: read-only, with few requests.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main() -> None:
    """Run the command."""
    if sys.implementation.name == "cpython":
        # Python frees everything that was imported before it ends, which takes a fifth of the time of a check.
        atexit.register(gc.freeze)
    with exit_codes("migma-contract"):
        cli(prog_name="migma-contract")


def _version(wanted: bool) -> None:  # noqa: FBT001 - typer's callbacks are called with the value alone
    if wanted:
        typer.echo(f"migma-contract {__version__}")
        raise typer.Exit


@cli.callback()
def _common(
    *,
    version: Annotated[  # noqa: ARG001  # its callback uses it
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    for sentence in misspelt_variables():
        typer.echo(f"migma-contract: {sentence}", err=True)


cli.command(help=check_command.HELP)(check_command.check)
cli.command(help=watch_command.HELP)(watch_command.watch)
cli.command(help=history_command.HELP)(history_command.history)
cli.command(help=diff_command.HELP)(diff_command.diff)
cli.command(help=record_command.RECORD_HELP)(record_command.record)
cli.command(help=record_command.RECORDINGS_HELP)(record_command.recordings)
cli.command(help=patch_command.HELP)(patch_command.patch)


def _rule_completion(incomplete: str) -> list[str]:
    from migma_contract.openapi.diff import CHANGE_RULES
    from migma_contract.rules import RULES

    ids = [*(rule.id for rule in RULES), *(rule.id for rule in CHANGE_RULES)]
    return sorted(rule_id for rule_id in ids if rule_id.startswith(incomplete))


@cli.command(epilog="Example: migma-contract rules rate-is-percentage")
def rules(
    rule_id: Annotated[
        str | None,
        typer.Argument(metavar="ID", help="Explain this rule, with an example.", autocompletion=_rule_completion),
    ] = None,
    *,
    diff: Annotated[bool, typer.Option("--diff", help="List the rules of migma-contract diff.")] = False,
) -> None:
    """List the rules that a check applies, or explain one."""
    from migma_contract.rules.explain import explanation, listing

    typer.echo(listing(changes=diff) if rule_id is None else explanation(rule_id))
