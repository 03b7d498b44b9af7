"""``/__mock__/accounts/{id}/drafts``: what is wrong with a draft of a campaign, and what it would answer.

Nothing here counts, and nothing is put. What is wrong with a draft is no refusal but the answer: whoever types has a
broken one most of the time.
"""

from fastapi import Request
from pydantic import BaseModel, Field

from migma_mock.campaigns.campaign_builder import make_campaign
from migma_mock.control.body_schemas import body_schema
from migma_mock.control.dependencies import AccountDep, get_mock
from migma_mock.control.errors import ProblemModel
from migma_mock.control.routes.campaigns import latest_now
from migma_mock.control.routes.previews import AnswerModel, CurveModel, PreviewModel, answer_of, curve_of, preview_of
from migma_mock.control.strict_route import errors, json_of, strict_router

router = strict_router("drafts")


class DraftModel(BaseModel):
    """What would come of putting a draft."""

    problems: list[ProblemModel] = Field(description="Why it cannot be put; empty if it can.")
    campaign: PreviewModel | None = Field(description="Null if it cannot be put, as are all that follow.")
    answer: AnswerModel | None
    curve: CurveModel | None = Field(description="Of a growing campaign.")


@router.post("/accounts/{account_id}/drafts", openapi_extra=body_schema("CampaignFile"), responses=errors(415))
async def check(account: AccountDep, request: Request) -> DraftModel:
    """What is wrong with a draft of a campaign, and what it would answer; nothing is put."""
    contract, now = get_mock(request).contract, latest_now(account)
    campaign = make_campaign(json_of(await request.body()), "draft", contract, now)
    if isinstance(campaign, list):
        problems = [ProblemModel.of(problem) for problem in campaign]
        return DraftModel(problems=problems, campaign=None, answer=None, curve=None)
    growth = account.state.growth(campaign)
    return DraftModel(
        problems=[],
        campaign=preview_of(campaign, account),
        answer=answer_of(campaign, account, request),
        curve=curve_of(growth) if growth else None,
    )
