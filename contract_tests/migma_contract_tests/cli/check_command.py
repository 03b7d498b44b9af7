"""The command line of ``migma-contract check``."""

import sys
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from migma_contract_tests.cli import check_arguments, server_options
from migma_contract_tests.cli.check_options import Flags, check_options, plan_text
from migma_contract_tests.cli.exit_codes import stopped_by_signals
from migma_contract_tests.cli.history_options import parse_max_age
from migma_contract_tests.cli.read_documents import read_contract, read_published_document
from migma_contract_tests.cli.read_flags import read_flags
from migma_contract_tests.cli.report_files import Progress, parse_outputs, require_writable_output, wants_color
from migma_contract_tests.probes.rates import rate_unit

HELP = """\
Read campaigns from a server with correct and incorrect requests, and report what differs from the contract.

Only GET and HEAD are sent, at most 10 requests, no faster than the free plan allows.

\b
Examples:
  export MIGMA_API_KEY=…          the key, with the permission email:read
  migma-contract check --campaign-id 507f1f77bcf86cd799439011 --plan
  migma-contract check --campaign-id 507f1f77bcf86cd799439011
  migma-contract check --base-url http://localhost:4010 --campaign-id ID --format junit=report.xml
  migma-contract check --campaign-id ID --baseline known.json --update-baseline
  migma-contract check --campaign-id ID --history history.db
  migma-contract check --campaign-id ID --published https://example.com/openapi.yaml

\b
Exit codes: 0 conforms; 1 drift (a finding at or above --fail-on); 2 unusable input or output;
3 inconclusive (no connection, key rejected, campaign not found, too few requests to judge);
130 Ctrl-C; 143 SIGTERM; 141 the reader of standard output is gone; 70 internal error.
"""


def check(
    *,
    base_url: server_options.BaseUrl = None,
    campaign_id: server_options.CampaignIds = None,
    api_key_file: server_options.ApiKeyFile = None,
    api_key: server_options.ApiKey = None,
    contract: server_options.ContractSource = None,
    refresh: server_options.Refresh = False,
    published: Annotated[
        str | None,
        typer.Option(
            metavar="FILE|URL",
            help="Also compare with the document that the vendor publishes: JSON, YAML or a page in Markdown.",
        ),
    ] = None,
    plan: server_options.Plan = False,
    samples: check_arguments.Samples = str(Flags.samples),
    max_requests: server_options.MaxRequests = str(Flags.max_requests),
    rate: server_options.RequestRate = None,
    timeout: server_options.Timeout = f"{Flags.timeout:g}",
    fuzz: check_arguments.Fuzz = str(Flags.fuzz),
    fail_on: check_arguments.FailOn = Flags.fail_on.value,
    rates: server_options.Rates = None,
    strict_nullable: server_options.StrictNullable = False,
    baseline: check_arguments.BaselineFile = None,
    update_baseline: Annotated[
        bool, typer.Option("--update-baseline", help="Accept the findings of this run: write them to --baseline.")
    ] = False,
    history: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Compare with the earlier runs in this file, and add this one to it."),
    ] = None,
    max_age: check_arguments.MaxAge = None,
    format: check_arguments.Formats = None,  # noqa: A002 - the flag's name is the users' word
    insecure: server_options.Insecure = False,
    ca_bundle: server_options.CaBundle = None,
    proxy: server_options.Proxy = None,
    allow_http: server_options.AllowHttp = False,
    allow_method: check_arguments.Methods = None,
    quiet: check_arguments.Quiet = False,
    no_color: check_arguments.NoColor = False,
) -> None:
    """Check a server; the help is ``HELP``."""
    outputs = parse_outputs(format or (), quiet=quiet)
    age = parse_max_age(max_age, history)
    document = read_contract(contract, strict_nullable=strict_nullable, rates=rate_unit(rates), refresh=refresh)
    flags = read_flags(locals())
    with stopped_by_signals():
        options = check_options(flags, document)
        if plan:
            sys.stdout.write(plan_text(options, document))
            return
        require_writable_output(outputs)
        if published is not None:
            compared = read_published_document(published, document, strict_nullable=strict_nullable)
            options = replace(options, published=compared)
        # Loaded here: it takes longer than everything that --help and --plan need.
        from migma_contract_tests.check.memory import opened_memory
        from migma_contract_tests.cli.check_and_report import check_and_report

        with opened_memory(history, age) if history else nullcontext() as memory:
            report = check_and_report(
                options,
                document,
                outputs,
                progress=Progress(quiet=quiet),
                color=wants_color(no_color=no_color),
                update=baseline if update_baseline else None,
                memory=memory,
            )
    raise typer.Exit(report.exit_code)
