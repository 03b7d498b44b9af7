"""Routes whose bodies must be strict JSON, and the documentation of their errors."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.routing import APIRoute
from starlette.requests import ClientDisconnect

from migma_contract.errors import Problem
from migma_contract.recording.campaign_files import MAX_FILE_BYTES
from migma_contract.strict_json import parse
from migma_mock.control.errors import ControlError, ErrorModel, refuse

_ERRORS = {
    401: "The control token is missing or wrong.",
    403: "The request does not come from this machine.",
    404: "The account, campaign, fault or armed scenario does not exist; or the control API is off.",
    409: "The current state does not allow this; the message says why.",
    415: "The Content-Type of the body is not JSON.",
    422: "The request is invalid; `problems` lists every problem.",
    429: "Too many requests with a wrong token wait already.",
    501: "An extra of the mock is not installed; the message says which.",
    503: "As many large responses as the mock sends at a time are being sent.",
    507: "The accounts keep as much as `--max-memory` allows.",
}


def errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the ``responses`` of a route for these error statuses."""
    return {status: {"model": ErrorModel, "description": _ERRORS[status]} for status in statuses}


class _StrictRoute(APIRoute):
    """A route that refuses duplicate names, NaN and the like in a body; FastAPI alone accepts them."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return FastAPI's handler with a check of the body before it."""
        handle = super().get_route_handler()
        needs_body = self.body_field is not None

        async def check_body(request: Request) -> Response:
            try:
                body = await request.body()
            except ClientDisconnect:
                # Refused while it arrived, since it is too large: the client has its answer.
                return Response(status_code=413)
            content_type = request.headers.get("content-type", "")
            if body and content_type.partition(";")[0].strip().lower() != "application/json":
                expected = "'Content-Type: application/json'"
                raise ControlError(415, f"The body needs the header {expected}, got {content_type!r}.")
            if needs_body:
                _parse_json(body)
            return await handle(request)

        return check_body


def strict_router(tag: str) -> APIRouter:
    """Return a router of such routes."""
    return APIRouter(tags=[tag], route_class=_StrictRoute)


async def _json_body(request: Request) -> Any:
    return _parse_json(await request.body())


JsonBody = Annotated[Any, Depends(_json_body)]
"""Route parameter: the JSON document of the body, which the route validates itself."""


def _parse_json(body: bytes) -> Any:
    if len(body) > MAX_FILE_BYTES:  # parsing it would delay other requests
        refuse([Problem("body", "", f"at most {MAX_FILE_BYTES} bytes", f"{len(body)}")])
    parsed = parse(body)
    if parsed.defects:
        refuse(parsed.problems("body"))
    return parsed.value
