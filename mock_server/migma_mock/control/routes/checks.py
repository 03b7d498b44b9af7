"""``/__mock__/live`` and ``/__mock__/ready``: the checks of container platforms and load balancers."""

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from migma_mock.control.dependencies import MockDep
from migma_mock.control.middleware import SEES_DETAILS
from migma_mock.mock import Mock

if TYPE_CHECKING:
    from migma_mock.sharing.shared_accounts import SharedAccounts

router = APIRouter(tags=["health"])

_FROM_COPIES = "Accounts without faults, rate limits and scripts are answered from the last copy."


class LivenessModel(BaseModel):
    """The process answers."""

    live: bool = True


class ReadinessModel(BaseModel):
    """The readiness of the mock to take requests."""

    ready: bool
    reason: str | None = Field(
        default=None,
        description="Why it is not ready, or what it cannot do meanwhile; null if there is nothing.",
    )
    instance: str = Field(description="Id of this mock: that of `--instance`, or a random one.")


@router.get("/live")
async def live() -> LivenessModel:
    """Answer 200 as long as the process answers at all. Needs no token, and is there with `--no-control` too."""
    return LivenessModel()


@router.get("/ready", responses={503: {"model": ReadinessModel, "description": "It should get no requests now."}})
async def ready(request: Request, response: Response, mock: MockDep) -> ReadinessModel:
    """Tell a load balancer if it should send requests. Needs no token, and is there with `--no-control` too.

    503 while the mock starts, and after SIGTERM with `--drain`. While the store is down later, it is ready, since it
    goes on answering for accounts without faults, rate limits and scripts. The reason says so; also while the store
    takes no changes, and while accounts are lost.
    """
    is_ready, reason = readiness(mock, shows_details=request.scope[SEES_DETAILS])
    response.status_code = 200 if is_ready else 503
    return ReadinessModel(ready=is_ready, reason=reason or None, instance=mock.instance)


def readiness(mock: Mock, *, shows_details: bool) -> tuple[bool, str]:
    """Return True if a mock can take requests, and the reason why not, or what is limited.

    Args:
        mock: The mock.
        shows_details: True to name the store, which not everyone may know.
    """
    if mock.draining:
        return False, "The mock is about to stop, and still answers what it gets."
    shared = mock.shared
    if shared is None:
        return True, ""
    if shared.is_up:
        return True, _limits(shared, shows_details=shows_details)
    detail = f": {shared.why}" if shows_details and shared.why else ""
    if not shared.is_ready:
        return False, f"The mock has not reached its store yet{detail}."
    return True, f"The store is down{detail}. {_FROM_COPIES}"


def _limits(shared: "SharedAccounts", *, shows_details: bool) -> str:
    """Return what a mock cannot do although it can reach its store; empty if there is nothing."""
    if shared.refusal:
        detail = f": {shared.refusal}" if shows_details else ""
        return f"The store takes no changes{detail}. {_FROM_COPIES}"
    lost = shared.lost
    if lost and not shows_details:
        return "Accounts are lost since the store lost its data."
    return lost and f"{lost}."
