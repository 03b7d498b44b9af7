"""Read the target of a redirect: the API over https on the same host, another path of it, or another host."""

from typing import NamedTuple
from urllib.parse import SplitResult, urljoin, urlsplit


class Redirect(NamedTuple):
    """A redirect of a request.

    Attributes:
        base_url: The base URL to use in its place: on the same host, and over https. Else None, since the key must
            not go to another host, or unencrypted, because a response says so.
        path: Another path on the same server at which the campaign is; else "".
        host: Another host with the same path over https, which may be the API's too; else "".
    """

    base_url: str | None = None
    path: str = ""
    host: str = ""


def read_redirect(base_url: str, url: str, location: str, campaign_id: str) -> Redirect:
    """Return where a redirect points to, as far as it is of use.

    Args:
        base_url: The base URL of the request.
        url: Its whole URL.
        location: The header Location of the response.
        campaign_id: The id in the path.
    """
    base, asked = urlsplit(base_url.rstrip("/")), urlsplit(url)
    target = _split(url, location)
    if target is None or target.query or target.username is not None:
        return Redirect()
    rest = asked.path.removeprefix(base.path)
    prefix = target.path.rstrip("/").removesuffix(rest)
    is_same_request = target.path.rstrip("/").endswith(rest)
    is_same_host = target.hostname == asked.hostname
    if target.scheme == "https" and is_same_host:
        # Some servers redirect everything to the start page over https.
        is_start_page = asked.scheme == "http" and target.path in {"", "/"}
        moved = f"https://{target.netloc}{prefix if is_same_request else base.path}"
        if (is_same_request or is_start_page) and moved != base.geturl():
            return Redirect(base_url=moved)
    if target.scheme == "https" and is_same_request and not is_same_host:
        return Redirect(host=target.hostname or "")
    is_same_server = (target.scheme, target.netloc) == (asked.scheme, asked.netloc)
    has_moved = is_same_server and campaign_id in target.path and target.path != asked.path
    return Redirect(path=target.path if has_moved else "")


def _split(url: str, location: str) -> SplitResult | None:
    try:
        target = urlsplit(urljoin(url, location))
        host, _ = target.hostname, target.port
    except ValueError:
        return None
    return target if host and target.scheme in {"http", "https"} else None
