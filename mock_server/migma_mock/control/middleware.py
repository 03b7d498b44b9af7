"""Access to the control API, checked before a route is looked up and before a body is read.

A HEAD request is answered as GET; the server omits the body.
"""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from migma_mock.control.errors import error_response
from migma_mock.control_access import HEALTH, PREFIX, ControlAccess
from migma_mock.messages.asgi import request_target

DASHBOARD = f"{PREFIX}/"
WITHOUT_BODY = "migma_mock.without_body"
"""Key in the scope of a request whose response must have no body."""

PAGES = (DASHBOARD, f"{PREFIX}/docs", f"{PREFIX}/openapi.json")


class ControlAccessMiddleware:
    """Refuses requests that may not use the control API. Its health and the pages about it are open to all."""

    def __init__(self, app: ASGIApp, control_access: ControlAccess) -> None:
        self._app = app
        self._control_access = control_access
        self._open = {HEALTH, *(PAGES if control_access.is_on else ())}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        path, _ = request_target(scope) if scope["type"] == "http" else ("", b"")
        if path != PREFIX and not path.startswith(f"{PREFIX}/"):
            await self._app(scope, receive, send)
            return
        refusal = None if path in self._open else self._control_access.refusal(Headers(scope=scope))
        if refusal is not None:
            await error_response(*refusal)(scope, receive, send)
            return
        if scope["method"] == "HEAD":
            scope = {**scope, "method": "GET", WITHOUT_BODY: True}
        await self._app(scope, receive, send)
