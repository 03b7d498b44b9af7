"""The guard in front of the control API: before any route is looked for, and before a body is read.

What is asked with HEAD, the control API answers as it would with GET; the server leaves the body out.
"""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from migma_mock.control.errors import error_response
from migma_mock.control_access import HEALTH, PREFIX, ControlAccess
from migma_mock.messages.asgi import request_target

DASHBOARD = f"{PREFIX}/"
WITHOUT_BODY = "migma_mock.without_body"
"""Where the scope of a request says that no body is wanted."""

PAGES = (DASHBOARD, f"{PREFIX}/docs", f"{PREFIX}/openapi.json")


class ControlAccessMiddleware:
    """Lets through what the guard allows. Health is for everyone, and so are the pages about the control API."""

    def __init__(self, app: ASGIApp, control_access: ControlAccess) -> None:
        self._app = app
        self._guard = control_access
        self._open = {HEALTH, *(PAGES if control_access.is_on else ())}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        path, _ = request_target(scope) if scope["type"] == "http" else ("", b"")
        is_control = path == PREFIX or path.startswith(f"{PREFIX}/")
        if is_control and path not in self._open:
            refusal = self._guard.refusal(Headers(scope=scope))
            if refusal is not None:
                await error_response(*refusal)(scope, receive, send)
                return
        if is_control and scope["method"] == "HEAD":
            scope = {**scope, "method": "GET", WITHOUT_BODY: True}
        await self._app(scope, receive, send)
