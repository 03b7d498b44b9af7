"""The FastAPI application of the mock's own pages: control API, dashboard, the contract, documentation."""

import asyncio
from collections.abc import Callable
from typing import cast

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from pydantic_core import ErrorDetails
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

from migma_contract.version import __version__
from migma_mock.control.body_schemas import with_body_schemas
from migma_mock.control.errors import ControlError, error_response
from migma_mock.control.middleware import ControlAccessMiddleware
from migma_mock.control.routes import control_router
from migma_mock.control.sharing_middleware import SharingMiddleware
from migma_mock.control.wrong_tokens import WrongTokens
from migma_mock.input_models import error_problems
from migma_mock.mock import Mock
from migma_mock.own_pages import (
    CONTRACT,
    CONTROL_DOCS,
    CONTROL_DOCUMENT,
    DASHBOARD,
    DOCS,
    HEALTH,
    ICON,
    PREFIX,
    ROOT,
)
from migma_mock.web.dashboard import dashboard
from migma_mock.web.docs import HEADERS, render_control_docs, render_docs
from migma_mock.web.icon import icon

_SHOWN_PAGES = (DOCS, CONTRACT, DASHBOARD, CONTROL_DOCS, CONTROL_DOCUMENT, HEALTH)


def create_control_app(mock: Mock) -> FastAPI:
    """Return a FastAPI application with the control API and the mock's own pages."""
    app = FastAPI(
        lifespan=lambda _: mock.running(),
        title="migma-mock control API",
        version=__version__,
        description="Accounts, campaigns, faults, clock, rate limit and journal of a running migma-mock.",
        openapi_url=CONTROL_DOCUMENT,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: "_".join([*map(str, route.tags), route.name]),
    )
    app.state.mock = mock
    app.state.open_feeds = set()
    app.state.large_responses = set()
    app.state.verifying = asyncio.Lock()
    app.include_router(control_router())
    # Inside the access check, which is added later.
    app.add_middleware(SharingMiddleware, mock=mock)
    app.add_middleware(
        ControlAccessMiddleware, control_access=mock.control_access, wrong_tokens=WrongTokens(mock.waiting.wait)
    )
    _handle_errors(app)
    generate = app.openapi
    # FastAPI documents this way to extend the document.
    app.openapi = lambda: app.openapi_schema or with_body_schemas(generate())  # type: ignore[method-assign]
    _add_pages(app, mock)
    return app


def _handle_errors(app: FastAPI) -> None:
    """Send all errors in the vendor's envelope, so that a client reads the errors of both APIs alike."""

    @app.exception_handler(HTTPException)
    async def http_error(request: Request, error: HTTPException) -> JSONResponse:
        hint = f". The mock's own pages are {', '.join(_SHOWN_PAGES)}." if error.status_code == 404 else ""
        response = error_response(error.status_code, f"{error.detail}{hint}")
        response.headers.update(error.headers or {})
        if error.status_code == 405:
            response.headers["allow"] = _methods(app, request.url.path) or response.headers["allow"]
        return response

    @app.exception_handler(ControlError)
    async def control_error(_request: Request, error: ControlError) -> JSONResponse:
        return error_response(error.status, error.message, error.problems)

    @app.exception_handler(RequestValidationError)
    async def validation_error(_request: Request, error: RequestValidationError) -> JSONResponse:
        # FastAPI's list is pydantic's, with the part of the request (body, query) before each place.
        items = [cast("ErrorDetails", {**item, "loc": item["loc"][1:]}) for item in error.errors()]
        source = str(error.errors()[0]["loc"][0])
        return error_response(422, "The request is invalid.", error_problems(items, source))


def _methods(app: FastAPI, path: str) -> str:
    """Return all methods of a path; if several routes have it, each route knows only its own."""
    items = (item for template, item in app.openapi()["paths"].items() if compile_path(template)[0].match(path))
    methods = {method.upper() for item in items for method in item}
    return ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set())))


def _add_pages(app: FastAPI, mock: Mock) -> None:
    def redirect(request: Request, page: str) -> RedirectResponse:
        return RedirectResponse(request.scope.get("root_path", "") + page)  # the prefix that the mock is mounted at

    pages: dict[str, Callable[[Request], Response]] = {
        CONTRACT: lambda _: Response(mock.contract.raw, media_type="application/json"),
        DOCS: lambda request: HTMLResponse(render_docs(mock, str(request.base_url).rstrip("/")), headers=HEADERS),
        ICON: lambda _: Response(icon(), media_type="image/svg+xml", headers={"cache-control": "max-age=3600"}),
        CONTROL_DOCS: lambda _: HTMLResponse(render_control_docs(app.openapi()), headers=HEADERS),
        ROOT: lambda request: redirect(request, DASHBOARD if mock.control_access.is_on else DOCS),
        PREFIX: lambda request: redirect(request, DASHBOARD),
        DASHBOARD: lambda _: HTMLResponse(dashboard().html, headers=dashboard().headers),
    }

    async def show_page(request: Request) -> Response:
        return pages[request.scope["route"].path](request)

    for path in pages:
        app.add_api_route(path, show_page, methods=["GET", "HEAD"], include_in_schema=False)
