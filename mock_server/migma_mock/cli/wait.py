"""Wait until a mock answers, for scripts in any language."""

import re
import time
from urllib.parse import urlsplit

import httpx

from migma_contract.errors import Problem, ServerError, SettingsError
from migma_contract.redaction import mask_url
from migma_contract.safe_text import one_line
from migma_mock.own_pages import HEALTH, READY

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
    base_url = _base_url(url)
    deadline = time.monotonic() + timeout
    # A proxy from the environment must not come between this machine and itself. A certificate is not verified, as in
    # the probes of Kubernetes: nothing secret is sent, and --instance tells one mock from another.
    with httpx.Client(trust_env=False, verify=False) as client:  # noqa: S501
        while True:
            reason = _why_not_ready(client, base_url, max(deadline - time.monotonic(), _EVERY_SECONDS), instance)
            if not reason:
                return
            if time.monotonic() >= deadline:
                at = mask_url(url)
                raise ServerError(f"The mock at {at} was not ready after {timeout:g} s. Last attempt: {reason}.")
            time.sleep(_EVERY_SECONDS)


def _base_url(url: str) -> str:
    """Return the URL without a path.

    Raises:
        SettingsError: It is none.
    """
    problem = Problem("URL", "", "a base URL such as http://127.0.0.1:4010", repr(mask_url(url)))
    hint = f"Did you mean http://{url}?" if _HOST_AND_PORT.fullmatch(url) else ""
    try:
        parts = urlsplit(url)
        base_url = str(httpx.URL(f"{parts.scheme}://{parts.netloc}"))
        port = parts.port  # raises for one that is out of range
    except (ValueError, httpx.InvalidURL):
        # Not with its cause, which has parts of the URL.
        raise SettingsError([problem], hint) from None
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise SettingsError([problem], hint)
    return base_url.rstrip("/")


def _why_not_ready(client: httpx.Client, base_url: str, timeout: float, instance: str | None) -> str:
    """Return why the mock is not ready; "" if it is."""
    health = f"{base_url}{HEALTH}"
    try:
        response = client.get(health, timeout=timeout)
        if response.status_code != httpx.codes.OK:
            return f"{mask_url(health)} answered {response.status_code}, so something else may listen there"
        if instance is not None and (why := _why_another(response, instance)):
            return why
        # Health is about the process; it may be up and wait for its store, or be about to end.
        ready = client.get(f"{base_url}{READY}", timeout=timeout)
    except httpx.HTTPError as error:
        return str(error) or type(error).__name__
    return _reason(ready) if ready.status_code == httpx.codes.SERVICE_UNAVAILABLE else ""


def _reason(response: httpx.Response) -> str:
    try:
        reason = response.json()["reason"]
    except (ValueError, KeyError, TypeError):
        reason = ""
    return f"the mock is not ready: {one_line(str(reason)[:200]).rstrip('.')}" if reason else "the mock is not ready"


def _why_another(response: httpx.Response, instance: str) -> str:
    try:
        found = response.json()["instance"]
    except (ValueError, KeyError, TypeError):
        return "what listens there has no instance id"
    return "" if found == instance else f"the mock there is another instance, {one_line(str(found)[:64])!r}"
