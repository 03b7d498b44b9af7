"""Build campaigns of which only some stats are given."""

from datetime import datetime
from typing import Any

from migma_contract.errors import Problem
from migma_contract.openapi import Contract
from migma_contract.rate_unit import RATE_UNITS
from migma_contract.strict_json import describe_json
from migma_mock.campaigns.campaign import Campaign
from migma_mock.campaigns.campaign_builder import build_campaign
from migma_mock.campaigns.campaign_file import REPLY_FIELDS
from migma_mock.campaigns.stats_completion import complete_stats


def build_completed_campaign(
    document: Any, source: str, contract: Contract, clock_now: datetime, latest: datetime
) -> Campaign | list[Problem]:
    """Return a campaign from a parsed file, with the missing stats filled in; or every problem with the file.

    Args:
        document: The file; without ``stats`` and another reply, all stats are filled in. Its rates are in the unit of
            its ``rates``, or else in that of the contract.
        source: The name of the file, for messages.
        contract: The contract that its replies must satisfy.
        clock_now: The time that lastUpdated gets if it is missing.
        latest: The latest time that a given lastUpdated may be.
    """
    if not isinstance(document, dict):
        return build_campaign(document, source, contract, latest)  # with the problems of what it is
    others = [name for name in REPLY_FIELDS if name != "stats" and document.get(name) is not None]
    if others:
        expected = "'stats', which are filled in"
        return [Problem(source, "", expected, " and ".join(others), f"expected {expected}, got {' and '.join(others)}")]
    stats, rates = document.get("stats"), document.get("rates")
    unit = rates if rates in RATE_UNITS else contract.rates
    if stats is not None and not isinstance(stats, dict):
        return [Problem(source, "/stats", "an object", describe_json(stats))]
    completed = complete_stats(stats or {}, clock_now, contract, unit)
    if isinstance(completed, list):
        return [problem._replace(file=source, pointer=f"/stats{problem.pointer}") for problem in completed]
    # The unit is stated, since numbers that fit both units could be read in the other one.
    whole = {**document, "stats": completed, "rates": unit if rates is None else rates}
    return build_campaign(whole, source, contract, latest)
