"""``/__mock__/accounts/{id}/drafts``: what is wrong with a draft of a campaign, and what it would answer.

Nothing here counts, and nothing is put. What is wrong with a draft is no refusal but the answer: whoever types has a
broken one most of the time.
"""

from fastapi import Request
from pydantic import BaseModel, Field

from mock_server.campaign import make_campaign
from mock_server.control.answers import ProblemModel
from mock_server.control.campaigns import latest_now
from mock_server.control.context import InAccount, mock_of
from mock_server.control.previews import AnswerModel, CurveModel, PreviewModel, answer_of, curve_of, preview_of
from mock_server.control.route import errors, json_of, strict_router
from mock_server.control.schemas import body_schema

router = strict_router("drafts")


class DraftModel(BaseModel):
    """What would come of putting a draft."""

    problems: list[ProblemModel] = Field(description="Why it cannot be put; empty if it can.")
    campaign: PreviewModel | None = Field(description="Null if it cannot be put, as are all that follow.")
    answer: AnswerModel | None
    curve: CurveModel | None = Field(description="Of a growing campaign.")


@router.post("/accounts/{account_id}/drafts", openapi_extra=body_schema("CampaignFile"), responses=errors(415))
async def check(account: InAccount, request: Request) -> DraftModel:
    """What is wrong with a draft of a campaign, and what it would answer; nothing is put."""
    contract, now = mock_of(request).contract, latest_now(account)
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
