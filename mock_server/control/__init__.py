"""The control API below ``/__mock__``: accounts, campaigns, faults, clock, quota, journal, events, health."""

from fastapi import APIRouter

from mock_server.control import accounts, campaigns, clock, drafts, events, faults, health, journal, previews
from mock_server.control.route import errors
from mock_server.guard import PREFIX

__all__ = ["control_router"]


def control_router() -> APIRouter:
    """All routes of the control API."""
    router = APIRouter(prefix=PREFIX)
    router.include_router(health.router)
    for module in (accounts, previews, campaigns, drafts, faults, clock, journal, events):
        router.include_router(module.router, responses=errors(401, 403, 404, 422))
    return router
