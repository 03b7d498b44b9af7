"""Host names, addresses and origins that mean this machine. Nothing is looked up."""

import re
from ipaddress import ip_address

_ORIGIN = re.compile(r"https?://([a-z0-9.-]+|\[[0-9a-f:.]+\])(:\d{1,5})?", re.ASCII | re.IGNORECASE)


def is_loopback(host: str) -> bool:
    """True if a host name or an IP address, with or without brackets, means this machine."""
    name = host.strip("[]").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        return False


def is_unspecified(host: str) -> bool:
    """True if a host is an address on which servers listen, but which names no machine: ``0.0.0.0`` or ``::``."""
    try:
        return ip_address(host.strip("[]")).is_unspecified
    except ValueError:
        return False


def is_loopback_origin(origin: str) -> bool:
    """True if an origin (``http://localhost:3000``) is a page on this machine."""
    match = _ORIGIN.fullmatch(origin)
    return match is not None and is_loopback(match[1])
