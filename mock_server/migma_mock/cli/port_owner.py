"""Find out what listens on a port that is in use: another migma-mock, another server, or something without HTTP."""

import threading
from typing import Any, NamedTuple

import httpx

from migma_contract.errors import PortInUseError
from migma_contract.safe_text import one_line
from migma_mock.http.listening import base_url
from migma_mock.own_pages import HEALTH

_PATIENCE_SECONDS = 10.0
"""A mock imports FastAPI for its first own page, which takes seconds on a slow machine."""

_MAX_BYTES = 65_536
_SHOWN = 64


class PortOwner(NamedTuple):
    """The program that listens on a port.

    Attributes:
        text: Words that follow "in use by".
        health: What a migma-mock says about itself; None if it is something else.
        url: The base URL of a migma-mock, which may speak HTTPS.
    """

    text: str
    health: dict[str, Any] | None = None
    url: str = ""


def find_port_owner(url: str, patience: float = _PATIENCE_SECONDS) -> PortOwner:
    """Ask what listens at a URL for its health.

    Args:
        url: The base URL.
        patience: The longest time that this takes, in seconds, however slowly the answer arrives.
    """
    found: list[PortOwner] = []
    # A thread, since a time-out of the client begins again with each byte that arrives.
    asking = threading.Thread(target=lambda: found.append(_ask(url, patience)), daemon=True)
    asking.start()
    asking.join(patience)
    return found[0] if found else PortOwner(f"something that gives no answer in {patience:g} s")


def port_in_use(host: str, port: int) -> PortInUseError:
    """Return the error of a start on a port that is in use, which says what listens there."""
    owner = find_port_owner(base_url(host, port))
    use = "Use that one, or stop it" if owner.health else "Stop it"
    other = "choose another port: --port N, or --port 0 for a free one"
    return PortInUseError(f"Port {port} on {one_line(host)} is in use by {owner.text}. {use}, or {other}.")


def _ask(url: str, patience: float) -> PortOwner:
    try:
        with (
            httpx.Client(trust_env=False, timeout=patience, verify=False) as client,  # noqa: S501 - as `wait` does
            client.stream("GET", f"{url}{HEALTH}") as response,
        ):
            body = b""
            for part in response.iter_raw(_MAX_BYTES):
                body += part
                if len(body) >= _MAX_BYTES:
                    break
    except httpx.TransportError as error:
        return PortOwner(f"something that does not speak HTTP ({type(error).__name__})")
    if response.status_code == httpx.codes.BAD_REQUEST and b'"HTTPS_REQUIRED"' in body:
        return _ask(url.replace("http:", "https:", 1), patience)
    health = _health(response, body)
    if health is None:
        server = one_line(response.headers.get("server", "an unnamed server")[:_SHOWN])
        return PortOwner(f"another server ({server}), which answers {response.status_code} there")
    version, status, instance = (one_line(str(health.get(each))[:_SHOWN]) for each in ("version", "status", "instance"))
    return PortOwner(f"a migma-mock {version} (status {status}, instance {instance})", health, url)


def _health(response: httpx.Response, body: bytes) -> dict[str, Any] | None:
    try:
        health = httpx.Response(200, content=body).json() if response.is_success else None
    except (ValueError, RecursionError):
        return None
    return health if isinstance(health, dict) and health.get("name") == "migma-mock" else None
