"""``/__mock__/fixture-files``: save campaigns in the folder of fixtures, where they outlive the mock."""

import asyncio

from pydantic import BaseModel, Field

from migma_contract.errors import FixtureError, Problem
from migma_mock.campaigns.campaign_builder import build_campaign
from migma_mock.campaigns.fixture_editor import save_fixture
from migma_mock.control.body_schemas import body_schema
from migma_mock.control.dependencies import CampaignId, MockDep
from migma_mock.control.errors import ControlError, refuse
from migma_mock.control.strict_route import JsonBody, errors, strict_router

router = strict_router("campaigns")


class SavedModel(BaseModel):
    """A fixture file that was written."""

    file: str = Field(description="Its path, which begins as `--fixtures` names the folder.")


@router.put("/fixture-files/{campaign_id}", openapi_extra=body_schema("CampaignFile"), responses=errors(409, 415))
async def save(campaign_id: CampaignId, document: JsonBody, mock: MockDep) -> SavedModel:
    """Save a campaign in the last folder of `--fixtures` and serve it; its own file is replaced, no other one."""
    if not mock.settings.fixtures:
        raise ControlError(409, "There is no folder to save in. Start the mock with --fixtures FOLDER.")
    campaign = build_campaign(document, "draft", mock.contract, mock.accounts.built_in.latest_now)
    if isinstance(campaign, list):
        refuse(campaign)
    if campaign.id != campaign_id:
        refuse([Problem("draft", "/id", f"the id of the path, {campaign_id!r}", repr(campaign.id))])
    folder = mock.settings.fixtures[-1]  # what is in it wins
    served = mock.fixtures.campaigns.get(campaign_id)
    try:
        path = await asyncio.to_thread(save_fixture, folder, campaign, served)
    except FixtureError as error:
        raise ControlError(409, f"The file cannot be saved: {error.problems[0]}.") from error
    await asyncio.to_thread(mock.reload_fixtures)
    return SavedModel(file=str(path))
