"""Wait until a mock answers, for scripts in any language."""

import re
import time
from urllib.parse import urlsplit

import httpx

from migma_contract.errors import Problem, ServerError, SettingsError
from migma_contract.redaction import mask_url
from migma_contract.safe_text import one_line
from migma_mock.own_pages import HEALTH

_EVERY_SECONDS = 0.05
_HOST_AND_PORT = re.compile(
    r"(localhost|[\w-]+(\.[\w-]+)+|\[[\da-fA-F:]+\]|[\w-]+(?=:\d))(:\d{1,5})?(/v1)?/?", re.ASCII
)


def wait_until_ready(url: str, timeout: float, instance: str | None = None) -> None:
    """Return when the mock at a base URL (with or without ``/v1``) is ready.

    Args:
        url: The base URL.
        timeout: The longest time to wait, in seconds.
        instance: The id of the mock that is meant; None for any.

    Raises:
        SettingsError: The URL is invalid.
        ServerError: It was not ready within ``timeout`` seconds.
    """
    health = _health_url(url)
    deadline = time.monotonic() + timeout
    # A proxy from the environment must not come between this machine and itself. A certificate is not verified, as in
    # the probes of Kubernetes: nothing secret is sent, and --instance tells one mock from another.
    with httpx.Client(trust_env=False, verify=False) as client:  # noqa: S501
        while True:
            reason = _why_not_ready(client, health, max(deadline - time.monotonic(), _EVERY_SECONDS), instance)
            if not reason:
                return
            if time.monotonic() >= deadline:
                at = mask_url(url)
                raise ServerError(f"The mock at {at} was not ready after {timeout:g} s. Last attempt: {reason}.")
            time.sleep(_EVERY_SECONDS)


def _health_url(url: str) -> str:
    problem = Problem("URL", "", "a base URL such as http://127.0.0.1:4010", repr(mask_url(url)))
    hint = f"Did you mean http://{url}?" if _HOST_AND_PORT.fullmatch(url) else ""
    try:
        parts = urlsplit(url)
        health = str(httpx.URL(f"{parts.scheme}://{parts.netloc}{HEALTH}"))
        port = parts.port  # raises for one that is out of range
    except (ValueError, httpx.InvalidURL):
        # Not with its cause, which has parts of the URL.
        raise SettingsError([problem], hint) from None
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise SettingsError([problem], hint)
    return health


def _why_not_ready(client: httpx.Client, health: str, timeout: float, instance: str | None) -> str:
    """Return why the mock is not ready; "" if it is."""
    try:
        response = client.get(health, timeout=timeout)
    except httpx.HTTPError as error:
        return str(error) or type(error).__name__
    if response.status_code != httpx.codes.OK:
        return f"{mask_url(health)} answered {response.status_code}, so something else may listen there"
    return "" if instance is None else _why_another(response, instance)


def _why_another(response: httpx.Response, instance: str) -> str:
    try:
        found = response.json()["instance"]
    except (ValueError, KeyError, TypeError):
        return "what listens there has no instance id"
    return "" if found == instance else f"the mock there is another instance, {one_line(str(found)[:64])!r}"
