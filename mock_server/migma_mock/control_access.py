"""Access to the mock's own pages and the control API: for this machine only, or for every client with the token."""

import base64
import binascii
import secrets
from typing import TYPE_CHECKING, NamedTuple

from migma_contract.loopback import is_loopback, is_loopback_origin, is_network_address
from migma_mock.own_pages import CHECKS, CONTRACT, PAGES, WITHOUT_DATA, is_control
from migma_mock.settings import Settings

if TYPE_CHECKING:  # the front door of a mock starts without it
    from starlette.datastructures import Headers

_READING = ("GET", "HEAD")
_BLANKS = " \t"
"""They are no part of a header's value (RFC 9110, 5.5), and not every server removes them."""


class PageRequest(NamedTuple):
    """The parts of a request that decide if it may see one of the mock's own pages.

    Attributes:
        method: In capitals.
        path: Decoded, without the prefix that the mock is mounted at.
        headers: The headers of the request.
        address: The address of this machine at which the connection arrived; "" if the server does not tell it.
    """

    method: str
    path: str
    headers: "Headers"
    address: str = ""


class Refusal(NamedTuple):
    """The reason to refuse a request.

    Attributes:
        status: The status of the response.
        message: Tells the client what to do.
        is_guess: True if the request has a token, and it is wrong.
    """

    status: int
    message: str
    is_guess: bool = False


class ControlAccess:
    """Decides which requests may see the mock's own pages and use the control API.

    Without a token, ``Host`` and ``Origin`` must name this machine, and a browser must not say that a page of another
    site sends the request (``Sec-Fetch-Site``), unless it opens a page in a tab of its own. This keeps out pages of
    other sites, and pages under a name that an attacker points at 127.0.0.1 (DNS rebinding). With a valid token, any
    name is accepted; pages without data need none, since a browser has to load one that asks for the token.

    Attributes:
        is_on: True if there is a control API.
        token: The required token; None if none is required.
        token_is_generated: True if the token was not given by the user, and must be shown.
    """

    def __init__(self, settings: Settings) -> None:
        self.token = settings.control_token.reveal() if settings.control_token else None
        self.token_is_generated = False
        self.is_on = settings.control
        self._is_public_contract = settings.contract is None

    def listen_at(self, address: str) -> None:
        """Require a token if a socket is bound to an address that other machines may reach.

        Args:
            address: As the socket has it. The text of ``--host`` may be a name that resolves to anything.
        """
        if self.token is None and not is_loopback(address):
            self.token, self.token_is_generated = secrets.token_urlsafe(24), True

    def refusal(self, request: PageRequest) -> Refusal | None:
        """Return why a request is refused; None if it may pass. For the checks: if it may see the details."""
        path = request.path
        if not self.is_on and is_control(path) and path not in CHECKS:
            return Refusal(404, "The control API is off (--no-control).")
        if path == CONTRACT and self._is_public_contract:
            return None
        if self.token is None:
            return _refusal_of_stranger(request)
        token = _token_of(request)
        if path in WITHOUT_DATA or secrets.compare_digest(token, self.token.encode()):
            return None
        what = "The control API needs its token" if is_control(path) else "This page needs the token of the control API"
        way = " or as the password of Basic authentication" if is_basic(request) else ""
        wrong = "The control token is wrong. " if token else ""
        return Refusal(401, f"{wrong}{what} in the header 'X-Mock-Token: TOKEN'{way}.", is_guess=bool(token))


def is_basic(request: PageRequest) -> bool:
    """True if the token may come as the password of Basic authentication, for which a browser asks.

    A browser sends it again with any request, so it is not accepted where it could be abused: from pages of other
    sites, and for the control API.
    """
    is_page = request.path in PAGES and request.path not in WITHOUT_DATA
    return is_page and request.method in _READING and not _is_of_other_site(request)


def _token_of(request: PageRequest) -> bytes:
    """Return the token of a request; empty if it has none.

    A check may carry an API key as every request of its client does, so there only the mock's own header counts.
    """
    scheme, _, credential = request.headers.get("authorization", "").strip(_BLANKS).partition(" ")
    token = request.headers.get("x-mock-token", "").strip(_BLANKS).encode("latin-1", "replace")
    if not token and scheme.lower() == "bearer" and request.path not in CHECKS:
        token = credential.encode("latin-1", "replace")
    if not token and scheme.lower() == "basic" and is_basic(request):
        try:
            token = base64.b64decode(credential.encode("latin-1", "replace")).partition(b":")[2]
        except binascii.Error:
            token = b"?"
    return token


def _values(request: PageRequest, name: str) -> list[str]:
    return [value.strip(_BLANKS) for value in request.headers.getlist(name)]


def _refusal_of_stranger(request: PageRequest) -> Refusal | None:
    """Return why a request without a token does not come from this machine; None if it does, as far as one can see."""
    if is_network_address(request.address):
        return Refusal(403, "A server that other machines can reach needs a token: create_app(control_token=…).")
    if not all(is_loopback_origin(f"http://{host}") for host in _values(request, "host") or [""]):
        return Refusal(
            403,
            "Without a token, the mock's own pages and the control API accept only requests to a name of this machine, "
            "such as localhost.",
        )
    if not all(map(is_loopback_origin, _values(request, "origin"))) or _is_of_other_site(request):
        return Refusal(
            403,
            "Without a token, the mock's own pages and the control API accept no requests from pages of other "
            "machines or sites.",
        )
    return None


def _is_of_other_site(request: PageRequest) -> bool:
    """True if a browser says that a page of another site sends the request, and not by a link in a tab of its own."""
    # A proxy may have joined several.
    if not any("cross-site" in value.lower() for value in _values(request, "sec-fetch-site")):
        return False
    mode, dest = _values(request, "sec-fetch-mode"), _values(request, "sec-fetch-dest")
    is_link = mode == ["navigate"] and dest == ["document"]
    return not (is_link and request.path in PAGES and request.method in _READING)
