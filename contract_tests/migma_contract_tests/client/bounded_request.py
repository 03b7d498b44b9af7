"""Send one HTTP/1.1 request, limited in time and size whatever the server does."""

import re
import ssl
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import httpcore

from migma_contract.exchange import NOTHING_LISTENS, THE_PROXY, FailureKind
from migma_contract.quiet_logs import CLIENT_LOGGERS, quiet
from migma_contract_tests.client.deadline import Deadline, WireError
from migma_contract_tests.client.host_addresses import resolve
from migma_contract_tests.client.proxy_and_tls import ConnectionSettings
from migma_contract_tests.client.response_head import MAX_INTERIM, ResponseHead

MAX_BODY = 2**20
"""Most bytes of a body that are read, 1 MiB: two thousand times what this API sends. h11 limits headers to 100 KiB."""

MAX_PIECES = 4096
"""Most pieces, such as chunks, in which a body is read; each takes time, however small it is."""

MAX_HEADERS = 256
"""Most headers that are kept; Python's own client accepts 100."""

_OVERFLOW = "Receive buffer too long"
"""The words of h11 if headers, trailers or the line before a chunk have no end within 100 KiB."""


@dataclass
class Received:
    """The received part of a response, filled as it arrives, so that it is kept if the connection fails."""

    status: int | None = None
    headers: Sequence[tuple[bytes, bytes]] = ()
    body: bytes = b""


def fetch(
    received: Received,
    method: str,
    url: httpcore.URL,
    headers: Sequence[tuple[bytes, bytes]],
    *,
    deadline: Deadline,
    settings: ConnectionSettings,
    max_body: int = MAX_BODY,
) -> None:
    """Send one request on a new connection and read the response into ``received``.

    httpcore is used directly, without httpx's client: nothing is added to the request, no redirect is
    followed, no cookie is kept. With a new connection for each request, none was closed by the server in
    the meantime, and every server behind a load balancer can be reached.

    Raises:
        WireError: No complete response came within the limits.
    """
    network = _Network(deadline, settings, is_tunnel=url.scheme == b"https")
    try:
        with (
            quiet(CLIENT_LOGGERS),
            httpcore.ConnectionPool(ssl_context=settings.tls, proxy=settings.proxy, network_backend=network) as pool,
            pool.stream(method, url, headers=headers) as response,
        ):
            received.status = response.status
            received.headers = network.head.as_sent(response.headers[:MAX_HEADERS])
            _receive(response, received, max_body)
    except httpcore.TimeoutException as error:
        raise network.named(WireError("timeout", f"not complete within {deadline.seconds:g} s")) from error
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.ProxyError) as error:
        raise network.named(_wire_error(error, network)) from error
    except WireError as error:
        raise network.named(error) from error


def _receive(response: httpcore.Response, received: Received, max_body: int) -> None:
    if len(response.headers) > MAX_HEADERS:
        raise WireError("too-large", f"{len(response.headers):,} headers")
    body = bytearray()
    try:
        for number, chunk in enumerate(response.iter_stream()):
            body += chunk[: max_body + 1 - len(body)]
            if len(body) > max_body:
                raise WireError("too-large", f"a body of more than {max_body} bytes")
            if number >= MAX_PIECES:
                raise WireError("too-large", f"a body in more than {MAX_PIECES:,} pieces")
    finally:
        received.body = bytes(body)


