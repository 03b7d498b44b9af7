"""What holds of every route of the control API: bodies are JSON as the standard has it, and errors are documented."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from starlette.requests import ClientDisconnect

from migma_contract.errors import Problem
from migma_contract.strict_json import parse
from migma_mock.campaigns.campaign_builder import MAX_FILE_BYTES
from migma_mock.control.errors import ControlError, ErrorModel, refuse

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
        """FastAPI's handler, with the body read before it."""
        handle = super().get_route_handler()
        wants_body = self.body_field is not None

        async def strictly(request: Request) -> Response:
            try:
                body = await request.body()
            except ClientDisconnect:
                # Too large, and refused while it came: there is nobody left to answer.
                return Response(status_code=413)
            if body:
                _require_json_type(request.headers.get("content-type", ""))
            if body or wants_body:
                json_of(body)
            return await handle(request)

        return strictly


def json_of(body: bytes) -> Any:
    """The JSON document that a body is.

    Raises:
        ControlError: It is none, with everything that is wrong with it.
    """
    if len(body) > MAX_FILE_BYTES:  # reading takes its time, and other requests wait for it
        refuse([Problem("body", "", f"at most {MAX_FILE_BYTES} bytes", f"{len(body)}")])
    parsed = parse(body)
    if parsed.defects:
        refuse(parsed.problems("body"))
    return parsed.value


def _require_json_type(content_type: str) -> None:
    if content_type.partition(";")[0].strip().lower() != "application/json":
        raise ControlError(415, f"The body needs the header 'Content-Type: application/json', got {content_type!r}.")


def strict_router(tag: str) -> APIRouter:
    """A router of such routes."""
    return APIRouter(tags=[tag], route_class=_StrictRoute)
