"""Access to the control API: for this machine only, or for every client with the token."""

import secrets
from collections.abc import Mapping

from migma_contract.loopback import is_loopback, is_loopback_origin
from migma_mock.settings import Settings

PREFIX = "/__mock__"
"""Prefix of the paths of the control API."""

HEALTH = f"{PREFIX}/health"
"""Path of the health check, which needs no token."""


class ControlAccess:
    """Decides which requests may use the control API.

    Without a token, ``Host`` and ``Origin`` must name this machine. This keeps out pages of other origins, and pages
    under a name that an attacker points at 127.0.0.1 (DNS rebinding). With a valid token, any name is accepted.

    Attributes:
        is_on: True if there is a control API.
        token: The required token; None if none is required. Unless the mock listens on loopback, it needs one.
        token_is_generated: True if the token was not given by the user, and must be shown.
    """

    def __init__(self, settings: Settings) -> None:
        given = settings.control_token.get_secret_value() if settings.control_token else None
        self.token = given or (None if is_loopback(settings.host) else secrets.token_urlsafe(24))
        self.token_is_generated = self.token != given
        self.is_on = settings.control

    def refusal(self, headers: Mapping[str, str]) -> tuple[int, str] | None:
        """Return the status and message to refuse a request with; None if it may pass.

        Args:
            headers: The headers of the request, with names in lower case.
        """
        if not self.is_on:
            return 404, "The control API is off (--no-control)."
        if self.token is not None:
            if self._has_token(headers):
                return None
            return 401, "The control API needs its token in the header 'X-Mock-Token: TOKEN'."
        if not is_loopback_origin(f"http://{headers.get('host', '')}"):
            return (
                403,
                "Without a token, the control API accepts only requests to a name of this machine, such as localhost.",
            )
        origin = headers.get("origin")
        if origin is not None and not is_loopback_origin(origin):
            return 403, "Without a token, the control API accepts no requests from pages of other machines."
        return None

    def _has_token(self, headers: Mapping[str, str]) -> bool:
        scheme, _, bearer = headers.get("authorization", "").partition(" ")
        token = headers.get("x-mock-token") or (bearer if scheme.lower() == "bearer" else "")
        return secrets.compare_digest(token.encode("latin-1", "replace"), (self.token or "").encode())
