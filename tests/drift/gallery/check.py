"""One check of one variant, as ``migma-contract check`` does it, over loopback."""

from pathlib import Path

from contract_tests.probe import run_check
from contract_tests.redaction import Secret
from contract_tests.report import Report
from contract_tests.settings import CheckOptions
from gallery.api import CAMPAIGNS, KEY
from gallery.server import serving
from gallery.variant import Variant
from mock_server.contract import Contract, load_contract

CONTRACT = Path(__file__).parents[3] / "openapi.json"
MAX_REQUESTS = 10


def contract() -> Contract:
    """The vendor's contract."""
    return load_contract(CONTRACT)


def check(variant: Variant, contract: Contract) -> tuple[Report, list[str]]:
    """The report on a variant, and the methods that its server saw."""
    with serving(variant.change) as (url, api):
        options = CheckOptions(
            base_url=url,
            campaign_ids=CAMPAIGNS[: variant.campaigns],
            key=Secret(KEY),
            max_requests=MAX_REQUESTS,
            rate=None,
            timeout=5,
        )
        return run_check(options, contract), api.methods
