"""URLs of a server and of a proxy, as people paste them, and the URL of a campaign's stats."""

import re
from urllib.parse import quote, unquote, urlsplit

from migma_contract.loopback import is_always_loopback, is_unspecified
from migma_contract.openapi import Operation
from migma_contract.redaction import Secret, mask_url
from migma_contract_tests.probes.option_error import option_error
from migma_contract_tests.probes.placeholders import is_placeholder
from migma_contract_tests.probes.variables import BASE_URL, strip_around, value_of

_URL = "an http or https URL such as https://api.migma.ai"
_PROXY_URL = "an http or https URL of a proxy, such as http://proxy.example.com:3128"
_WITHOUT_SCHEME = re.compile(
    r"(localhost|[a-z0-9-]+(\.[a-z0-9-]+)+|\[[0-9a-f:.]+\]|[a-z0-9-]+(?=:\d))(:\d+)?(/[!-~]*)?", re.IGNORECASE
)

_LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
"""A part of a host name (RFC 1123, section 2.1); containers and Windows have names with an underscore too."""

_LONGEST_NAME = 254
"""Characters, with a dot at the end."""


def check_url(url: str, place: str, expected: str = _URL) -> str:
    """Return the URL of a server or a proxy with its scheme in lower case and without a slash at the end.

    Raises:
        SettingsError: It is not http or https, or has a user, a query or a fragment. The message shows no password.
    """
    public = mask_url(url)
    shown = "a URL with a user" if "@" in url else repr(public)
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise option_error(place, expected, "one whose host or port cannot be read") from None
    without_scheme = _WITHOUT_SCHEME.fullmatch(url)
    address = without_scheme[1] if without_scheme else host or ""
    if is_unspecified(address):
        usable = re.sub(r"^(\w+://)?(\[[0-9a-fA-F:.]+\]|[0-9.]+)", lambda m: f"{m[1] or 'http://'}127.0.0.1", public)
        got = f"{address}, on which servers listen"
        raise option_error(place, "the address of a server", got, f"For a server on this machine, write {usable}.")
    if without_scheme:
        scheme = "http" if is_always_loopback(without_scheme[1]) else "https"
        raise option_error(place, expected, shown, f"Write {scheme}://{public}.")
    if parts.scheme not in ("http", "https") or not host or port == 0:
        raise option_error(place, expected, shown, "Start it with http:// or https://.")
    if host in ("http", "https") or "//" in parts.path.rstrip("/") or re.search(r"\s", url):
        raise option_error(place, f"{expected}, and nothing else", shown, "Remove all that is not part of it.")
    if not url.isascii() or not host.isascii() or not url.isprintable():
        raise option_error(place, f"{expected}, in ASCII", shown, "Write an international host name in its xn-- form.")
    if not _is_host(host):
        raise option_error(place, f"{expected}, with a valid host name", shown, "Correct the host name.")
    if parts.username is not None or parts.query or parts.fragment:
        hint = "Remove them; keys have their own options."
        raise option_error(place, "a URL without user, query and fragment", "one with them", hint)
    return f"{parts.scheme}{url[len(parts.scheme) :]}".rstrip("/")


def _is_host(host: str) -> bool:
    """True if a host is an IP address, with or without a zone, or a name of labels as host names have them."""
    if ":" in host:
        return re.fullmatch(r"[0-9a-f:.]+(%[A-Za-z0-9._-]+)?", host) is not None
    return len(host) <= _LONGEST_NAME and re.fullmatch(rf"({_LABEL}\.)*{_LABEL}\.?", host) is not None


def check_base_url(text: str, place: str, operation: Operation) -> str:
    """Return the base URL of a server; of the URL of a campaign or of its stats, the beginning is the base URL.

    Raises:
        SettingsError: As :func:`check_url`; or the URL is that of something else below the campaigns.
    """
    url = check_url(value_of(BASE_URL, text), place)
    parts = urlsplit(url)
    path, found, rest = f"{parts.path}/".partition(operation.prefix)
    base = f"{parts.scheme}://{parts.netloc}{path}"
    if not found:
        return url
    rest = rest.removesuffix("/")
    if "/" in rest.removesuffix(operation.suffix):
        raise option_error(place, "the base URL of the API", repr(url), f"Write {base}.")
    return base


