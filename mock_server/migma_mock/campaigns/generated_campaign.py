"""Build campaigns from generated envelopes."""

from typing import Any

from migma_contract.errors import Problem
from migma_contract.openapi import Contract
from migma_mock.campaigns.campaign import Campaign
from migma_mock.campaigns.campaign_builder import build_campaign
from migma_mock.generation.profile import Profile


def generated_document(campaign_id: str, envelope: dict[str, Any], *, profile: Profile, seed: int) -> dict[str, Any]:
    """Return a campaign file that gives a generated envelope."""
    if profile == "schema":  # anything that the contract allows: numbers that contradict each other, or no data
        answer = {"reply": {"status": 200, "body": envelope}, "incoherent": True}
    else:
        answer = {"stats": envelope["data"]}
    return {
        "id": campaign_id,
        "title": f"Generated ({profile}), seed {seed}",
        "description": f"Generated with profile {profile} and seed {seed}.",
        **answer,
    }


def build_generated_campaign(
    campaign_id: str, envelope: dict[str, Any], contract: Contract, *, profile: Profile, seed: int
) -> Campaign | list[Problem]:
    """Return the campaign of a generated envelope, or every problem with it."""
    document = generated_document(campaign_id, envelope, profile=profile, seed=seed)
    # Without the time: its lastUpdated may be later than what the account's clock shows.
    return build_campaign(document, "campaign", contract)
