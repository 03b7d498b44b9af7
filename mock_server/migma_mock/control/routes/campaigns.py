"""``/__mock__/accounts/{id}/campaigns``: put, get, list and delete campaigns, in the format of fixture files."""

from collections.abc import Callable, Iterable
from typing import Annotated, Any

from fastapi import Query, Request, Response
from pydantic import BaseModel, Field

from migma_contract.errors import Problem
from migma_mock.accounts.account import Account
from migma_mock.accounts.state import TooManyCampaignsError
from migma_mock.campaigns.campaign import Campaign
from migma_mock.campaigns.campaign_builder import build_campaign
from migma_mock.campaigns.completed_campaign import build_completed_campaign
from migma_mock.campaigns.origin import is_built_in, own_first, shown_source
from migma_mock.control.body_schemas import body_schema
from migma_mock.control.dependencies import AccountDep, CampaignDep, CampaignId, MockDep
from migma_mock.control.errors import ControlError, full_memory_refused, refuse
from migma_mock.control.large_response import json_list, large_response
from migma_mock.control.strict_route import JsonBody, errors, strict_router
from migma_mock.mock import Mock

router = strict_router("campaigns")


class CampaignModel(BaseModel):
    """A campaign, as lists show it."""

    id: str
    title: str
    description: str
    status: int = Field(description="Status of the reply; of a script, of its first reply.")
    kind: str = Field(description="`stats`, `growth`, `script` or `reply`.")
    source: str = Field(description="The fixture file, or how the campaign was put.")
    warnings: list[str] = Field(description="What in it may be a mistake, although it is served.")
    builtIn: bool = Field(description="True if it is one of the built-in fixtures.")

    @classmethod
    def of(cls, campaign: Campaign) -> "CampaignModel":
        """Return the model of a campaign."""
        return cls(
            id=campaign.id,
            title=campaign.title,
            description=campaign.description,
            status=campaign.reply.status,
            kind=_kind(campaign),
            source=shown_source(campaign),
            warnings=[str(warning) for warning in campaign.warnings],
            builtIn=is_built_in(campaign),
        )


class PutCampaignModel(CampaignModel):
    """A campaign that was put."""

    stats: dict[str, Any] | None = Field(
        description="Its stats as they are served, filled in ones included; null for `growth`, `script` and `reply`."
    )


def _kind(campaign: Campaign) -> str:
    if campaign.growth:
        return "growth"
    if campaign.script:
        return "script"
    return "stats" if campaign.stats else "reply"


@router.get("/accounts/{account_id}/campaigns", response_model=list[CampaignModel], responses=errors(503))
async def list_all(request: Request, account: AccountDep) -> Response:
    """List the campaigns of an account: the user's own, then the built-in ones."""
    return await large_response(request, campaign_list(account, CampaignModel.of))


def campaign_list(account: Account, model_of: Callable[[Campaign], BaseModel]) -> Iterable[str]:
    """Yield a list of the campaigns of an account as JSON: the user's own, then the built-in ones."""
    ids = [campaign.id.encode() for campaign in sorted(account.state.campaigns.values(), key=own_first)]
    # Looked up when its turn comes: it may be deleted by then.
    found = (account.state.campaign(id_) for id_ in ids)
    return json_list(model_of(campaign).model_dump_json() if campaign else "" for campaign in found)


@router.get("/accounts/{account_id}/campaigns/{campaign_id}")
async def show(campaign: CampaignDep) -> dict[str, Any]:
    """Return one campaign in the format of a fixture file."""
    return dict(campaign.document)


Fill = Annotated[
    bool,
    Query(
        description="Fill in the stats that are not given, consistently with those that are; without any, they are "
        "those of a usual campaign. Rates are in the unit of the mock unless `rates` says another; null omits an "
        "optional stat."
    ),
]


@router.put(
    "/accounts/{account_id}/campaigns/{campaign_id}",
    openapi_extra=body_schema("CampaignFile"),
    responses=errors(409, 415, 507),
)
async def put(
    account: AccountDep, campaign_id: CampaignId, document: JsonBody, mock: MockDep, *, fill: Fill = False
) -> PutCampaignModel:
    """Put a campaign in the format of a fixture file; it is checked as fixture files are."""
    source = f"campaign {campaign_id[:128]!r}"
    campaign = _built(document, source, account, mock, fill=fill, campaign_id=campaign_id)
    if campaign.id != campaign_id:
        refuse([Problem(source, "/id", f"the id of the path, {campaign_id!r}", repr(campaign.id))])
    return put_in(account, campaign)


@router.post(
    "/accounts/{account_id}/campaigns",
    status_code=201,
    openapi_extra=body_schema("CampaignFile"),
    responses=errors(409, 415, 507),
)
async def add(account: AccountDep, document: JsonBody, mock: MockDep, *, fill: Fill = False) -> PutCampaignModel:
    """Put a campaign under the id in its document; it replaces a campaign with the same id."""
    return put_in(account, _built(document, "campaign", account, mock, fill=fill))


def _built(document: Any, source: str, account: Account, mock: Mock, *, fill: bool, campaign_id: str = "") -> Campaign:
    """Return the campaign of a document, or refuse the request."""
    contract, latest = mock.contract, account.latest_now
    if fill:
        campaign = build_completed_campaign(document, source, contract, account.state.clock.now(), latest)
    else:
        campaign = build_campaign(document, source, contract, latest, campaign_id)
    return refuse(campaign) if isinstance(campaign, list) else campaign


def put_in(account: Account, campaign: Campaign) -> PutCampaignModel:
    """Put a campaign in an account, or refuse the request."""
    try:
        with full_memory_refused():
            account.state.put(campaign)
    except TooManyCampaignsError as error:
        raise ControlError(409, str(error)) from error
    stats = None if campaign.stats is None else dict(campaign.stats)
    return PutCampaignModel(**CampaignModel.of(campaign).model_dump(), stats=stats)


@router.delete("/accounts/{account_id}/campaigns/{campaign_id}", status_code=204)
async def delete(account: AccountDep, campaign: CampaignDep) -> None:
    """Delete a campaign of an account; from then on its id is unknown."""
    account.state.delete(campaign.id)
