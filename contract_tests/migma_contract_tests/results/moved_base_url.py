"""The base URL that a redirect points to, if it is the same request on another server."""

from urllib.parse import urljoin, urlsplit


def moved_base_url(base_url: str, url: str, location: str) -> str | None:
    """Return the base URL of the same request at another address, such as https in place of http.

    Any other redirect, such as one to a login page, has none.

    Args:
        base_url: The base URL of the request.
        url: Its whole URL.
        location: The header Location of the response.
    """
    base = base_url.rstrip("/")
    try:
        target = urlsplit(urljoin(url, location))
        host, _ = target.hostname, target.port
    except ValueError:
        return None
    path, moved = url.removeprefix(base), target.geturl().rstrip("/")
    if target.scheme not in {"http", "https"} or not host or target.username is not None or target.query:
        return None
    if not url.startswith(f"{base}/") or not moved.endswith(path):
        return None
    found = moved.removesuffix(path)
    return None if found == base else found
