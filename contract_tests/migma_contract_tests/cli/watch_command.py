"""The command line of ``migma-contract watch``."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from migma_contract.option_values import parse_duration
from migma_contract_tests.cli import check_arguments, server_options
from migma_contract_tests.cli.check_options import Flags, check_options
from migma_contract_tests.cli.exit_codes import stopped_by_signals
from migma_contract_tests.cli.history_options import parse_max_age
from migma_contract_tests.cli.read_documents import read_contract
from migma_contract_tests.cli.read_flags import read_flags
from migma_contract_tests.cli.report_files import Progress, parse_outputs, require_writable_output, wants_color
from migma_contract_tests.probes.option_error import option_error
from migma_contract_tests.probes.rates import rate_unit

HELP = """\
Check a server again and again, and report only what is new or gone since the run before.

The first check begins at once. Every run is added to the history, so that watch goes on where it was, however it ended;
what it has begun to report is not reported again. Ctrl-C ends it.

\b
Examples:
  export MIGMA_API_KEY=…          the key, with the permission email:read
  migma-contract watch --campaign-id 507f1f77bcf86cd799439011 --every 6h
  migma-contract watch --campaign-id ID --history /var/lib/migma/history.db --exec './notify api'

\b
Exit codes: 2 unusable input or output; 130 Ctrl-C; 143 SIGTERM; 141 the reader of standard output is gone;
70 internal error. A verdict does not end it.
"""
_SHORTEST, _LONGEST = timedelta(minutes=1), timedelta(days=30)
_FILE = Path("migma-history.db")


def watch(
    *,
    every: Annotated[
        str,
        typer.Option(metavar="DURATION", help="Time from the start of one check to that of the next: 30min, 6h, 1d."),
    ] = "6h",
    history: Annotated[Path, typer.Option(metavar="FILE", help="The file of the history.")] = _FILE,
    exec: Annotated[  # noqa: A002 - the flag's name is the users' word
        str | None,
        typer.Option(
            metavar="COMMAND",
            help="Run this command for each report, with the JSON report as its standard input; without a shell.",
        ),
    ] = None,
    base_url: server_options.BaseUrl = None,
    campaign_id: server_options.CampaignIds = None,
    api_key_file: server_options.ApiKeyFile = None,
    api_key: server_options.ApiKey = None,
    contract: server_options.ContractSource = None,
    refresh: server_options.Refresh = False,
    samples: check_arguments.Samples = str(Flags.samples),
    max_requests: server_options.MaxRequests = str(Flags.max_requests),
    rate: server_options.RequestRate = None,
    timeout: server_options.Timeout = f"{Flags.timeout:g}",
    fuzz: check_arguments.Fuzz = str(Flags.fuzz),
    fail_on: check_arguments.FailOn = Flags.fail_on.value,
    rates: server_options.Rates = None,
    strict_nullable: server_options.StrictNullable = False,
    baseline: check_arguments.BaselineFile = None,
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
    """Watch a server; the help is ``HELP``."""
    pause = parse_duration("--every", every, minimum=_SHORTEST)
    if pause > _LONGEST:
        raise option_error("--every", "30d or less", repr(every))
    outputs = [] if exec is not None and not format else parse_outputs(format or (), quiet=quiet or exec is not None)
    age = parse_max_age(max_age, history)
    document = read_contract(contract, strict_nullable=strict_nullable, rates=rate_unit(rates), refresh=refresh)
    flags = read_flags(locals())
    with stopped_by_signals("migma-contract: watch was stopped"):
        options = check_options(flags, document)
        require_writable_output(outputs)
        # Loaded here: it takes longer than everything that --help needs.
        from migma_contract_tests.check.memory import opened_memory
        from migma_contract_tests.cli.watch import Delivery, Watch
        from migma_contract_tests.cli.watch_exec import parse_exec

        command = None if exec is None else parse_exec(exec, options.key)
        with opened_memory(history, age) as memory:
            Watch(
                options,
                document,
                memory,
                Delivery(outputs, command, color=wants_color(no_color=no_color)),
                every=pause.total_seconds(),
                progress=Progress(quiet=quiet),
            ).run()
