"""The routes of the control API, one module per resource."""

from fastapi import APIRouter, Depends

from migma_mock.control.query_parameters import refuse_unknown_parameters
from migma_mock.control.routes import (
    accounts,
    campaigns,
    checks,
    clock,
    connection,
    drafts,
    events,
    faults,
    fixture_files,
    generated_campaigns,
    health,
    journal,
    metrics,
    previews,
    scenarios,
)
from migma_mock.control.strict_route import errors
from migma_mock.own_pages import PREFIX

__all__ = ["control_router"]


def control_router() -> APIRouter:
    """Return all routes of the control API."""
    router = APIRouter(prefix=PREFIX, dependencies=[Depends(refuse_unknown_parameters)])
    router.include_router(health.router)
    router.include_router(checks.router)
    router.include_router(metrics.router, responses=errors(401, 403, 404, 422, 429, 501, 503))
    for module in (
        *(accounts, connection, previews, campaigns, generated_campaigns, drafts, fixture_files),
        *(faults, scenarios, clock, journal, events),
    ):
        router.include_router(module.router, responses=errors(401, 403, 404, 422, 429))
    return router
