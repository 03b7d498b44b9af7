"""Host names, addresses and origins that mean this machine. Nothing is looked up."""

import re
from ipaddress import IPv4Address, IPv6Address, ip_address

_ORIGIN = re.compile(r"https?://([a-z0-9.-]+|\[[0-9a-f:.]+\])(:\d{1,5})?", re.ASCII | re.IGNORECASE)


def is_loopback(host: str) -> bool:
    """True if browsers take a host name or an IP address, with or without brackets, for this machine."""
    return host.strip("[]").lower().endswith(".localhost") or is_always_loopback(host)


def is_always_loopback(host: str) -> bool:
    """True if every program takes a host for this machine: ``localhost`` or an address.

    Other programs than browsers, and proxies, look up ``foo.localhost``, and the answer may be another machine.
    """
    name = host.strip("[]").lower()
    address = _address(name)
    return name == "localhost" or (address is not None and address.is_loopback)


def is_network_address(host: str) -> bool:
    """True if a host is an IP address other than this machine's loopback; False for a name."""
    address = _address(host.strip("[]"))
    return address is not None and not address.is_loopback


def is_unspecified(host: str) -> bool:
    """True if a host is an address on which servers listen, but which names no machine: ``0.0.0.0`` or ``::``."""
    address = _address(host.strip("[]"))
    return address is not None and address.is_unspecified


def is_loopback_origin(origin: str) -> bool:
    """True if an origin (``http://localhost:3000``) is a page on this machine."""
    match = _ORIGIN.fullmatch(origin)
    return match is not None and is_loopback(match[1])


def _address(host: str) -> IPv4Address | IPv6Address | None:
    """Return an IP address, without the zone of an IPv6 address; None for a name.

    ``::ffff:127.0.0.1`` is how a socket for both versions shows an IPv4 address; Python before 3.13 does not see
    through it.
    """
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return None
    return (isinstance(address, IPv6Address) and address.ipv4_mapped) or address
