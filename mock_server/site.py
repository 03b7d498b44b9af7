"""The mock's own pages, through FastAPI: the control API, the contract, and its readable form."""

from typing import TYPE_CHECKING

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from starlette.exceptions import HTTPException

from mock_server.control import CONTROL_PREFIX, control_router
from mock_server.docs_page import render_docs
from mock_server.version import __version__

if TYPE_CHECKING:
    from mock_server.app import MockApp


_PAGES = ("/docs", "/openapi.json", f"{CONTROL_PREFIX}/health")


def build_site(app: "MockApp") -> FastAPI:
    """A FastAPI application for every path that is not the vendor's."""
    site = FastAPI(
        title="migma-mock control API",
        version=__version__,
        openapi_url=f"{CONTROL_PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    site.include_router(control_router(app))

    @site.exception_handler(HTTPException)
    async def envelope(_request: Request, error: HTTPException) -> JSONResponse:
        """Errors of the mock's own pages have the vendor's shape too, so that clients can read them."""
        code = str(error.detail).upper().replace(" ", "_")
        hint = f". The mock's own pages are {', '.join(_PAGES)}." if error.status_code == 404 else ""
        body = {"success": False, "error": f"{error.detail}{hint}", "code": code}
        return JSONResponse(body, error.status_code, error.headers)

    @site.api_route("/openapi.json", methods=["GET", "HEAD"], include_in_schema=False)
    def contract() -> Response:
        return Response(app.contract.raw, media_type="application/json")

    @site.api_route("/docs", methods=["GET", "HEAD"], include_in_schema=False)
    def docs(request: Request) -> HTMLResponse:
        return HTMLResponse(render_docs(app, str(request.base_url).rstrip("/")))

    @site.api_route("/", methods=["GET", "HEAD"], include_in_schema=False)
    def root() -> RedirectResponse:
        return RedirectResponse("/docs")

    return site
