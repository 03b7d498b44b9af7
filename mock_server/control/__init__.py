"""The control API below ``/__mock__``: accounts, campaigns, faults, clock, quota, journal, health."""

from fastapi import APIRouter, Depends

from mock_server.control import accounts, campaigns, clock, faults, health, journal
from mock_server.control.context import guarded

PREFIX = "/__mock__"


def control_router() -> APIRouter:
    """All routes of the control API; all but health are guarded."""
    router = APIRouter(prefix=PREFIX)
    router.include_router(health.router)
    for module in (accounts, campaigns, faults, clock, journal):
        router.include_router(module.router, dependencies=[Depends(guarded)])
    return router
