"""The control API below ``/__mock__``: what the mock says of itself."""

from typing import TYPE_CHECKING

from fastapi import APIRouter
from pydantic import BaseModel, Field

from mock_server.version import __version__

if TYPE_CHECKING:
    from mock_server.app import MockApp

CONTROL_PREFIX = "/__mock__"


class FixtureProblem(BaseModel):
    """Why an edited fixture file is not served."""

    file: str
    pointer: str = Field(description="JSON pointer to the place in the file.")
    expected: str
    got: str


class Health(BaseModel):
    """The state of the mock."""

    status: str = Field(description="`ok`; `degraded` while an edited fixture is broken and the set before is served.")
    version: str = Field(description="Of migma-mock.")
    contract: str = Field(description="Title of the contract.")
    contract_version: str
    notices: list[str] = Field(description="How the contract had to be read.")
    campaigns: int = Field(description="How many campaigns the fixtures give.")
    fixture_errors: list[FixtureProblem]


def control_router(app: "MockApp") -> APIRouter:
    """The routes, over one mock."""
    router = APIRouter(prefix=CONTROL_PREFIX, tags=["control"])

    @router.get("/health")
    def health() -> Health:
        """Whether the mock is ready, and what it serves."""
        return Health(
            status="degraded" if app.fixture_errors else "ok",
            version=__version__,
            contract=app.contract.title,
            contract_version=app.contract.version,
            notices=list(app.contract.notices),
            campaigns=len(app.accounts.built_in.campaigns),
            fixture_errors=[FixtureProblem(**problem._asdict()) for problem in app.fixture_errors],
        )

    return router
