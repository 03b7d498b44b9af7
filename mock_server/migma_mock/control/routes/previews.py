"""What campaigns would answer, without a request for it: for pages that show campaigns.

Nothing here counts: no journal entry, no quota, no turn of a script.
"""

from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from migma_mock.accounts.account import Account
from migma_mock.campaigns.campaign import Campaign
from migma_mock.campaigns.growth import Growth, stats_at
from migma_mock.control.dependencies import AccountDep, CampaignDep, get_mock
from migma_mock.control.errors import ControlError
from migma_mock.control.routes.campaigns import CampaignModel

router = APIRouter(tags=["previews"])

LAST_DAY = 30
"""Days after sending that a curve shows: growth is over then."""

_STEPS = 96


class PreviewModel(CampaignModel):
    """A campaign with its stats of this moment."""

    stats: dict[str, Any] | None = Field(description="Null where the answer is none, or a growing one is not sent yet.")


class AskModel(BaseModel):
    """How to ask for a campaign."""

    method: str
    path: str
    header: str = Field(description="Name of the header that carries the key.")
    value: str = Field(description="Its value; with a placeholder where the key may be a real one.")


class AnswerModel(BaseModel):
    """What a request would get at this moment; of a script, its first answer."""

    status: int
    headers: list[tuple[str, str]]
    body: str
    ask: AskModel


class CurvePoint(BaseModel):
    """Stats at a moment."""

    time: datetime
    stats: dict[str, Any]


class CurveModel(BaseModel):
    """How a campaign's stats grow, whatever the account's clock shows."""

    sentAt: datetime
    points: list[CurvePoint] = Field(
        description=f"From sending to {LAST_DAY} days after it, closer together at the beginning: the age of the "
        f"i-th of {_STEPS} is {LAST_DAY} days times (i / {_STEPS})³."
    )


class MemberModel(BaseModel):
    """A member of a campaign's stats, from the contract."""

    name: str
    required: bool
    description: str


@router.get("/members")
async def members(request: Request) -> list[MemberModel]:
    """What members a campaign's stats have, as the contract lists them."""
    contract = get_mock(request).contract
    return [
        MemberModel(
            name=name,
            required=name in contract.stats.required,
            description=contract.at(place).get("description", ""),
        )
        for name, place in contract.stats.properties.items()
    ]


@router.get("/accounts/{account_id}/previews")
async def previews(account: AccountDep) -> list[PreviewModel]:
    """The account's campaigns, with their stats of this moment."""
    return [preview_of(campaign, account) for campaign in account.state.campaigns.values()]


@router.get("/accounts/{account_id}/campaigns/{campaign_id}/answer")
async def answer(account: AccountDep, campaign: CampaignDep, request: Request) -> AnswerModel:
    """What a request for the campaign would get at this moment, and how to make one."""
    return answer_of(campaign, account, request)


@router.get("/accounts/{account_id}/campaigns/{campaign_id}/curve")
async def curve(account: AccountDep, campaign: CampaignDep) -> CurveModel:
    """How a growing campaign's stats grow over time."""
    growth = account.state.growth(campaign)
    if growth is None:
        raise ControlError(404, "The campaign does not grow.")
    return curve_of(growth)


def _stats(campaign: Campaign, account: Account) -> dict[str, Any] | None:
    state = account.state
    if state.campaign(campaign.id.encode()) is campaign:
        stats = state.current_stats(campaign)
    else:  # a draft, of which the account is to keep nothing
        growth = state.growth(campaign)
        stats = stats_at(growth, state.clock.now()) if growth else campaign.stats
    return None if stats is None else dict(stats)


def preview_of(campaign: Campaign, account: Account) -> PreviewModel:
    """A campaign of the account, or a draft, with its stats of this moment."""
    stats = _stats(campaign, account)
    shown = CampaignModel.of(campaign).model_dump()
    if stats is not None:
        shown["status"] = 200
    return PreviewModel(**shown, stats=stats)


def answer_of(campaign: Campaign, account: Account, request: Request) -> AnswerModel:
    """What a request for a campaign of the account, or a draft, would get at this moment."""
    mock = get_mock(request)
    stats, reply = _stats(campaign, account), campaign.reply
    if stats is not None and campaign.growth:
        reply = mock.engine.static_replies.make.success(stats, reply.matched_by)
    operation = mock.contract.operation
    key = mock.shown_key if account.is_built_in else account.keys.working
    return AnswerModel(
        status=reply.status,
        headers=[(name.decode("latin-1"), value.decode("latin-1")) for name, value in reply.headers],
        body=reply.body.decode(),
        ask=AskModel(
            method=operation.method,
            path=f"{operation.prefix}{campaign.id}{operation.suffix}",
            header=operation.key_header,
            value=operation.key_header_value(key),
        ),
    )


def curve_of(growth: Growth) -> CurveModel:
    """Stats from sending to the end of growth."""
    ages = [timedelta(days=LAST_DAY) * (step / _STEPS) ** 3 for step in range(_STEPS + 1)]
    points = []
    for age in ages:
        time = growth.sent_at + age
        stats = stats_at(growth, time)
        if stats is not None:
            points.append(CurvePoint(time=time, stats=stats))
    return CurveModel(sentAt=growth.sent_at, points=points)
