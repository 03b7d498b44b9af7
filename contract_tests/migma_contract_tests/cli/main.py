"""The command ``migma-contract``: check, diff, patch, record, recordings, rules."""

import atexit
import gc
import sys
from pathlib import Path
from typing import Annotated

import typer

from migma_contract.command_exit import exit_codes
from migma_contract.command_group import CommandGroup
from migma_contract.finding import Level
from migma_contract.option_values import parse_choice, parse_seconds, parse_whole_number
from migma_contract.redaction import Secret
from migma_contract.version import __version__
from migma_contract_tests.cli import diff_command, patch_command, record_command, server_options
from migma_contract_tests.cli.check_options import Flags, check_options, plan_text, read_contract
from migma_contract_tests.cli.exit_codes import stopped_by_signals
from migma_contract_tests.cli.report_files import (
    Progress,
    parse_outputs,
    require_writable_output,
    wants_color,
)
from migma_contract_tests.probes.options import MAX_FUZZ, MAX_REQUESTS, MAX_SAMPLES, MAX_TIMEOUT
from migma_contract_tests.probes.rates import rate_unit
from migma_contract_tests.reports import FORMATS

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
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    pass


_CHECK_HELP = """\
Read campaigns from a server with correct and incorrect requests, and report what differs from the contract.

Only GET and HEAD are sent, at most 10 requests, no faster than the free plan allows.

\b
Examples:
  export MIGMA_API_KEY=…          the key, with the permission email:read
  migma-contract check --campaign-id 507f1f77bcf86cd799439011 --plan
  migma-contract check --campaign-id 507f1f77bcf86cd799439011
  migma-contract check --base-url http://localhost:4010 --campaign-id ID --format junit=report.xml
  migma-contract check --campaign-id ID --baseline known.json --update-baseline

\b
Exit codes: 0 conforms; 1 drift (a finding at or above --fail-on); 2 unusable input or output;
3 inconclusive (no connection, key rejected, campaign not found, too few requests to judge);
130 Ctrl-C; 143 SIGTERM; 141 the reader of standard output is gone; 70 internal error.
"""


def _format_completion(incomplete: str) -> list[str]:
    return [name for name in FORMATS if name.startswith(incomplete)]


def _level_completion(incomplete: str) -> list[str]:
    return [level for level in Level if level.startswith(incomplete)]


@cli.command(help=_CHECK_HELP)
def check(
    *,
    base_url: server_options.BaseUrl = None,
    campaign_id: server_options.CampaignIds = None,
    api_key_file: server_options.ApiKeyFile = None,
    api_key: server_options.ApiKey = None,
    contract: server_options.ContractSource = None,
    refresh: server_options.Refresh = False,
    plan: server_options.Plan = False,
    samples: Annotated[str, typer.Option(metavar="N", help="Reads of each campaign, spread over the run.")] = str(
        Flags.samples
    ),
    max_requests: server_options.MaxRequests = str(Flags.max_requests),
    rate: server_options.RequestRate = None,
    timeout: server_options.Timeout = f"{Flags.timeout:g}",
    fuzz: Annotated[str, typer.Option(metavar="N", help="Also request N generated ids, within --max-requests.")] = str(
        Flags.fuzz
    ),
    fail_on: Annotated[
        str,
        typer.Option(
            metavar="|".join(Level),
            autocompletion=_level_completion,
            help="The lowest level of a finding that is drift.",
        ),
    ] = Flags.fail_on.value,
    rates: server_options.Rates = None,
    strict_nullable: server_options.StrictNullable = False,
    baseline: Annotated[Path | None, typer.Option(metavar="FILE", help="File of accepted findings.")] = None,
    update_baseline: Annotated[
        bool, typer.Option("--update-baseline", help="Accept the findings of this run: write them to --baseline.")
    ] = False,
    format: Annotated[  # noqa: A002 - the flag's name is the users' word
        list[str] | None,
        typer.Option(
            metavar="FORMAT[=PATH]",
            autocompletion=_format_completion,
            help=f"Report to standard output, or to a file: {', '.join(FORMATS)}. Repeatable. Default: terminal.",
        ),
    ] = None,
    insecure: server_options.Insecure = False,
    ca_bundle: server_options.CaBundle = None,
    proxy: server_options.Proxy = None,
    allow_http: server_options.AllowHttp = False,
    allow_method: Annotated[
        list[str] | None,
        typer.Option(metavar="METHOD", help="Also send this method once; for staging servers only. Repeatable."),
    ] = None,
    quiet: Annotated[
        bool,
        typer.Option(
            "--quiet",
            "-q",
            help="Print no progress, and of the terminal report only the verdict; nothing of it with --format.",
        ),
    ] = False,
    no_color: Annotated[bool, typer.Option("--no-color", help="Use no colours; NO_COLOR does the same.")] = False,
) -> None:
    """Check a server; the help is ``_CHECK_HELP``."""
    outputs = parse_outputs(format or (), quiet=quiet)
    document = read_contract(contract, strict_nullable=strict_nullable, rates=rate_unit(rates), refresh=refresh)
    flags = Flags(
        base_url=base_url,
        contract=contract,
        campaign_ids=campaign_id or (),
        api_key=None if api_key is None else Secret(api_key),
        api_key_file=api_key_file,
        samples=parse_whole_number("--samples", samples, minimum=1, maximum=MAX_SAMPLES),
        max_requests=parse_whole_number("--max-requests", max_requests, minimum=1, maximum=MAX_REQUESTS),
        rate=rate,
        timeout=parse_seconds("--timeout", timeout, maximum=MAX_TIMEOUT),
        fuzz=parse_whole_number("--fuzz", fuzz, minimum=0, maximum=MAX_FUZZ),
        fail_on=Level(parse_choice("--fail-on", fail_on, Level)),
        baseline=baseline,
        update_baseline=update_baseline,
        methods=allow_method or (),
        insecure=insecure,
        ca_bundle=ca_bundle,
        proxy=None if proxy is None else Secret(proxy),
        allow_http=allow_http,
        plan=plan,
    )
    with stopped_by_signals():
        options = check_options(flags, document)
        if plan:
            sys.stdout.write(plan_text(options, document))
            return
        require_writable_output(outputs)
        # Loaded here: it takes longer than everything that --help and --plan need.
        from migma_contract_tests.cli.check_and_report import check_and_report

        report = check_and_report(
            options,
            document,
            outputs,
            progress=Progress(quiet=quiet),
            color=wants_color(no_color=no_color),
            update=baseline if update_baseline else None,
        )
    raise typer.Exit(report.exit_code)


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