def campaign_of_url(text: str, operation: Operation) -> str:
    """Return the campaign id in the URL of a campaign or of its stats; "" for another URL, or for a placeholder."""
    rest = urlsplit(value_of(BASE_URL, text)).path.partition(operation.prefix)[2]
    one = unquote(rest.rstrip("/").removesuffix(operation.suffix))
    return "" if is_placeholder(one) else one


def require_encryption(base_url: str, place: str, allow_http: str, proxy: Secret | None = None) -> None:
    """Refuse to send a key over http to another machine.

    Args:
        base_url: The server.
        place: The option or variable that names it.
        allow_http: What the user can set to allow it.
        proxy: The proxy that the user names; None for none.

    Raises:
        SettingsError: It is an http URL of another machine, or the proxy is another machine.
    """
    if not is_sent_in_clear(base_url, proxy):
        return
    hint = f"Use https://, or {allow_http} if everyone who can read the connection may have the key."
    if proxy is not None and is_loopback_url(base_url):
        got, place = proxy_address(proxy, "--proxy")[0], "--proxy"
        raise option_error(place, f"a proxy on this machine, since {base_url} does not encrypt the API key", got, hint)
    raise option_error(place, "an https URL, since http does not encrypt the API key", base_url, hint)


def is_sent_in_clear(base_url: str, proxy: Secret | None) -> bool:
    """True if a key is sent to another machine over http; a proxy reads what is sent to an http URL."""
    if not base_url.startswith("http:"):
        return False
    is_proxied = proxy is not None and not is_loopback_url(proxy_address(proxy, "--proxy")[0])
    return is_proxied or not is_loopback_url(base_url)


def origin(url: str) -> str:
    """Return the scheme, host and port of an http or https URL as ``https://api.migma.ai``; "" if it has none.

    In lower case, without the default port and the dot at the end of a name: equal texts are one origin.
    """
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").removesuffix("."), parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not re.fullmatch(r"[a-z0-9._:-]+", host):
        return ""
    shown = f"[{host}]" if ":" in host else host
    is_default = port in (None, 443 if parts.scheme == "https" else 80)
    return f"{parts.scheme}://{shown}{'' if is_default else f':{port}'}"


def proxy_address(proxy: Secret, place: str) -> tuple[str, tuple[str, Secret] | None]:
    """Split the URL of a proxy into the URL without credentials and the user and password, if any.

    Raises:
        SettingsError: It is not http or https. The message does not show the password.
    """
    url = strip_around(proxy.reveal())
    url = url if "://" in url else f"http://{url}"
    scheme, _, rest = url.partition("://")
    user, _, host = rest.rpartition("@")
    address = check_url(f"{scheme}://{host}", place, _PROXY_URL)
    name, _, password = user.partition(":")
    return address, (unquote(name), Secret(unquote(password))) if user else None


def is_loopback_url(url: str) -> bool:
    """True if the host of a URL is this machine: ``localhost`` or a loopback address, since names are looked up."""
    return is_always_loopback(urlsplit(url).hostname or "")


def campaign_url(base_url: str, operation: Operation, campaign_id: str) -> str:
    """Return the URL of a campaign's stats.

    A base URL may end with the start of the contract's path (``/v1``); it is not repeated then.
    """
    base, have = base_url.rstrip("/"), urlsplit(base_url).path.strip("/").split("/")
    path = operation.prefix.strip("/").split("/")
    for length in range(min(len(have), len(path)), 0, -1):
        if have[-length:] == path[:length]:
            base = base.removesuffix("/" + "/".join(path[:length]))
            break
    return f"{base}{operation.prefix}{quote(campaign_id, safe='')}{operation.suffix}"
