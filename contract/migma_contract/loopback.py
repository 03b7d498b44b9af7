"""Which host names and addresses mean this machine."""

from ipaddress import ip_address


def is_loopback(host: str) -> bool:
    """True if a host name or an IP address, with or without brackets, means this machine. Nothing is looked up."""
    name = host.strip("[]").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        return False
