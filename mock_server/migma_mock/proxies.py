"""Warn if a proxy of the environment would get the requests for the mock server."""

import inspect
import os
import warnings
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from migma_contract.errors import ProxyWarning


def warn_of_proxy(url: str) -> None:
    """Warn if clients that follow the settings of the environment, as httpx and requests do, use a proxy for a URL.

    Warns:
        ProxyWarning: They do.
    """
    address, proxies = urlsplit(url), getproxies()
    if not (proxies.get(address.scheme) or proxies.get("all")) or proxy_bypass(address.netloc):
        return
    names = (f"{address.scheme}_proxy", "all_proxy")
    found = [name for name, value in os.environ.items() if value and name.lower() in names]
    source = " and ".join(found) or "the settings of this system"
    warnings.warn(
        f"A proxy ({source}) would get the requests for the mock server at {url} from httpx, requests and other "
        f"clients that follow these settings. Exempt it: NO_PROXY={address.hostname}",
        ProxyWarning,
        stacklevel=_level_of_user(),
    )


def _level_of_user() -> int:
    """Return the ``stacklevel`` of the first caller of :func:`warn_of_proxy` that is no part of this package."""
    level, frame = 0, inspect.currentframe()
    while frame and frame.f_globals.get("__name__", "").partition(".")[0] == "migma_mock":
        level, frame = level + 1, frame.f_back
    return level
