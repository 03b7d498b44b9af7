"""The options of every command that sends requests: the server, the key, the contract and the limits."""

from pathlib import Path
from typing import Annotated

import typer

from migma_contract.rate_unit import RATE_UNITS


def _rates_completion(incomplete: str) -> list[str]:
    return [unit for unit in RATE_UNITS if unit.startswith(incomplete)]


BaseUrl = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        help="The server, with or without /v1. Default: MIGMA_BASE_URL, then the built-in contract's server.",
    ),
]
CampaignIds = Annotated[
    list[str] | None,
    typer.Option(
        metavar="ID",
        help="Id of a sent campaign; repeatable. Default: MIGMA_CAMPAIGN_IDS, separated by commas.",
    ),
]
ApiKeyFile = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="File with the API key; - is standard input. Default: MIGMA_API_KEY."),
]
ApiKey = Annotated[
    str | None,
    typer.Option(
        metavar="KEY",
        help="The API key. Other users of this machine can see it in the process list; prefer MIGMA_API_KEY.",
    ),
]
ContractSource = Annotated[
    str | None,
    typer.Option(
        metavar="FILE|URL",
        help="OpenAPI document to check against: JSON, YAML or a page in Markdown. Default: the built-in one.",
    ),
]
Refresh = Annotated[bool, typer.Option("--refresh", help="Fetch the document of a --contract URL again.")]
Plan = Annotated[bool, typer.Option("--plan", help="Show the exact requests and send nothing. Needs no key.")]
MaxRequests = Annotated[str, typer.Option(metavar="N", help="Most requests in total, second attempts included.")]
RequestRate = Annotated[
    str | None,
    typer.Option(
        metavar="RATE",
        help="Most requests in any sliding window: 10/m, 2/s, 600/h; off, for this machine only. "
        "Default: 10/m; off for this machine.",
    ),
]
Timeout = Annotated[str, typer.Option(metavar="SECONDS", help="Time-out of each whole request.")]
Rates = Annotated[
    str | None,
    typer.Option(
        metavar="|".join(RATE_UNITS),
        autocompletion=_rates_completion,
        help="Unit of openRate and clickRate: the vendor's sources disagree. Default: MIGMA_RATES, then fraction.",
    ),
]
StrictNullable = Annotated[
    bool, typer.Option("--strict-nullable", help="Ignore the contract's nullable, which is not in OpenAPI 3.1.")
]
Insecure = Annotated[bool, typer.Option("--insecure", help="Do not verify the server's certificate.")]
CaBundle = Annotated[
    Path | None, typer.Option(metavar="FILE", help="PEM file of the only certificate authorities to trust.")
]
Proxy = Annotated[
    str | None,
    typer.Option(metavar="URL", help="Proxy. Default: HTTPS_PROXY and NO_PROXY; none for this machine."),
]
AllowHttp = Annotated[
    bool, typer.Option("--allow-http", help="Send the key over http, not encrypted, to another machine.")
]
