"""Choose the proxy and the trusted certificates for a connection."""

import os
import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit

import certifi
import httpcore

from migma_contract.bounded_file import read_file
from migma_contract.exchange import THE_PROXY
from migma_contract.file_errors import FILE_ERRORS, why_unusable
from migma_contract.redaction import Secret
from migma_contract_tests.probes.option_error import option_error
from migma_contract_tests.probes.options import CheckOptions
from migma_contract_tests.probes.urls import is_loopback_url, proxy_address
from migma_contract_tests.probes.variables import strip_around

_MAX_CA_BUNDLE = 4 * 1024 * 1024
"""Mozilla's authorities, which are all that a browser trusts, have 0.3 MB."""


@dataclass(frozen=True, slots=True)
class ConnectionSettings:
    """TLS for https (None without encryption), and the proxy, if any, with a name for it in messages."""

    tls: ssl.SSLContext | None
    proxy: httpcore.Proxy | None
    proxy_name: str = ""


def connection_settings(options: CheckOptions) -> ConnectionSettings:
    """Return how to connect to the server.

    Raises:
        SettingsError: The CA bundle or the proxy cannot be used.
    """
    url, place = options.proxy, "--proxy"
    if url is None:
        url, place = _environment_proxy(options.base_url)
    if url is None:
        return ConnectionSettings(_tls(options) if options.base_url.startswith("https:") else None, None)
    address, auth = proxy_address(url, place)
    tls = _tls(options) if "https:" in (options.base_url[:6], address[:6]) else None
    proxy_tls = tls if address.startswith("https:") else None
    login = auth and (auth[0], auth[1].reveal())
    proxy = httpcore.Proxy(address, auth=login, ssl_context=proxy_tls)
    return ConnectionSettings(tls, proxy, f"{THE_PROXY}{address}, set by {place},")


def _environment_proxy(base_url: str) -> tuple[Secret | None, str]:
    """Return the proxy of ``HTTPS_PROXY`` or ``HTTP_PROXY``; none for loopback and for hosts in ``NO_PROXY``."""
    if is_loopback_url(base_url):
        return None, ""
    # Imported here, since it loads http.client and email, which a check of this machine does not need.
    from urllib.request import getproxies, proxy_bypass

    parts = urlsplit(base_url)
    if proxy_bypass(parts.netloc):
        return None, ""
    name = f"{parts.scheme}_proxy"  # Python reads it in both cases, and prefers lower case
    is_set = [one for one in (name, name.upper()) if strip_around(os.environ.get(one, ""))]
    url = getproxies().get(parts.scheme)
    return Secret(url) if url else None, next(iter(is_set), "the settings of the system")


def _tls(options: CheckOptions) -> ssl.SSLContext:
    if options.ca_bundle is not None:
        try:
            # Not OpenSSL, which would read a device forever. What is not ASCII can only be a comment.
            bundle = read_file(options.ca_bundle, _MAX_CA_BUNDLE).decode("ascii", "replace").replace("\ufffd", "?")
            # Without any text, the certificates of the system would be trusted.
            return ssl.create_default_context(cadata=bundle or "-")
        except FILE_ERRORS as error:
            got = "no certificates" if isinstance(error, ssl.SSLError) else why_unusable(error)
            raise option_error(f"--ca-bundle {options.ca_bundle}", "a PEM file with certificates", got) from error
    context = ssl.create_default_context()
    if options.insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    else:
        context.load_verify_locations(certifi.where())
    return context
