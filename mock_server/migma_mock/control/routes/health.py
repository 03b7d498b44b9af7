"""``/__mock__/health``: whether the mock is ready, and what it serves."""

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from migma_contract.rate_unit import RateUnit
from migma_contract.version import __version__
from migma_mock.control.dependencies import MockDep
from migma_mock.control.errors import ProblemModel
from migma_mock.control.middleware import SEES_DETAILS

router = APIRouter(tags=["health"])


class HealthModel(BaseModel):
    """The state of the mock, for everyone who can reach it."""

    name: str = "migma-mock"
    status: str = Field(
        description="`ok`; `degraded` while a fixture file or the contract is invalid and the previous ones are "
        "served, or while the store of `--state` cannot be used or has lost accounts."
    )
    version: str = Field(description="Version of migma-mock.")
    instance: str = Field(description="Id of this mock: that of `--instance`, or a random one.")


class MemoryModel(BaseModel):
    """The memory of all accounts together, as the mock counts it."""

    limit: int = Field(description="Bytes that they may keep (`--max-memory`).")
    used: int = Field(description="Bytes that they keep.")
    droppedRequests: int = Field(description="Number of requests that were dropped from journals to make room.")


class HealthDetailsModel(HealthModel):
    """The same with what the mock serves, for who may use the control API."""

    contract: str = Field(description="Title of the contract.")
    contractVersion: str = Field(description="Version of the contract.")
    rates: RateUnit = Field(description="Unit of openRate and clickRate in the stats.")
    notices: list[str] = Field(description="Remarks about how the contract is interpreted.")
    campaigns: int = Field(description="Number of campaigns in the fixtures.")
    fixtureErrors: list[ProblemModel] = Field(
        description="Problems of the fixtures and of the contract's file; empty if the latest of both is served."
    )
    storeError: str = Field(
        description="Why the store of `--state` cannot be used or takes no changes, or which accounts are lost since "
        "it lost its data; empty if there is nothing, and without shared state."
    )
    memory: MemoryModel


@router.get("/health")
async def health(request: Request, mock: MockDep) -> HealthDetailsModel | HealthModel:
    """Tell whether the mock is ready. Needs no token; who may use the control API also sees what the mock serves."""
    shared = mock.shared
    store_error = shared.why or shared.refusal or shared.lost if shared else ""
    status = "degraded" if mock.fixture_errors or store_error else "ok"
    state = HealthModel(status=status, version=__version__, instance=mock.instance)
    if not request.scope[SEES_DETAILS]:
        return state
    memory = mock.accounts.memory
    return HealthDetailsModel(
        **state.model_dump(),
        contract=mock.contract.title,
        contractVersion=mock.contract.version,
        rates=mock.contract.rates,
        notices=list(mock.notices),
        campaigns=len(mock.accounts.built_in.state.campaigns),
        fixtureErrors=[ProblemModel.of(problem) for problem in mock.fixture_errors],
        storeError=store_error,
        memory=MemoryModel(limit=memory.limit, used=memory.used, droppedRequests=memory.dropped),
    )
