"""The command ``migma-mock``: serve, wait, fixtures, generate, doctor."""

import io
import json
import os
import sys
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from migma_contract.errors import MigmaError
from migma_contract.version import __version__
from migma_mock.cli.progress import progress
from migma_mock.cli.settings_options import _with_settings
from migma_mock.settings import Settings, unknown_variables

_GROUP_OPTIONS = {"-h", "--help", "--version", "--install-completion", "--show-completion"}

cli = typer.Typer(
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 done, 1 a wait that ran out of time, 2 something given cannot be used.",
)


def main() -> None:
    """Run the command; what a user can mend comes as text, never as a traceback."""
    arguments = sys.argv[1:]
    if not arguments or (arguments[0].startswith("-") and arguments[0] not in _GROUP_OPTIONS):
        arguments = ["serve", *arguments]
    # A title may hold what the terminal's encoding has not.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        cli(arguments, prog_name="migma-mock")
    except MigmaError as error:
        typer.echo(f"migma-mock: {error}", err=True)
        sys.exit(error.exit_code)
    except OSError as error:
        # Standard output is full or gone; Python must not try to flush it again at exit.
        typer.echo(f"migma-mock: cannot write: {error.strerror}", err=True)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(2)


@cli.callback(invoke_without_command=True)
def _group(
    context: typer.Context,
    *,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """A local stand-in for the Migma.ai campaign stats API. `migma-mock` alone is `migma-mock serve`."""
    if version:
        typer.echo(f"migma-mock {__version__}")
    elif context.invoked_subcommand is None:
        typer.echo(context.get_help())


@cli.command(epilog="Example: migma-mock serve --port 0 --unknown-id generate")
@_with_settings()
def serve(**options: Any) -> None:
    """Serve the mock until Ctrl-C.

    Standard output gets one line, `ready http://127.0.0.1:PORT`, when it answers; all else goes to standard error.
    """
    # Imported by those who serve only: `--help` is quicker without a web server.
    from migma_mock.cli.banner import print_banner
    from migma_mock.http.access_log import AccessLog
    from migma_mock.server import MockServer

    settings = Settings.read(**options)
    progress_hook = iter if settings.quiet else partial(progress, label="Reading fixtures")
    mock, log = MockServer(settings=settings, progress_hook=progress_hook), AccessLog()
    if settings.quiet:
        for sentence in unknown_variables():
            typer.echo(f"migma-mock: {sentence}", err=True)
    else:
        print_banner(mock, unknown_variables())
        mock.app.log = log
    mock.run(on_ready=lambda: typer.echo(f"ready {mock.base_url}"))
    log.flush()


@cli.command(epilog="Example: migma-mock wait http://127.0.0.1:4010 --timeout 10")
def wait(
    url: Annotated[str, typer.Argument(metavar="URL", help="Base URL of the mock, with or without /v1.")],
    timeout: Annotated[float, typer.Option(min=0, metavar="SECONDS", help="How long to wait at most.")] = 30,
) -> None:
    """Return when the mock at URL is ready, for scripts in any language."""
    from migma_contract.errors import ServerError
    from migma_mock.cli.wait import wait_until_ready

    try:
        wait_until_ready(url, timeout)
    except ServerError as error:
        typer.echo(f"migma-mock: {error}", err=True)
        raise typer.Exit(1) from error


@cli.command(epilog="Example: migma-mock fixtures --fixtures my-fixtures")
@_with_settings("fixtures", "builtin", "contract", "strict_nullable")
def fixtures(**options: Any) -> None:
    """Check the fixtures and list their campaigns; exit 2 with every reason if one cannot be used."""
    from migma_mock.cli.banner import campaign_line
    from migma_mock.mock import Mock

    for campaign in Mock(Settings.read(**options)).accounts.built_in.state.campaigns.values():
        typer.echo(campaign_line(campaign.id, campaign.answers, campaign.title))


@cli.command(epilog="Example: migma-mock generate --profile edge --count 20 --seed 7")
@_with_settings("profile", "seed", "contract", "strict_nullable")
def generate(
    ids: Annotated[
        list[str] | None,
        typer.Argument(metavar="ID", help="Campaign ids; without any, --count says how many.", show_default=False),
    ] = None,
    count: Annotated[int, typer.Option(min=1, max=1_000_000, metavar="N", help="How many campaigns, without ids.")] = 1,
    save: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Write them as fixture files into this folder instead.", show_default=False),
    ] = None,
    **options: Any,
) -> None:
    """Print generated success envelopes, one JSON document a line.

    The same seed, profile and id give the same stats anywhere, the server included (`--unknown-id
    generate`), for the same release of Hypothesis; `--save` pins them for good.
    """
    from migma_mock.campaigns.fixture_writer import write_campaign
    from migma_mock.generation import Generator, campaign_ids
    from migma_mock.mock import load_contract_for

    settings = Settings.read(**options)
    generator = Generator(load_contract_for(settings), seed=settings.seed, profile=settings.profile)
    wanted = ids or campaign_ids(settings.seed, count)
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
@_with_settings()
def doctor(**options: Any) -> None:
    """Say what is wrong with a set-up, and what to do; takes the options of serve.

    Versions, variables, proxies, contract, fixtures, port. Exit 2 if something keeps the mock from starting.
    """
    from migma_mock.cli.doctor import diagnose

    colours = {"ok": typer.colors.GREEN, "warning": typer.colors.YELLOW, "problem": typer.colors.RED}
    findings = list(diagnose(options))
    for finding in findings:
        level = typer.style(f"{finding.level:<7}", fg=colours[finding.level])
        typer.echo(f"{level}  {finding.subject:<9}  {finding.text}")
        if finding.remedy:
            typer.echo(f"{'':20}{finding.remedy}")
    if any(finding.level == "problem" for finding in findings):
        raise typer.Exit(2)