class _Network(httpcore.NetworkBackend):
    """Connections on which every operation ends at the deadline (httpcore's own time-outs restart with each read).

    Attributes:
        proxy: Name of the proxy that the connection has not passed yet; "" after it, or without one.
        was_sent: True if the request was sent, or a part of it.
    """

    def __init__(self, deadline: Deadline, settings: ConnectionSettings, *, is_tunnel: bool) -> None:
        self.deadline = deadline
        self.proxy = settings.proxy_name
        self._proxy_has_tls = settings.proxy is not None and settings.proxy.url.scheme == b"https"
        self._is_tunnel = is_tunnel
        self.handshaking = False
        self.was_sent = False
        self.ended = False  # by the server
        self.head = ResponseHead()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - httpcore's interface; the deadline takes its place
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = resolve(host, port, self.deadline, self.proxy or host)
        failed: httpcore.ConnectError | httpcore.ConnectTimeout | None = None
        for place, address in enumerate(addresses):
            # An equal share of the time left, since a dead address never answers: IPv6 without a route, for example.
            share = self.deadline.remaining() / (len(addresses) - place)
            try:
                stream = httpcore.SyncBackend().connect_tcp(address, port, share, local_address, socket_options)
                self.proxy = self.proxy if self._is_tunnel else ""
                return _Stream(stream, self)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
        if failed is not None and _has_cause(failed, ConnectionRefusedError):
            address = f"{f'[{host}]' if ':' in host else host}:{port}"
            detail = f"{self.proxy} refused the connection" if self.proxy else f"{NOTHING_LISTENS}{address}"
            raise WireError("unreachable", detail) from failed
        raise failed or WireError("unreachable", f"{host} has no address")

    def begin_handshake(self) -> None:
        """Note that TLS begins: with the proxy, or through it with the server."""
        self.handshaking = True
        if self._proxy_has_tls:
            self._proxy_has_tls = False
        else:
            self.proxy = ""

    def named(self, error: WireError) -> WireError:
        """Return the error with the name of the proxy if it came from there: then it is no response of the server."""
        error.was_sent = self.was_sent
        if not self.proxy:
            return error
        kind: FailureKind = error.kind if error.kind in {"timeout", "tls"} else "unreachable"
        detail = str(error)
        named = detail if detail.startswith(THE_PROXY) else f"{self.proxy} failed: {detail}"
        return WireError(kind, named, was_sent=False)  # a proxy that was not passed saw CONNECT at most


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream, network: _Network) -> None:
        self._inner = inner
        self._network = network

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - as in connect_tcp
        head = self._network.head
        if head.is_taken:
            return self._receive(max_bytes)
        while head.is_pending and (data := self._receive(max_bytes)):
            head.add(data)
        if head.interim > MAX_INTERIM:
            raise WireError("protocol", f"more than {MAX_INTERIM} interim responses (1xx)")
        return head.take()

    def _receive(self, max_bytes: int) -> bytes:
        data = self._inner.read(max_bytes, self._network.deadline.remaining())
        self._network.ended = not data
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002 - as in connect_tcp
        seconds = self._network.deadline.remaining()
        self._network.was_sent = not self._network.proxy
        self._inner.write(buffer, seconds)

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002 - as in connect_tcp
    ) -> httpcore.NetworkStream:
        self._network.begin_handshake()
        stream = self._inner.start_tls(ssl_context, server_hostname, self._network.deadline.remaining())
        self._network.handshaking = False
        self._network.head = ResponseHead()  # what follows is the server's, not the proxy's
        return _Stream(stream, self._network)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def _wire_error(error: Exception, network: _Network) -> WireError:
    """Translate one of httpcore's exceptions, by how far the connection got."""
    detail = _without_python(str(error)) or type(error).__name__
    if network.handshaking or _has_cause(error, ssl.SSLError):
        return WireError("tls", detail)
    if isinstance(error, httpcore.ProxyError):
        return WireError("unreachable", f"{network.proxy} answered {detail.strip()} to CONNECT")
    if isinstance(error, httpcore.ConnectError):
        return WireError("unreachable", detail)
    if isinstance(error, httpcore.ReadError | httpcore.WriteError):
        return WireError("reset", detail)
    if network.head.is_complete and detail == _OVERFLOW:
        return WireError("too-large", "more than 100 KiB of trailers, or before the data of one chunk")
    first = bytes(network.head.received[:16])
    if network.ended and first[:5] in (b"", b"HTTP/"[: len(first)], b"HTTP/"):
        return WireError("reset", detail)
    start = "" if first.startswith(b"HTTP/") else f" (the response starts with {_shown(first)})"
    return WireError("protocol", f"{detail}{start}")


def _without_python(detail: str) -> str:
    """Return a message of h11, or of the system, without the Python syntax and the number of the error in it."""
    detail = re.sub(r"\[Errno -?\d+\] |\[SSL: \w+\] | \(_ssl\.c:\d+\)", "", detail)
    detail = detail.strip().rstrip(".").replace("illegal header line", "an invalid HTTP header")
    return re.sub(r"bytearray\(b(['\"])(.*)\1\)", r"\1\2\1", detail, flags=re.DOTALL)


def _shown(data: bytes) -> str:
    return repr(data)[1:]


def _has_cause(error: BaseException | None, kind: type[BaseException]) -> bool:
    while error is not None:
        if isinstance(error, kind):
            return True
        error = error.__cause__ or error.__context__
    return False
