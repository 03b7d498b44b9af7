"""``/__mock__/accounts/{id}/generated-campaigns``: put campaigns with random stats."""

import asyncio

from pydantic import Field

from migma_contract.errors import MigmaError
from migma_mock.campaigns.generated_campaign import build_generated_campaign
from migma_mock.control.dependencies import AccountDep, MockDep, get_account
from migma_mock.control.errors import ControlError, refuse
from migma_mock.control.routes.campaigns import PutCampaignModel, put_in
from migma_mock.control.strict_route import errors, strict_router
from migma_mock.generation import Profile, campaign_ids
from migma_mock.input_models import CampaignId, Strict, WholeNumber

router = strict_router("campaigns")


class GeneratedCampaign(Strict):
    """The choice of a campaign to generate: the same values always give the same campaign."""

    id: CampaignId | None = Field(default=None, description="Campaign id; null: one of the ids of the seed.")
    number: WholeNumber = Field(
        default=0, ge=0, lt=10_000, description="Without `id`: which of the ids of the seed, from 0."
    )
    profile: Profile | None = Field(default=None, description="Kind of campaign; null: that of the mock.")
    seed: WholeNumber | None = Field(
        default=None, ge=-(2**63), lt=2**63, description="Seed for random data; null: that of the mock."
    )


@router.post("/accounts/{account_id}/generated-campaigns", status_code=201, responses=errors(409, 415, 507))
async def generate(account: AccountDep, wanted: GeneratedCampaign, mock: MockDep) -> PutCampaignModel:
    """Put a campaign with random stats; it replaces a campaign with the same id."""
    profile = wanted.profile or mock.settings.profile
    seed = mock.settings.seed if wanted.seed is None else wanted.seed
    # In a thread: it may draw for a second, and other requests come between.
    await asyncio.to_thread(mock.generator_of(profile=profile, seed=seed).prepare)
    account = await get_account(mock, account.id)  # it may be deleted by now
    contract, campaign_id = mock.contract, wanted.id
    if campaign_id is None:
        campaign_id = contract.allowed_id(campaign_ids(seed, wanted.number + 1)[wanted.number])
    try:
        envelope = mock.generator_of(profile=profile, seed=seed).envelope(campaign_id)
    except MigmaError as error:  # a library is not installed, or the contract allows no such campaign
        raise ControlError(409, str(error)) from error
    campaign = build_generated_campaign(campaign_id, envelope, contract, profile=profile, seed=seed)
    return put_in(account, refuse(campaign) if isinstance(campaign, list) else campaign)
