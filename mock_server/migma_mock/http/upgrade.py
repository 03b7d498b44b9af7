"""Requests that ask for an upgrade, as Java's HttpClient does at first: HTTP/1.1 goes on, and so does their body."""

from collections.abc import Iterable
from types import SimpleNamespace

import httptools

from migma_mock.http.fast_path import FRAMING
from migma_mock.http.uvicorn_internals import UvicornProtocol


def past_upgrade(
    protocol: UvicornProtocol, headers: Iterable[tuple[bytes, bytes]]
) -> tuple[httptools.HttpRequestParser, bytes]:
    """A parser that reads on behind a head with ``Upgrade``, and the bytes that it is to be fed first.

    None is on offer, and the body is there as if none were asked for (RFC 9110, 7.8); but httptools takes such a head
    for the end of HTTP. This parser is told what the head says of the body. The request is the connection's last:
    what follows it is an error.

    Args:
        protocol: Gets the body and its end.
        headers: Of the request.
    """
    framing = [b"%s: %s\r\n" % header for header in headers if header[0] in FRAMING]
    head = b"".join([b"POST / HTTP/1.1\r\nconnection: close\r\n", *framing, b"\r\n"])
    listener = SimpleNamespace(on_body=protocol.on_body, on_message_complete=protocol.on_message_complete)
    return httptools.HttpRequestParser(listener), head
