"""Previews of campaigns and of their replies without a request, for pages that show campaigns.

Nothing is counted: no journal entry, no request of the rate limit, no step of a script.
"""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from migma_mock.accounts.account import Account
from migma_mock.campaigns.campaign import Campaign
from migma_mock.campaigns.growth import Growth, stats_at
from migma_mock.control.dependencies import AccountDep, CampaignDep, MockDep
from migma_mock.control.errors import ControlError
from migma_mock.control.large_response import large_response
from migma_mock.control.routes.campaigns import CampaignModel, campaign_list
from migma_mock.control.strict_route import errors
from migma_mock.messages.delivery import DeliveryKind
from migma_mock.mock import Mock

router = APIRouter(tags=["previews"])

_CURVE_DAYS = 30  # growth has ended by then
_CURVE_STEPS = 96


class PreviewModel(CampaignModel):
    """A campaign with its current stats."""

    stats: dict[str, Any] | None = Field(
        description="Null if the reply has no stats, or if a growing campaign is not sent yet."
    )


class RequestModel(BaseModel):
    """A request for a campaign."""

    method: str
    path: str
    header: str = Field(description="Name of the header with the API key; empty if the query has the key.")
    value: str = Field(description="Value of that header; a placeholder if the key may be a real one.")
    headers: list[tuple[str, str]] = Field(description="Other headers that the contract requires, with examples.")
    caFile: str | None = Field(description="File that clients have to trust for HTTPS; null if there is none.")


class ReplyModel(BaseModel):
    """The current reply of a campaign; of a script, its next one."""

    status: int
    headers: list[tuple[str, str]]
    body: str
    delivery: DeliveryKind = Field(
        description="How it is sent; of a step with a fault of the connection, how that fails."
    )
    request: RequestModel


class CurvePointModel(BaseModel):
    """Stats at one time."""

    time: datetime
    stats: dict[str, Any]


class CurveModel(BaseModel):
    """The growth of a campaign, independent of the account's clock."""

    sentAt: datetime
    points: list[CurvePointModel] = Field(
        description=f"From sending to {_CURVE_DAYS} days later, denser at the beginning: the age of point i of "
        f"{_CURVE_STEPS} is {_CURVE_DAYS} days times (i / {_CURVE_STEPS})³."
    )


class StatsFieldModel(BaseModel):
    """A field of a campaign's stats, from the contract."""

    name: str
    required: bool
    description: str


@router.get("/stats-fields")
async def stats_fields(mock: MockDep) -> list[StatsFieldModel]:
    """List the fields of a campaign's stats, in the order of the contract."""
    contract = mock.contract
    return [
        StatsFieldModel(
            name=name,
            required=name in contract.stats.required,
            description=contract.at(pointer).get("description", ""),
        )
        for name, pointer in contract.stats.properties.items()
    ]


@router.get("/accounts/{account_id}/previews", response_model=list[PreviewModel], responses=errors(503))
async def previews(request: Request, account: AccountDep, mock: MockDep) -> Response:
    """List the campaigns of an account with their current stats: the user's own, then the built-in ones."""
    return await large_response(request, campaign_list(account, lambda campaign: preview_of(campaign, account, mock)))


@router.get("/accounts/{account_id}/campaigns/{campaign_id}/reply")
async def reply(account: AccountDep, campaign: CampaignDep, mock: MockDep) -> ReplyModel:
    """Return the current reply of a campaign, and the request that gets it."""
    return reply_preview(campaign, account, mock)


@router.get("/accounts/{account_id}/campaigns/{campaign_id}/curve")
async def curve(account: AccountDep, campaign: CampaignDep) -> CurveModel:
    """Return the growth of a growing campaign over time."""
    growth = account.state.growth(campaign)
    if growth is None:
        raise ControlError(404, "The campaign does not grow.")
    return curve_of(growth)


def preview_of(campaign: Campaign, account: Account, mock: Mock) -> PreviewModel:
    """Return a campaign of the account, or a draft, with its current stats."""
    stats = account.state.current_stats(campaign)
    fields = CampaignModel.of(campaign).model_dump()
    if stats is not None:
        fields["status"] = 200
    elif campaign.script:
        fields["status"] = mock.engine.negotiator.preview(campaign, account.state).status
    return PreviewModel(**fields, stats=None if stats is None else dict(stats))


def reply_preview(campaign: Campaign, account: Account, mock: Mock) -> ReplyModel:
    """Return the current reply of a campaign of the account, or of a draft, and the request that gets it."""
    reply = mock.engine.negotiator.preview(campaign, account.state)
    return ReplyModel(
        status=reply.status,
        headers=[(name.decode("latin-1"), value.decode("latin-1")) for name, value in reply.headers],
        body=reply.body.decode("utf-8", "replace"),
        delivery=reply.delivery.kind,
        request=request_for(quote(campaign.id, safe=""), account, mock),
    )


def request_for(segment: str, account: Account, mock: Mock) -> RequestModel:
    """Return the request for a campaign of an account; ``segment`` is its id, percent-encoded."""
    operation = mock.contract.operation
    key = mock.shown_key if account.is_built_in else account.keys.working.reveal()
    return RequestModel(
        method=operation.method,
        path=operation.request_path(segment, key),
        header=operation.key_header,
        value=operation.key_header_value(key) if operation.key_header else "",
        headers=list(operation.required_headers.items()),
        caFile=mock.ca_file,
    )


def curve_of(growth: Growth) -> CurveModel:
    """Return the stats from sending to the end of growth."""
    times = [growth.sent_at + timedelta(days=_CURVE_DAYS) * (i / _CURVE_STEPS) ** 3 for i in range(_CURVE_STEPS + 1)]
    points = [
        CurvePointModel(time=time, stats=stats) for time in times if (stats := stats_at(growth, time)) is not None
    ]
    return CurveModel(sentAt=growth.sent_at, points=points)
