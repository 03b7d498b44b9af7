"""Origins of web pages, as browsers send them and as the setting ``cors_origin`` has them."""

import re

ANY = "*"
"""In the setting: pages of every origin."""

_ORIGIN = re.compile(r"([a-z][a-z0-9+.-]*)://([a-z0-9._-]+|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?", re.ASCII)
_DEFAULT_PORTS = {"http": "80", "https": "443"}


def is_origin(text: str) -> bool:
    """True for an origin as browsers send it: scheme, host, and a port other than the scheme's usual one."""
    return _ORIGIN.fullmatch(text) is not None


def parse_cors_origin(text: str) -> str:
    """Return an origin as browsers send it, or :data:`ANY`.

    Letters become small; a slash at the end and the usual port of the scheme are removed.

    Raises:
        ValueError: It is no origin; the message says what one is.
    """
    if text == ANY:
        return text
    found = _ORIGIN.fullmatch(text.lower().removesuffix("/"))
    if not found:
        raise ValueError("an origin without a path, such as https://app.example.com:8443, or '*'")
    scheme, host, port = found.groups()
    return f"{scheme}://{host}" if port in (None, _DEFAULT_PORTS.get(scheme)) else f"{scheme}://{host}:{port}"
