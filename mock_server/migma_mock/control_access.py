"""Who may use the control API: this machine, or whoever has the token."""

import secrets
from collections.abc import Mapping

from migma_contract.loopback import is_loopback, is_loopback_origin
from migma_mock.settings import Settings

PREFIX = "/__mock__"
"""What the paths of the control API begin with."""

HEALTH = f"{PREFIX}/health"
"""Where everyone may ask whether the mock is ready."""


class ControlAccess:
    """Decides over requests to the control API.

    Without a token, ``Host`` and ``Origin`` must be this machine's own: a page on another origin, or a name
    that an attacker points at 127.0.0.1 (DNS rebinding), gets nothing. With a valid token any name will do.

    Attributes:
        is_on: Whether there is a control API.
        token: What the control API asks for; None where it asks for none. Off loopback, one is made up.
        token_is_made_up: Whether it is to be shown, since nobody knows it otherwise.
    """

    def __init__(self, settings: Settings) -> None:
        given = settings.control_token.get_secret_value() if settings.control_token else None
        self.token = given or (None if is_loopback(settings.host) else secrets.token_urlsafe(24))
        self.token_is_made_up = self.token != given
        self.is_on = settings.control

    def refusal(self, headers: Mapping[str, str]) -> tuple[int, str] | None:
        """Status and sentence with which a request is refused; None where it may pass.

        Args:
            headers: Of the request, looked up in lower case.
        """
        if not self.is_on:
            return 404, "The control API is off (--no-control)."
        if self.token is not None:
            if self._has_token(headers):
                return None
            return 401, "The control API asks for its token: the header 'X-Mock-Token: TOKEN'."
        if not is_loopback_origin(f"http://{headers.get('host', '')}"):
            return 403, "Without a token the control API answers to this machine's own names only, such as localhost."
        origin = headers.get("origin")
        if origin is not None and not is_loopback_origin(origin):
            return 403, "Without a token the control API takes no requests from pages of other machines."
        return None

    def _has_token(self, headers: Mapping[str, str]) -> bool:
        scheme, _, bearer = headers.get("authorization", "").partition(" ")
        shown = headers.get("x-mock-token") or (bearer if scheme.lower() == "bearer" else "")
        return secrets.compare_digest(shown.encode("latin-1", "replace"), (self.token or "").encode())
