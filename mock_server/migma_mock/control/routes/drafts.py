"""``/__mock__/accounts/{id}/drafts``: check a draft of a campaign, and preview its reply.

Nothing is saved or counted. Problems of a draft are no error but the result, since a draft is incomplete while it is
typed.
"""

from pydantic import BaseModel, Field

from migma_mock.campaigns.campaign_builder import build_campaign
from migma_mock.control.body_schemas import body_schema
from migma_mock.control.dependencies import AccountDep, MockDep
from migma_mock.control.errors import ProblemModel
from migma_mock.control.routes import previews
from migma_mock.control.strict_route import JsonBody, errors, strict_router

router = strict_router("drafts")


class DraftModel(BaseModel):
    """The result of checking a draft."""

    problems: list[ProblemModel] = Field(description="Why it cannot be put; empty if it can.")
    campaign: previews.PreviewModel | None = Field(
        description="Null if there are problems, as are `reply` and `curve`."
    )
    reply: previews.ReplyModel | None
    curve: previews.CurveModel | None = Field(description="For a growing campaign only.")


@router.post("/accounts/{account_id}/drafts", openapi_extra=body_schema("CampaignFile"), responses=errors(415))
async def check(account: AccountDep, document: JsonBody, mock: MockDep) -> DraftModel:
    """Check a draft of a campaign and preview its reply; nothing is saved."""
    campaign = build_campaign(document, "draft", mock.contract, account.latest_now)
    if isinstance(campaign, list):
        problems = [ProblemModel.of(problem) for problem in campaign]
        return DraftModel(problems=problems, campaign=None, reply=None, curve=None)
    growth = account.state.growth(campaign)
    return DraftModel(
        problems=[],
        campaign=previews.preview_of(campaign, account, mock),
        reply=previews.reply_preview(campaign, account, mock),
        curve=previews.curve_of(growth) if growth else None,
    )
