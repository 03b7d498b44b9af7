"""``/__mock__/health``: whether the mock is ready, and what it serves."""

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from migma_contract.version import __version__
from migma_mock.control.dependencies import get_mock
from migma_mock.control.errors import ProblemModel

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """The state of the mock."""

    status: str = Field(description="`ok`; `degraded` while an edited fixture is broken and the set before is served.")
    version: str = Field(description="Of migma-mock.")
    contract: str = Field(description="Title of the contract.")
    contractVersion: str = Field(description="Of the contract.")
    notices: list[str] = Field(description="How the contract had to be read.")
    campaigns: int = Field(description="How many campaigns the fixtures give.")
    fixtureErrors: list[ProblemModel] = Field(description="What is wrong with it; empty when all is served.")


@router.get("/health")
async def health(request: Request) -> Health:
    """Whether the mock is ready, and what it serves. Needs no token."""
    mock = get_mock(request)
    return Health(
        status="degraded" if mock.fixture_errors else "ok",
        version=__version__,
        contract=mock.contract.title,
        contractVersion=mock.contract.version,
        notices=list(mock.contract.notices),
        campaigns=len(mock.accounts.built_in.state.campaigns),
        fixtureErrors=[ProblemModel.of(problem) for problem in mock.fixture_errors],
    )
