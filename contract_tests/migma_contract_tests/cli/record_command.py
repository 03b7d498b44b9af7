"""The command lines of ``migma-contract record`` and ``migma-contract recordings``."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from migma_contract.option_values import parse_duration
from migma_contract_tests.cli import server_options
from migma_contract_tests.cli.check_options import Flags, check_options, plan_text
from migma_contract_tests.cli.exit_codes import stopped_by_signals
from migma_contract_tests.cli.read_documents import read_contract
from migma_contract_tests.cli.read_flags import read_flags
from migma_contract_tests.cli.report_files import Progress
from migma_contract_tests.probes.rates import rate_unit

RECORD_HELP = """\
Send the requests of a check, and write what the server answers as campaign files, which migma-mock serves at once.

Keys and cookies are removed. What breaks the contract is not recorded, unless --allow-violations is given.

\b
Examples:
  export MIGMA_API_KEY=…          the key, with the permission email:read
  migma-contract record my-fixtures --campaign-id 507f1f77bcf86cd799439011
  migma-contract record my-fixtures --campaign-id ID --pseudonymise-ids SEED --jitter 5%
  migma-mock --fixtures my-fixtures

\b
Exit codes: 0 recorded; 1 a response breaks the contract and was not recorded; 2 unusable input or output;
3 no usable response (no connection, key rejected, campaign not found); 130 Ctrl-C; 143 SIGTERM;
141 the reader of standard output is gone; 70 internal error.
"""

RECORDINGS_HELP = """\
List the recordings in a folder of campaign files: the campaign, its age, and the server that answered.

\b
Examples:
  migma-contract recordings my-fixtures
  migma-contract recordings my-fixtures --max-age 30d

\b
Exit codes: 0 none is too old; 1 some are; 2 unusable input or output; 141 the reader of standard output is gone;
70 internal error.
"""


def record(
    *,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder; it is made if necessary.")],
    campaign_id: server_options.CampaignIds = None,
    allow_violations: Annotated[
        bool,
        typer.Option("--allow-violations", help="Record what breaks the contract too, and say so in the file."),
    ] = False,
    pseudonymise_ids: Annotated[
        str | None,
        typer.Option(
            metavar="SEED",
            help="Replace campaign ids; the same seed gives the same ones, and who knows it can test a guess.",
        ),
    ] = None,
    jitter: Annotated[
        str | None,
        typer.Option(metavar="PERCENT", help="Change each count by up to this part, such as 5%; they still fit."),
    ] = None,
    seed: Annotated[
        str | None,
        typer.Option(metavar="SEED", help="Seed of --jitter; the same seed gives the same counts. Default: random."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace recordings that exist.")] = False,
    base_url: server_options.BaseUrl = None,
    api_key_file: server_options.ApiKeyFile = None,
    api_key: server_options.ApiKey = None,
    contract: server_options.ContractSource = None,
    refresh: server_options.Refresh = False,
    plan: server_options.Plan = False,
    max_requests: server_options.MaxRequests = str(Flags.max_requests),
    rate: server_options.RequestRate = None,
    timeout: server_options.Timeout = f"{Flags.timeout:g}",
    rates: server_options.Rates = None,
    strict_nullable: server_options.StrictNullable = False,
    insecure: server_options.Insecure = False,
    ca_bundle: server_options.CaBundle = None,
    proxy: server_options.Proxy = None,
    allow_http: server_options.AllowHttp = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print no progress and no notes.")] = False,
) -> None:
    """Record what a server answers; the help is ``RECORD_HELP``."""
    document = read_contract(contract, strict_nullable=strict_nullable, rates=rate_unit(rates), refresh=refresh)
    flags = read_flags(locals())
    # Loaded here: it takes longer than everything that --help needs.
    from migma_contract_tests.cli.record import RecordOptions, parse_jitter, parse_seed, record_responses

    with stopped_by_signals():
        options = check_options(flags, document)
        wanted = RecordOptions(
            folder=folder,
            force=force,
            allow_violations=allow_violations,
            pseudonym_seed=parse_seed("--pseudonymise-ids", pseudonymise_ids),
            jitter=parse_jitter(jitter, parse_seed("--seed", seed)),
        )
        if plan:
            sys.stdout.write(plan_text(options, document))
            return
        code = record_responses(options, document, wanted, progress=Progress(quiet=quiet), quiet=quiet)
    raise typer.Exit(code)


def recordings(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A folder of campaign files.")],
    *,
    max_age: Annotated[
        str | None,
        typer.Option(metavar="DURATION", help="End with exit code 1 if a recording is older: 90s, 6h, 30d, 2w."),
    ] = None,
) -> None:
    """List recordings; the help is ``RECORDINGS_HELP``."""
    limit = None if max_age is None else parse_duration("--max-age", max_age)
    from migma_contract_tests.cli.recordings import list_recordings

    raise typer.Exit(list_recordings(folder, limit))
