"""The options of a check, with their defaults."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from migma_contract.finding import Level
from migma_contract.rate_unit import RATE_UNITS
from migma_contract.redaction import Secret
from migma_contract_tests.probes.option_error import option_error
from migma_contract_tests.probes.request_budget import Rate
from migma_contract_tests.probes.urls import is_loopback_url
from migma_contract_tests.results.baseline import Baseline

if TYPE_CHECKING:
    from migma_contract.openapi.published import PublishedDocument  # loads the comparison of documents
    from migma_contract_tests.results.history.earlier_runs import EarlierRuns  # loads pydantic

DEFAULT_RATE = Rate(10, 60.0)
"""The rate of the vendor's free plan (docs introduction: "Free 10/min")."""

MAX_REQUESTS, MAX_SAMPLES, MAX_FUZZ, MAX_TIMEOUT = 10_000, 100, 10_000, 3600.0
"""The largest values of the options of these names."""


@dataclass(frozen=True, kw_only=True)
class CheckOptions:
    """The options of one check.

    Attributes:
        base_url: URL of the server, with or without the contract's leading path (``/v1``).
        campaign_ids: Campaigns that exist and were sent by email; at least one.
        key: An API key that may read them.
        samples: Number of reads of each campaign.
        max_requests: Hard cap on requests, retries included.
        rate: None for no limit.
        timeout: Seconds that one request may take in total.
        fuzz: Number of generated ids to request too, within the cap.
        fail_on: The lowest level of a finding that is drift.
        baseline: Accepted findings; None for none.
        published: The document that the vendor publishes, to compare with; None for none.
        earlier: Earlier runs on the same server, for rules across runs; None without a history.
        methods: Methods besides GET and HEAD, each tried once; in upper case.
        insecure: Do not verify the server's certificate.
        ca_bundle: PEM file of the only certificate authorities to trust; None for the system's and Mozilla's.
        proxy: URL of a proxy; None for the one in the environment, which is never used for loopback.
    """

    base_url: str
    campaign_ids: tuple[str, ...]
    key: Secret
    samples: int = 2
    max_requests: int = 10
    rate: Rate | None = DEFAULT_RATE
    timeout: float = 10.0
    fuzz: int = 0
    fail_on: Level = Level.WARNING
    baseline: Baseline | None = None
    published: "PublishedDocument | None" = None
    earlier: "EarlierRuns | None" = None
    methods: tuple[str, ...] = ()
    insecure: bool = False
    ca_bundle: Path | None = None
    proxy: Secret | None = None


def check_rate(text: str | None, base_url: str, place: str = "--rate") -> Rate | None:
    """Return the rate limit; the default is the free plan's, and none for this machine.

    Raises:
        SettingsError: It cannot be read, or is ``off`` for another machine.
    """
    if text is None:
        return None if is_loopback_url(base_url) else DEFAULT_RATE
    if text.strip().lower() in RATE_UNITS:
        hint = f"The unit of openRate and clickRate is another option: --rates {text.strip()}."
        raise option_error(place, "requests per time such as 10/m", repr(text), hint)
    rate = Rate.parse(text, place)
    if rate is None and not is_loopback_url(base_url):
        raise option_error(
            place, "a rate such as 10/m", "off", f"off is for servers on this machine only, not for {base_url}."
        )
    return rate
