"""A check of one variant, like ``migma-contract check``, over loopback."""

from dataclasses import replace
from pathlib import Path

from gallery.api import CAMPAIGNS, KEY
from gallery.server import serving
from gallery.variant import Variant
from migma_contract.openapi import Contract, load_contract
from migma_contract.redaction import Secret
from migma_contract_tests.check.runner import run
from migma_contract_tests.probes.options import CheckOptions
from migma_contract_tests.results.report import Report

CONTRACT = Path(__file__).parents[4] / "openapi.json"
MAX_REQUESTS = 10


def contract() -> Contract:
    """Return the vendor's contract."""
    return load_contract(CONTRACT)


def contract_of(variant: Variant, contract: Contract) -> Contract:
    """Return a contract as the check of a variant reads it."""
    return replace(contract, rates=variant.rates)


def options(url: str, variant: Variant) -> CheckOptions:
    """Return the options of a check of a variant."""
    return CheckOptions(
        base_url=url,
        campaign_ids=CAMPAIGNS[: variant.campaigns],
        key=Secret(KEY),
        max_requests=MAX_REQUESTS,
        rate=None,
        timeout=60,
    )


def check(variant: Variant, contract: Contract) -> tuple[Report, list[str]]:
    """Return the report on a variant, and the methods that its server received; second attempts do not wait."""
    with serving(variant.change) as (url, api):
        result = run(options(url, variant), contract_of(variant, contract), sleep=lambda _: None)
        return result.report(None), api.methods
