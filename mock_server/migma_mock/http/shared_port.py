"""Sockets that listen on one port, one for each worker: the system deals new connections out among them."""

import socket
import sys

_CAN_DEAL = sys.platform == "linux"
"""True where SO_REUSEPORT spreads connections; elsewhere the last socket would get all."""


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
