"""What holds of every route of the control API: bodies are JSON as the standard has it, and errors are documented."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute

from mock_server.contract.strict_json import parse
from mock_server.control.answers import ErrorModel, RefusedError, refuse
from mock_server.errors import Problem

_ERRORS = {
    401: "No token.",
    403: "Not from this machine.",
    404: "No such account, campaign or fault; or the control API is off.",
    409: "Not now.",
    415: "A body that does not say that it is JSON.",
    422: "What was sent cannot be used; with every problem.",
}


def errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What a route's ``responses`` say of such errors."""
    return {status: {"model": ErrorModel, "description": _ERRORS[status]} for status in statuses}


class _StrictRoute(APIRoute):
    """A route that refuses a body with duplicate names, NaN and the like, which FastAPI takes without a word."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def strictly(request: Request) -> Response:
            if body := await request.body():
                _require_json(request.headers.get("content-type", ""), body)
            return await handle(request)

        return strictly


def _require_json(content_type: str, body: bytes) -> None:
    if content_type.partition(";")[0].strip().lower() != "application/json":
        raise RefusedError(415, f"The body needs the header 'Content-Type: application/json', got {content_type!r}.")
    refuse_defects(Problem("body", d.pointer, d.expected, d.got) for d in parse(body).defects)


def strict_router(tag: str) -> APIRouter:
    """A router of such routes."""
    return APIRouter(tags=[tag], route_class=_StrictRoute)
