"""The command ``migma-mock``: serve, wait, fixtures, generate, doctor."""

import contextlib
import json
import sys
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from migma_contract.command_exit import exit_codes
from migma_contract.command_group import CommandGroup
from migma_contract.option_values import parse_seconds, parse_whole_number
from migma_contract.safe_text import one_line
from migma_contract.version import __version__
from migma_mock.cli.progress import progress
from migma_mock.cli.settings_options import with_settings
from migma_mock.settings import Settings, unknown_variables

_GROUP_OPTIONS = {"-h", "--help", "--version", "--install-completion", "--show-completion"}

cli = typer.Typer(
    cls=CommandGroup,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 success; 1 a wait timed out; 2 invalid input or output; "
    "141 standard output was closed; 70 internal error.",
)


def main() -> None:
    """Run the command; without a subcommand it is ``serve``."""
    arguments = sys.argv[1:]
    if not arguments or (arguments[0].startswith("-") and arguments[0] not in _GROUP_OPTIONS):
        arguments = ["serve", *arguments]
    with exit_codes("migma-mock"):
        cli(arguments, prog_name="migma-mock")


@cli.callback(invoke_without_command=True)
def _group(
    context: typer.Context,
    *,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """A local mock server for the Migma.ai campaign stats API. `migma-mock` alone runs `migma-mock serve`."""
    if version:
        typer.echo(f"migma-mock {__version__}")
    elif context.invoked_subcommand is None:
        typer.echo(context.get_help())


@cli.command(epilog="Example: migma-mock serve --port 0 --unknown-id generate")
@with_settings()
def serve(**options: Any) -> None:
    """Serve the mock until Ctrl-C.

    When it answers, it prints one line to standard output, `ready http://127.0.0.1:PORT`; everything else goes to
    standard error.
    """
    # Imported here, since `--help` is quicker without a web server.
    from migma_mock.cli.banner import print_banner
    from migma_mock.cli.ready_line import write_ready_line
    from migma_mock.http.access_log import AccessLog
    from migma_mock.server import MockServer

    settings = Settings.read(**options)
    progress_hook = iter if settings.quiet else partial(progress, label="Reading fixtures")
    server = MockServer(settings=settings, progress_hook=progress_hook)
    log = AccessLog(redact=server.mock.accounts.redactor.text)
    # Banner, errors of the server and warnings go the same way as the log: nothing but its thread waits for a reader.
    if settings.quiet:
        log.writer.write("".join(f"migma-mock: {sentence}\n" for sentence in unknown_variables()))
    else:
        print_banner(server, unknown_variables(), log.writer)
        server.mock.log = log

    def print_ready() -> None:
        log.writer.drain()  # on a terminal, the ready line comes after the banner
        write_ready_line(f"ready {server.base_url}\n", sys.stdout)

    try:
        with contextlib.redirect_stderr(log.writer):
            server.run(on_ready=print_ready)
    finally:
        log.flush()


@cli.command(epilog="Example: migma-mock wait http://127.0.0.1:4010 --timeout 10")
def wait(
    url: Annotated[str, typer.Argument(metavar="URL", help="Base URL of the mock, with or without /v1.")],
    timeout: Annotated[str, typer.Option(metavar="SECONDS", help="Longest time to wait.")] = "30",
) -> None:
    """Wait until the mock at URL is ready, for scripts in any language."""
    from migma_contract.errors import ServerError
    from migma_mock.cli.wait import wait_until_ready

    try:
        wait_until_ready(url, parse_seconds("--timeout", timeout, zero=True))
    except ServerError as error:
        typer.echo(f"migma-mock: {error}", err=True)
        raise typer.Exit(1) from error


@cli.command(epilog="Example: migma-mock fixtures --fixtures my-fixtures")
@with_settings("fixtures", "builtin", "api_key", "contract", "refresh", "strict_nullable", "rates")
def fixtures(**options: Any) -> None:
    """Check the fixtures and list their campaigns; exit with 2 and every reason if one is invalid."""
    from migma_mock.cli.banner import campaign_line
    from migma_mock.mock import Mock

    for campaign in Mock(Settings.read(**options)).accounts.built_in.state.campaigns.values():
        typer.echo(campaign_line(campaign.id, campaign.status_label, campaign.title))


@cli.command(epilog="Example: migma-mock generate --profile edge --count 20 --seed 7")
@with_settings("profile", "seed", "contract", "refresh", "strict_nullable", "rates")
def generate(
    ids: Annotated[
        list[str] | None,
        typer.Argument(metavar="ID", help="Campaign ids; without any, --count ids are generated.", show_default=False),
    ] = None,
    count: Annotated[
        str, typer.Option(metavar="N", help="Number of campaigns if no id is given, at most 1000000.")
    ] = "1",
    save: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Write them as fixture files to this folder instead.", show_default=False),
    ] = None,
    **options: Any,
) -> None:
    """Print generated success envelopes, one JSON document per line.

    The same seed, profile and id give the same stats everywhere, also in the server (`--unknown-id generate`), with
    the same release of Hypothesis. `--save` keeps them as files.
    """
    from migma_mock.campaigns.fixture_writer import write_campaign
    from migma_mock.generation import Generator, campaign_ids
    from migma_mock.mock import load_contract_for

    settings = Settings.read(**options)
    generator = Generator(load_contract_for(settings), seed=settings.seed, profile=settings.profile)
    number = parse_whole_number("--count", count, minimum=1, maximum=1_000_000)
    wanted = ids or campaign_ids(settings.seed, number)
    saved = set()
    for campaign_id in progress(wanted, "Generating"):
        envelope = generator.envelope(campaign_id)
        if save:
            saved.add(write_campaign(save, campaign_id, envelope, profile=settings.profile, seed=settings.seed))
        else:
            typer.echo(json.dumps(envelope))
    if save:
        typer.echo(f"{len(saved)} fixture file{'' if len(saved) == 1 else 's'} in {save}", err=True)


@cli.command(epilog="Example: migma-mock doctor --port 8080 --fixtures my-fixtures")
@with_settings()
def doctor(**options: Any) -> None:
    """Find what is wrong with a setup and how to fix it; takes the options of serve.

    Checks versions, variables, proxies, contract, fixtures and port. Exits with 2 if the mock cannot start.
    """
    from migma_mock.cli.doctor import diagnose

    colors = {"ok": typer.colors.GREEN, "warning": typer.colors.YELLOW, "problem": typer.colors.RED}
    findings = list(diagnose(options))
    for finding in findings:
        level = typer.style(f"{finding.level:<7}", fg=colors[finding.level])
        typer.echo(f"{level}  {finding.subject:<9}  {one_line(finding.text)}")
        if finding.remedy:
            typer.echo(f"{'':20}{one_line(finding.remedy)}")
    if any(finding.level == "problem" for finding in findings):
        raise typer.Exit(2)
