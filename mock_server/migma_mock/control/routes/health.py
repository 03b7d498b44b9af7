"""``/__mock__/health``: whether the mock is ready, and what it serves."""

from fastapi import APIRouter
from pydantic import BaseModel, Field

from migma_contract.rate_unit import RateUnit
from migma_contract.version import __version__
from migma_mock.control.dependencies import MockDep
from migma_mock.control.errors import ProblemModel

router = APIRouter(tags=["health"])


class HealthModel(BaseModel):
    """The state of the mock."""

    status: str = Field(
        description="`ok`; `degraded` while a fixture file is invalid and the previous fixtures are served."
    )
    version: str = Field(description="Version of migma-mock.")
    contract: str = Field(description="Title of the contract.")
    contractVersion: str = Field(description="Version of the contract.")
    rates: RateUnit = Field(description="Unit of openRate and clickRate in the stats.")
    notices: list[str] = Field(description="Remarks about how the contract is interpreted.")
    campaigns: int = Field(description="Number of campaigns in the fixtures.")
    fixtureErrors: list[ProblemModel] = Field(description="Problems of the fixtures; empty if all are served.")


@router.get("/health")
async def health(mock: MockDep) -> HealthModel:
    """Tell whether the mock is ready, and what it serves. Needs no token."""
    return HealthModel(
        status="degraded" if mock.fixture_errors else "ok",
        version=__version__,
        contract=mock.contract.title,
        contractVersion=mock.contract.version,
        rates=mock.contract.rates,
        notices=list(mock.contract.notices),
        campaigns=len(mock.accounts.built_in.state.campaigns),
        fixtureErrors=[ProblemModel.of(problem) for problem in mock.fixture_errors],
    )
