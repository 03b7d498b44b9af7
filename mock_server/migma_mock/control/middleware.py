"""Access to the mock's own pages and the control API, checked before a route is looked up and before a body is read.

A HEAD request of the control API is answered as GET; the server omits the body.
"""

from urllib.parse import quote, unquote_to_bytes

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from migma_mock.control.errors import error_response
from migma_mock.control.wrong_tokens import WrongTokens
from migma_mock.control_access import ControlAccess, PageRequest, Refusal, is_basic
from migma_mock.messages.asgi import request_target
from migma_mock.own_pages import CHECKS, is_control, is_own_page

WITHOUT_BODY = "migma_mock.without_body"
"""Key in the scope of a request whose response must have no body."""

SEES_DETAILS = "migma_mock.sees_details"
"""Key in the scope of a check: True if it may see more than status, version and instance."""

_HEADERS = {
    # A browser takes the response for what its Content-Type says,
    "x-content-type-options": "nosniff",
    # shows it in no frame of another page,
    "x-frame-options": "DENY",
    # and gives it to no other origin as an image, script or the like, even if it sends no Sec-Fetch-Site.
    "cross-origin-resource-policy": "same-origin",
}
_BASIC = 'Basic realm="migma-mock: any user name, and the token as password", charset="UTF-8"'


def path_of_segments(raw_path: bytes) -> str:
    """Return a path as routes match it: a segment that contains a slash or a percent sign stays encoded.

    The ids of campaigns may contain both; :data:`migma_mock.control.dependencies.CampaignId` decodes them.
    """
    segments = [unquote_to_bytes(segment).decode("utf-8", "replace") for segment in raw_path.split(b"/")]
    return "/".join(quote(segment, safe="") if {"/", "%"} & {*segment} else segment for segment in segments)


class ControlAccessMiddleware:
    """Refuses requests that may not see the mock's own pages; the checks are open to all.

    The API that it mocks has no such headers and no such rule.
    """

    def __init__(self, app: ASGIApp, control_access: ControlAccess, wrong_tokens: WrongTokens) -> None:
        self._app = app
        self._control_access = control_access
        self._wrong_tokens = wrong_tokens

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        path, raw_path = request_target(scope) if scope["type"] == "http" else ("", b"")
        if not is_own_page(path):
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        request = PageRequest(scope["method"], path, Headers(scope=scope), (scope.get("server") or ("",))[0])
        refusal = self._control_access.refusal(request)
        if refusal is not None and (path not in CHECKS or refusal.is_guess):
            await self._refuse(refusal, request, scope, receive, send_with_headers)
            return
        scope = {**scope, SEES_DETAILS: refusal is None}
        if scope["method"] == "HEAD" and is_control(path):
            scope |= {"method": "GET", WITHOUT_BODY: True}
        if b"%" in raw_path and is_control(path):
            scope["path"] = scope["path"].removesuffix(path) + path_of_segments(raw_path)
        await self._app(scope, receive, send_with_headers)

    async def _refuse(self, refusal: Refusal, request: PageRequest, scope: Scope, receive: Receive, send: Send) -> None:
        if refusal.is_guess and not await self._wrong_tokens.hold():
            response = error_response(429, "Too many wrong tokens at a time. Send the token that the mock printed.")
            response.headers["connection"] = "close"
        else:
            response = error_response(refusal.status, refusal.message)
            if refusal.status == 401 and is_basic(request):
                response.headers["www-authenticate"] = _BASIC
        await response(scope, receive, send)
