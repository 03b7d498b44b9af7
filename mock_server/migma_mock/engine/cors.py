"""CORS for pages on this machine: a browser client under development gets access, other pages do not."""

import re

from migma_contract.loopback import is_loopback_origin

Header = tuple[bytes, bytes]

_VARY = (b"vary", b"Origin")
_EXPOSED = (
    b"access-control-expose-headers",
    b"Allow, Preference-Applied, Retry-After, WWW-Authenticate, X-Mock-Fixtures, X-Mock-Undocumented",
)
_LONGEST_ORIGIN = 300
"""A host name has at most 253 characters. A longer origin would be kept with each reply in the journal."""

_TOKENS = re.compile(rb"[A-Za-z0-9!#$%&'*+.^_`|~, -]{0,1024}")


def response_headers(origin: bytes) -> tuple[Header, ...]:
    """Return the headers of every answer to a request with an ``Origin``."""
    if len(origin) > _LONGEST_ORIGIN or not is_loopback_origin(origin.decode("latin-1")):
        return (_VARY,)
    return ((b"access-control-allow-origin", origin), _EXPOSED, _VARY)


def preflight_headers(headers: list[Header], allow: bytes) -> tuple[Header, ...]:
    """Return the headers that the answer to a preflight adds; none if the request is no preflight."""
    asked = dict(headers)
    origin = asked.get(b"origin", b"")[: _LONGEST_ORIGIN + 1].decode("latin-1")
    if b"access-control-request-method" not in asked or not is_loopback_origin(origin):
        return ()
    wanted = asked.get(b"access-control-request-headers", b"")
    granted = wanted if wanted and _TOKENS.fullmatch(wanted) else b"Authorization, Content-Type, Prefer, X-API-Key"
    private = asked.get(b"access-control-request-private-network") == b"true"
    return (
        (b"access-control-allow-methods", allow),
        (b"access-control-allow-headers", granted),
        (b"access-control-max-age", b"600"),
        *(((b"access-control-allow-private-network", b"true"),) if private else ()),
    )
