"""Sockets that listen: for one server, or one for each of the workers that share a port."""

import errno
import os
import socket
import sys
from ipaddress import ip_address

from migma_contract.errors import PortInUseError, ServerError

_BACKLOG = 2048
_CAN_REUSE = os.name == "posix"
"""True where SO_REUSEADDR lets a server take the port of one that has just ended, and no more."""

_CAN_DEAL = sys.platform == "linux"
"""True where SO_REUSEPORT deals connections out among sockets; elsewhere the last socket would get all."""


def base_url(host: str, port: int, *, tls: bool = False) -> str:
    """Return the URL at which a server that listens there is reached on this machine."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    scheme = "https" if tls else "http"
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def bind(host: str, port: int) -> socket.socket:
    """Return a socket that has the address and accepts no connection before :func:`listen`; port 0 takes a free one.

    Raises:
        PortInUseError: Another process listens there.
        ServerError: It is not possible to listen there.
    """
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (socket.gaierror, UnicodeError) as error:
        why = error.strerror if isinstance(error, socket.gaierror) else "not a valid host name"
        raise ServerError(f"There is no address {host!r} to listen on: {why}.") from error
    if ip_address(str(address[0]).partition("%")[0]).is_multicast or address[0] == "255.255.255.255":
        raise ServerError(f"Cannot listen on {host} port {port}: it is the address of a group of machines.")
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        if family == socket.AF_INET6:
            bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, not socket.has_dualstack_ipv6())
        if port and _CAN_REUSE:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
        if _CAN_REUSE:
            # Before, the system might choose a port that another socket has which does not listen yet.
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    except OSError as error:
        bound.close()
        raise _cannot_listen(error, host, port) from error
    return bound


def listen(bound: socket.socket) -> None:
    """Accept connections from now on; they wait until the server answers.

    Raises:
        PortInUseError: Another process has begun to listen on the port since it was bound.
        ServerError: It is not possible to listen there.
    """
    try:
        bound.listen(_BACKLOG)
    except OSError as error:
        raise _cannot_listen(error, *bound.getsockname()[:2]) from error


def share_port(bound: socket.socket, number: int) -> list[socket.socket]:
    """Return so many sockets for a port that a socket has, which does not listen yet; the first one is that socket.

    With one socket for all, the worker that wakes first takes whatever has arrived: of 64 connections at once one of
    four workers got 43, and another none. A second command cannot join them, since it binds its first socket alone.

    Where the system cannot do that, it is the same socket for all.
    """
    if number == 1 or not _CAN_DEAL:
        return [bound] * number
    sockets = [bound]
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    for _ in range(number - 1):
        another = socket.socket(bound.family, socket.SOCK_STREAM)
        sockets.append(another)
        if bound.family == socket.AF_INET6:
            only_six = bound.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY)
            another.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, only_six)
        another.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        another.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        another.bind(bound.getsockname())
    return sockets


def _cannot_listen(error: OSError, host: str, port: int) -> ServerError:
    if error.errno == errno.EADDRINUSE:
        message = f"Port {port} on {host} is in use by another process."
        return PortInUseError(f"{message} Choose another: --port N, or --port 0 for a free one.")
    return ServerError(f"Cannot listen on {host} port {port}: {error.strerror}.")
