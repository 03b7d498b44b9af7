"""Fetch a document: one GET without any credentials, bounded in time, size and redirects."""

import asyncio
import threading
import zlib
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import urljoin

import httpx

from migma_contract.loopback import is_loopback
from migma_contract.quiet_logs import CLIENT_LOGGERS, quiet
from migma_contract.redaction import mask_url
from migma_contract.version import __version__

FETCH_SECONDS = 30.0
"""The most seconds for all of it, redirects included."""

MAX_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_HEADERS = {
    "accept": "application/json, application/yaml, text/yaml, text/markdown, */*;q=0.5",
    "accept-encoding": "identity",
    "user-agent": f"migma-mock/{__version__}",
}
_GZIP = 31  # the format, for zlib
_WAIT_SECONDS = 2 * FETCH_SECONDS  # the limit for all of it ends it before


class Fetched(NamedTuple):
    """The body of a response, and the URL that it came from after redirects."""

    body: bytes
    url: str


class FetchError(Exception):
    """No document came; its text says what came instead.

    Attributes:
        is_outage: True if the server was not reached or failed, so that the document may still be there.
    """

    def __init__(self, got: str, *, is_outage: bool = False) -> None:
        self.is_outage = is_outage
        super().__init__(got)


def fetch(url: str, limit: int, seconds: float = FETCH_SECONDS) -> Fetched:
    """Return what a URL has.

    Args:
        url: An http or https URL, without a user or a password.
        limit: The most bytes of the body.
        seconds: The most seconds.

    Raises:
        FetchError: Nothing came in time, or something else than a document of at most that size.
    """
    result: list[Fetched | Exception] = []

    def run() -> None:
        try:
            with quiet(CLIENT_LOGGERS):
                result.append(asyncio.run(_fetch_in_time(url, limit, seconds)))
        except Exception as error:  # noqa: BLE001  # raised again in the caller's thread
            result.append(error)

    # In a thread of its own, since the caller may be in an event loop; as a daemon, so that Ctrl-C is obeyed at once.
    thread = threading.Thread(target=run, name="migma-fetch", daemon=True)
    thread.start()
    thread.join()
    (outcome,) = result
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


async def _fetch_in_time(url: str, limit: int, seconds: float) -> Fetched:
    try:
        async with asyncio.timeout(seconds):
            return await _fetch(url, limit)
    except TimeoutError as error:
        raise FetchError(f"no complete response within {seconds:g} s", is_outage=True) from error
    except httpx.TransportError as error:
        raise FetchError(f"no response ({_reason(error)})", is_outage=True) from error
    except (httpx.InvalidURL, OSError, ValueError) as error:
        # Not with its text or as the cause, since it may have the password of a proxy: "Invalid port: 'PASSWORD'".
        why = "the URL, or settings of certificates or proxies, cannot be used"
        raise FetchError(f"{why} ({type(error).__name__})") from None


async def _fetch(url: str, limit: int) -> Fetched:
    for _ in range(MAX_REDIRECTS + 1):
        # A new client for each, so that no cookie goes along; a proxy is for other machines.
        is_here = is_loopback(httpx.URL(url).host)
        async with (
            httpx.AsyncClient(timeout=_WAIT_SECONDS, trust_env=not is_here, headers=_HEADERS) as client,
            client.stream("GET", url) as response,
        ):
            location = response.headers.get("location")
            if response.status_code not in _REDIRECTS or location is None:
                return Fetched(await _body(response, limit), url)
            url = _next(url, location)
    raise FetchError(f"more than {MAX_REDIRECTS} redirects, the last one to {mask_url(url)}")


def _next(url: str, location: str) -> str:
    target = urljoin(url, location)
    scheme = target.partition(":")[0].lower()
    if scheme not in ("http", "https") or httpx.URL(target).userinfo:
        raise FetchError(f"a redirect to {mask_url(target)}, which is no http or https URL without a user")
    if scheme == "http" and url.lower().startswith("https:"):
        raise FetchError(f"a redirect to {mask_url(target)}, which is not encrypted")
    return target


async def _body(response: httpx.Response, limit: int) -> bytes:
    status = response.status_code
    if status != HTTPStatus.OK:
        got = f"{status} {response.reason_phrase}".strip()
        login = " (it wants a login; download the document, and name the file)" if status in (401, 403) else ""
        is_outage = status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.TOO_MANY_REQUESTS
        raise FetchError(f"{got}{login}", is_outage=is_outage)
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip"):
        raise FetchError(f"a body in the encoding {encoding[:40]!r}, which was not asked for")
    unpack = zlib.decompressobj(_GZIP) if encoding == "gzip" else None
    body = bytearray()
    try:
        async for chunk in response.aiter_raw():
            body += unpack.decompress(chunk, limit + 1 - len(body)) if unpack else chunk
            if len(body) > limit:
                raise FetchError(f"more than {limit} bytes")
    except zlib.error as error:
        raise FetchError("a body that is not gzip, as its header says") from error
    return bytes(body)


def _reason(error: httpx.TransportError) -> str:
    return str(error) or type(error).__name__
