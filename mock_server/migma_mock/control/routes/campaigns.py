"""``/__mock__/accounts/{id}/campaigns``: put, get, list and delete campaigns, in the format of fixture files."""

from datetime import UTC, datetime
from typing import Any

from fastapi import Request
from pydantic import BaseModel

from migma_contract.errors import Problem
from migma_mock.accounts.account import Account
from migma_mock.accounts.state import TooManyCampaignsError
from migma_mock.campaigns.campaign import Campaign
from migma_mock.campaigns.campaign_builder import parse_campaign
from migma_mock.control.body_schemas import body_schema
from migma_mock.control.dependencies import AccountDep, CampaignDep, CampaignId, get_mock
from migma_mock.control.errors import ControlError, refuse
from migma_mock.control.strict_route import errors, strict_router

router = strict_router("campaigns")


class CampaignModel(BaseModel):
    """A campaign, as lists show it."""

    id: str
    title: str
    description: str
    status: int
    kind: str
    source: str

    @classmethod
    def of(cls, campaign: Campaign) -> "CampaignModel":
        """The same, for JSON."""
        kind = "growth" if campaign.growth else "script" if campaign.script else "stats" if campaign.stats else "reply"
        return cls(
            id=campaign.id,
            title=campaign.title,
            description=campaign.description,
            status=campaign.reply.status,
            kind=kind,
            source=campaign.source,
        )


def latest_now(account: Account) -> datetime:
    """What no stats are later than: the account's clock may be ahead of ours, and what it has seen is no future."""
    return max(datetime.now(UTC), account.state.clock.now())


@router.get("/accounts/{account_id}/campaigns")
async def list_all(account: AccountDep) -> list[CampaignModel]:
    """The account's campaigns."""
    return [CampaignModel.of(campaign) for campaign in account.state.campaigns.values()]


@router.get("/accounts/{account_id}/campaigns/{campaign_id}")
async def show(campaign: CampaignDep) -> dict[str, Any]:
    """One campaign, as a fixture file would have it."""
    return dict(campaign.document)


@router.put(
    "/accounts/{account_id}/campaigns/{campaign_id}",
    openapi_extra=body_schema("CampaignFile"),
    responses=errors(409, 415),
)
async def put(account: AccountDep, campaign_id: CampaignId, request: Request) -> CampaignModel:
    """Put a campaign: the content of a fixture file, held to all that such files are held to."""
    source = f"campaign {campaign_id[:128]!r}"
    result = parse_campaign(await request.body(), source, get_mock(request).contract, latest_now(account))
    if isinstance(result, list):
        refuse(result)
    if result.id != campaign_id:
        refuse([Problem(source, "/id", f"the id of the path, {campaign_id!r}", repr(result.id))])
    try:
        account.state.put(result)
    except TooManyCampaignsError as error:
        raise ControlError(409, str(error)) from error
    return CampaignModel.of(result)


@router.delete("/accounts/{account_id}/campaigns/{campaign_id}", status_code=204)
async def delete(account: AccountDep, campaign: CampaignDep) -> None:
    """Delete a campaign of this account; its id is unknown then."""
    account.state.delete(campaign.id)
