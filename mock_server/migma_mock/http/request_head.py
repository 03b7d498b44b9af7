"""Checks of a request's head that the parser leaves out: the protocol, the form of the target, and Host."""

import re

HTTP_VERSIONS = ("1.1", "1.0")

_AUTHORITY = re.compile(rb"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~%!$&'()*+,;=-]*)(?::[0-9]{0,5})?")
"""A host with a port or without (RFC 3986, 3.2), but no user name, which HTTP does not allow (RFC 9110, 4.2.4)."""

_ABSOLUTE = re.compile(rb"https?://([^/?#]*)", re.IGNORECASE)

Headers = list[tuple[bytes, bytes]]


def is_http(version: str, target: bytes, received: bytes) -> bool:
    """True if a request line ends as in HTTP/1.0 or HTTP/1.1.

    The parser also takes lines of RTSP and ICE, lines of HTTP/2 and, without a version, of HTTP/0.9.

    Args:
        version: As the parser read it.
        target: The request target.
        received: The bytes that contain the request line.
    """
    return version in HTTP_VERSIONS and target + b" HTTP/" in received


def lacks_version(version: str, target: bytes, received: bytes) -> bool:
    """True if a request line is complete and has no version, as in HTTP/0.9; what follows may never come.

    Args:
        version: The latest one that the parser read on this connection.
        target: The request target, as far as it was received.
        received: What was received of the head.
    """
    return version not in HTTP_VERSIONS and bool(target) and (target + b"\r" in received or target + b"\n" in received)


def has_valid_target(target: bytes) -> bool:
    """True for a path, an http URL, or the asterisk of OPTIONS."""
    return target[:1] == b"/" or target == b"*" or _ABSOLUTE.match(target) is not None


def find_authority(version: str, target: bytes, headers: Headers) -> bytes | None:
    """Return the host and port that a request is for; None if that is missing, ambiguous or invalid.

    In a target that is a URL, the authority counts and not the Host header (RFC 9112, 3.2.2), which is required even
    so. HTTP/1.0 has no Host header; then the result is empty.
    """
    hosts = [value for name, value in headers if name == b"host"]
    if len(hosts) > 1 or (not hosts and version == "1.1"):
        return None
    absolute = _ABSOLUTE.match(target)
    if absolute and not absolute[1]:
        return None
    candidates = [*hosts, *([absolute[1]] if absolute else [])]
    if not all(_AUTHORITY.fullmatch(each) for each in candidates):
        return None
    return candidates[-1] if candidates else b""
