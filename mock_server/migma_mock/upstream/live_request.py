"""Send one request to the live API, limited in time and size whatever it does."""

import asyncio
import re
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import certifi
import httpcore
import httpx

from migma_contract.loopback import is_always_loopback
from migma_contract.quiet_logs import CLIENT_LOGGERS, quiet

MAX_BODY = 2**20
"""Most bytes of a body, two thousand times what this API sends. The library limits headers to 100 KiB."""

MAX_SECONDS = 30.0
"""Longest time from the first look-up of the host to the last byte."""

MAX_PIECES = 4096
"""Most pieces, such as chunks, in which a body is read; each takes time, however small it is."""

MAX_HEADERS = 256

_BUFFERED = 32 * 1024
"""Bytes that the system buffers of a connection; it doubles the number."""

_STATUSES = range(200, 600)
"""Statuses of responses (RFC 9110, section 15)."""

_UNKNOWN_ISSUER = range(18, 22)
"""The codes of OpenSSL for certificates that nobody signed who is trusted."""

_NO_PART_OF_A_TARGET = re.compile(rb"[^\x21-\x7e]")


class NoResponseError(Exception):
    """No complete response came.

    Attributes:
        status: The status of a gateway for it: 502; 504 after the time; 503 if it was given up.
    """

    def __init__(self, reason: str, status: int = 502) -> None:
        self.status = status
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class LiveResponse:
    """A complete response, with a body whose content coding is not decoded.

    Attributes:
        version: The version of HTTP: ``1.1``.
    """

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes
    version: bytes


class LiveRequests:
    """Sends requests to the live API, each on a connection of its own: no redirect is followed, no cookie is kept.

    A connection that waits for the next request could be closed by the server at that moment, and a client could not
    know if its request was read.

    Args:
        base_url: The base URL of the API. Its certificate is verified.
        seconds: Longest time of a request.
    """

    def __init__(self, base_url: str, seconds: float = MAX_SECONDS) -> None:
        self._origin = httpx.URL(base_url).copy_with(raw_path=b"/")
        # A proxy of the environment is for other machines.
        self._uses_proxy = not is_always_loopback(self._origin.host)
        self._seconds = seconds
        self._timeout = httpx.Timeout(None, connect=seconds / 3)
        self._tls = ssl.create_default_context()
        self._tls.load_verify_locations(certifi.where())

    async def send(self, method: str, target: bytes, headers: list[tuple[bytes, bytes]]) -> LiveResponse:
        """Send a request and return the response.

        Args:
            method: GET or HEAD.
            target: Path and query. They are sent as they are; bytes that no request may have are percent-encoded.
            headers: All but Host.

        Raises:
            NoResponseError: No complete response came within the limits.
        """
        try:
            async with asyncio.timeout(self._seconds):
                return await self._send(method, target, headers)
        except TimeoutError:
            raise NoResponseError(f"sent no complete response within {self._seconds:g} s", 504) from None
        except httpx.ConnectTimeout:
            raise NoResponseError(f"was not reached within {self._timeout.connect:g} s", 504) from None
        except httpx.HTTPError as error:
            raise NoResponseError(_reason(error)) from None
        except (httpx.InvalidURL, OSError, ValueError) as error:
            # Not with its text, which may have the password of a proxy.
            why = "settings of certificates or proxies cannot be used"
            raise NoResponseError(f"was not asked: {why} ({type(error).__name__})") from None

    async def _send(self, method: str, target: bytes, headers: list[tuple[bytes, bytes]]) -> LiveResponse:
        target = _NO_PART_OF_A_TARGET.sub(lambda found: b"%%%02X" % found[0][0], target)
        # What the library would write in another way, as an id of two dots, is sent as the client has it.
        url = self._url(target)
        opened: list[httpcore.AsyncNetworkStream] = []
        extensions = {"trace": partial(_trace, opened)} | ({} if url.raw_path == target else {"target": target})
        request = httpx.Request(method, url, headers=headers, extensions=extensions)
        try:
            with quiet(CLIENT_LOGGERS):
                response, body = await self._exchange(request)
        finally:
            # The library leaves a connection open whose handshake is cancelled.
            for stream in opened:
                await stream.aclose()
        version = response.http_version.removeprefix("HTTP/").encode()
        return LiveResponse(response.status_code, response.headers.raw, body, version)

    async def _exchange(self, request: httpx.Request) -> tuple[httpx.Response, bytes]:
        async with httpx.AsyncClient(verify=self._tls, trust_env=self._uses_proxy, timeout=self._timeout) as client:
            response = await client.send(request, stream=True)
            try:
                if len(response.headers.raw) > MAX_HEADERS:
                    raise NoResponseError(f"sent more than {MAX_HEADERS} headers")
                if response.status_code not in _STATUSES:
                    raise NoResponseError(f"sent the status {response.status_code}, which is that of no response")
                return response, await _body(response)
            finally:
                await response.aclose()

    def _url(self, target: bytes) -> httpx.URL:
        try:
            return self._origin.copy_with(raw_path=target)
        except httpx.InvalidURL:
            return self._origin


async def _trace(opened: list[httpcore.AsyncNetworkStream], event: str, facts: Mapping[str, Any]) -> None:
    """Keep a new connection, and let the system buffer little of it.

    The event loop takes all that is there, up to 32 times.
    """
    if event == "connection.connect_tcp.complete":
        opened.append(facts["return_value"])
        opened[-1].get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFERED)


async def _body(response: httpx.Response) -> bytes:
    body, pieces = bytearray(), 0
    async for piece in response.aiter_raw():
        body += piece
        pieces += 1
        if len(body) > MAX_BODY:
            raise NoResponseError(f"sent a body of more than {MAX_BODY // 2**20} MiB")
        if pieces > MAX_PIECES:
            raise NoResponseError(f"sent a body in more than {MAX_PIECES:,} pieces")
    return bytes(body)


def _reason(error: httpx.HTTPError) -> str:
    """Return what happened, without the words of the server, which may repeat the key."""
    if isinstance(error, httpx.ProxyError):
        return "was not reached: the proxy of the environment refused"
    if isinstance(error, httpx.ConnectError):
        return f"was not reached{_why(error)}"
    if isinstance(error, httpx.LocalProtocolError):
        return "was not asked, since a header of the request is not valid HTTP"
    if isinstance(error, httpx.RemoteProtocolError) and not _is_cut_off(error):
        return "sent a response that is not valid HTTP"
    return "closed the connection before its response was complete"


def _is_cut_off(error: httpx.HTTPError) -> bool:
    return "disconnected" in str(error) or "peer closed" in str(error)


def _why(error: BaseException | None) -> str:
    """Return why a connection was not possible, as far as that is known: it has several addresses, for example."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            advice = "; SSL_CERT_FILE can name the file of another CA" if error.verify_code in _UNKNOWN_ISSUER else ""
            return f": {error.verify_message}{advice}"
        if isinstance(error, ssl.SSLError):
            return ": it does not speak TLS as expected"
        if isinstance(error, socket.gaierror):
            return ": its name was not found"
        if isinstance(error, ConnectionRefusedError):
            return ": nothing listens there"
        error = error.__cause__ or error.__context__
    return ""
