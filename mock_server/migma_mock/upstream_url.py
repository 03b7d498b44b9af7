"""The base URL of the live API, as the setting ``upstream`` has it."""

import re
from urllib.parse import urlsplit

from migma_contract.loopback import is_always_loopback

_FORM = "an https URL of the live API without user, query and fragment, such as https://api.migma.ai"
_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?|[0-9a-f:.]+", re.IGNORECASE)
_PATH = re.compile(r"(/[A-Za-z0-9._~!$&'()*+,;=:@%-]+)*/?")


def parse_upstream(text: str) -> str:
    """Return a base URL without a slash at its end.

    Raises:
        ValueError: It is none that a key may be sent to; the message says what one is.
    """
    url = text.strip()
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise ValueError(_FORM) from None
    is_plain = _HOST.fullmatch(host) and _PATH.fullmatch(parts.path) and not re.search(r"[@?#\s]", url)
    if parts.scheme not in ("http", "https") or not is_plain or port == 0:
        raise ValueError(_FORM)
    if parts.scheme == "http" and not is_always_loopback(host):
        raise ValueError(f"{_FORM}; http, which does not encrypt the API key, is for this machine only")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def upstream_path(base_url: str, prefix: str) -> bytes:
    """Return what precedes the path of a request in its target at the live API.

    A base URL may end with the beginning of the contract's path (``/v1``), which is not repeated then.

    Args:
        base_url: The base URL.
        prefix: The contract's path before the id: ``/v1/campaigns/``.
    """
    have, path = urlsplit(base_url).path.split("/")[1:], prefix.strip("/").split("/")
    lengths = (length for length in range(min(len(have), len(path)), 0, -1) if have[-length:] == path[:length])
    kept = have[: len(have) - next(lengths, 0)]
    return "".join(f"/{segment}" for segment in kept).encode()
