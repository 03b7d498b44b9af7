"""The command ``migma-mock``: serve, wait, fixtures, keys, contract, generate, doctor; others have own files."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from migma_contract.command_exit import exit_codes
from migma_contract.command_group import CommandGroup
from migma_contract.errors import Problem, SettingsError
from migma_contract.option_values import parse_choice, parse_seconds, parse_whole_number
from migma_contract.safe_text import one_line
from migma_contract.version import __version__
from migma_mock.cli.fixture_commands import add_fixture_commands
from migma_mock.cli.progress import progress
from migma_mock.cli.scenario_command import add_scenario_command
from migma_mock.cli.settings_options import SourceArgument, settings_with_source, with_settings
from migma_mock.settings import Settings

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


def _version(wanted: bool) -> None:  # noqa: FBT001 - typer's callbacks are called with the value alone
    if wanted:
        typer.echo(f"migma-mock {__version__}")
        raise typer.Exit


@cli.callback(invoke_without_command=True)
def _group(
    context: typer.Context,
    *,
    version: Annotated[  # noqa: ARG001 - its callback prints it
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """A local mock server for the Migma.ai campaign stats API. `migma-mock` alone runs `migma-mock serve`."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@cli.command(epilog="Example: migma-mock serve --port 0 --unknown-id generate")
@with_settings()
def serve(**options: Any) -> None:
    """Serve the mock until Ctrl-C.

    When it answers, it prints one line to standard output, `ready http://127.0.0.1:PORT` (https:// with `--tls`);
    everything else goes to standard error. A worker that ends or hangs is replaced; if none can start, the exit
    code is that of the last one.
    """
    # Imported here, since `--help` is quicker without a web server.
    from migma_mock.cli.serve import serve_until_told

    code = serve_until_told(Settings.read(**options))
    if code:
        raise typer.Exit(code)


@cli.command(epilog="Example: migma-mock wait http://127.0.0.1:4010 --instance ci-42 --timeout 10")
def wait(
    url: Annotated[str, typer.Argument(metavar="URL", help="Base URL of the mock, with or without /v1.")],
    timeout: Annotated[str, typer.Option(metavar="SECONDS", help="Longest time to wait.")] = "30",
    instance: Annotated[
        str | None,
        typer.Option(
            metavar="ID",
            help="Wait for the mock that was started with this --instance, not for another at the same address.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Wait until the mock at URL is ready. For scripts in any language."""
    from migma_contract.errors import ServerError
    from migma_mock.cli.wait import wait_until_ready

    try:
        wait_until_ready(url, parse_seconds("--timeout", timeout, zero=True), instance)
    except ServerError as error:
        typer.echo(f"migma-mock: {error}", err=True)
        raise typer.Exit(1) from error


@cli.command(epilog="Example: migma-mock fixtures --fixtures my-fixtures")
@with_settings("fixtures", "builtin", "api_key", "contract", "refresh", "strict_nullable", "rates")
def fixtures(**options: Any) -> None:
    """Check the fixtures and list their campaigns. Exits with 2 and every reason if one is invalid."""
    from migma_mock.cli.banner import campaign_line
    from migma_mock.mock import Mock

    mock = Mock(Settings.read(**options))
    for campaign in mock.accounts.built_in.state.campaigns.values():
        typer.echo(campaign_line(campaign.id, campaign.status_label, campaign.title))
    for notice in mock.fixtures.notices:
        typer.echo(f"note: {one_line(notice)}", err=True)


@cli.command(epilog="Example: migma-mock contract openapi.yaml --format json")
@with_settings("contract", "refresh", "strict_nullable", "rates")
def contract(
    source: SourceArgument = None,
    output_format: Annotated[str, typer.Option("--format", metavar="text|json", help="How to print it.")] = "text",
    **options: Any,
) -> None:
    """Show the contract as the mock reads it.

    That is its path, statuses, stats, API key, servers and notices. Without SOURCE it is the one of `--contract` or
    MIGMA_MOCK_CONTRACT, or else the built-in one.
    """
    from migma_mock.cli.contract_view import contract_as_data, contract_lines
    from migma_mock.contract_parts import load_contract_for

    wanted = parse_choice("--format", output_format, ("text", "json"))
    document = load_contract_for(settings_with_source(source, options))
    if wanted == "json":
        typer.echo(json.dumps(contract_as_data(document), indent=2))
    else:
        typer.echo("\n".join(contract_lines(document)))


@cli.command(epilog="Example: migma-mock keys --fixtures my-fixtures --show")
@with_settings("fixtures", "builtin", "api_key", "contract", "strict_nullable", "rates")
def keys(
    *,
    show: Annotated[bool, typer.Option("--show", help="Show your own keys too; else they are masked.")] = False,
    **options: Any,
) -> None:
    """List the API keys, and what a request with each gets."""
    from migma_mock.cli.key_list import key_lines
    from migma_mock.mock import Mock

    for line in key_lines(Mock(Settings.read(**options)).fixtures.keys, show=show):
        typer.echo(line)


@cli.command(epilog="Example: migma-mock generate --profile edge --count 20 --seed 7")
@with_settings("profile", "seed", "contract", "refresh", "strict_nullable", "rates")
def generate(
    ids: Annotated[
        list[str] | None,
        typer.Argument(metavar="ID", help="Campaign ids; without any, --count ids are generated.", show_default=False),
    ] = None,
    count: Annotated[
        str | None,
        typer.Option(
            metavar="N", help="Number of campaigns if no id is given, at most 1000000. [default: 1]", show_default=False
        ),
    ] = None,
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
    from migma_mock.contract_parts import load_contract_for
    from migma_mock.generation import Generator, campaign_ids

    settings = Settings.read(**options)
    contract = load_contract_for(settings)
    generator = Generator(contract, seed=settings.seed, profile=settings.profile)
    if ids and count is not None:
        raise SettingsError([Problem("--count", "", "either ids or a count", "both")])
    number = 1 if count is None else parse_whole_number("--count", count, minimum=1, maximum=1_000_000)
    wanted = ids or campaign_ids(settings.seed, number, contract)
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
    """Find what is wrong with a setup and how to fix it.

    Takes the options of serve, and checks versions, variables, proxies, contract, fixtures and port. Exits with 2
    if the mock cannot start.
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


add_fixture_commands(cli)
add_scenario_command(cli)
