"""The certificate of a mock that speaks HTTPS: one that is created at start, or the user's own."""

import os
import re
import socket
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from migma_contract.bounded_file import read_file
from migma_contract.errors import Problem, SettingsError
from migma_contract.extras import require_extra
from migma_contract.file_errors import FILE_ERRORS, why_unusable
from migma_contract.loopback import is_unspecified
from migma_contract.whole_file import write_whole_file
from migma_mock.settings import Settings

_MAX_BYTES = 1024 * 1024
_CERTIFICATE = re.compile(rb"-----BEGIN (TRUSTED |X509 )?CERTIFICATE-----")
_KEY = re.compile(rb"-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY-----")
_ENCRYPTED = re.compile(rb"-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED", re.MULTILINE)
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


class Certificate(NamedTuple):
    """The material that a server needs to speak TLS.

    Attributes:
        context: Has the certificate and its private key.
        authority: The certificate, as PEM, of the authority that issued it; None for a certificate of the user's own.
            Nothing keeps the authority's private key.
    """

    context: ssl.SSLContext
    authority: str | None = None


def certificate_of(settings: Settings, address: str) -> Certificate | None:
    """Return the certificate that settings ask for; None without TLS.

    Args:
        settings: Those of the mock.
        address: Where its socket listens.

    Raises:
        SettingsError: The files of the user's own certificate cannot be used, or settings exclude each other.
        MissingExtraError: A certificate is to be created, and trustme is not installed.
    """
    if not settings.uses_tls:
        return None
    own = settings.tls_cert
    if settings.tls_key and not own:
        raise SettingsError([Problem("--tls-key", "", "--tls-cert with it, for its certificate", "the key alone")])
    if settings.tls_ca and own:
        raise SettingsError([Problem("--tls-ca", "", "no --tls-cert, whose authority the mock does not have", "both")])
    if own:
        return _read(own, settings.tls_key or own)
    return _create({*_THIS_MACHINE, settings.host, address.partition("%")[0]})


def write_authority(pem: str, path: Path | None) -> str:
    """Write the certificate of an authority for clients to read, and return its path.

    Args:
        pem: The certificate.
        path: The file, which is replaced; None for a new temporary one.

    Raises:
        SettingsError: It cannot be written.
    """
    if path is None:
        number, name = tempfile.mkstemp(prefix="migma-mock-ca-", suffix=".pem")
        with os.fdopen(number, "w", encoding="ascii") as file:
            file.write(pem)
        return name
    try:
        write_whole_file(path, pem)
    except FILE_ERRORS as error:
        problem = Problem(f"--tls-ca {path}", "", "a file that can be written", why_unusable(error))
        raise SettingsError([problem]) from error
    return str(path.absolute())


def remove_file(path: str, process: int) -> None:
    """Remove a file that a process created, unless this one was forked from it."""
    if os.getpid() == process:
        Path(path).unlink(missing_ok=True)


def _create(hosts: set[str]) -> Certificate:
    """Create an authority and a certificate for hosts; its key is on the disk only while OpenSSL reads it."""
    require_extra("tls", "A certificate for --tls")
    import trustme

    authority = trustme.CA(organization_name="migma-mock")
    issued = authority.issue_cert(*_identities(hosts), organization_name="migma-mock")
    context = _server_context()
    issued.configure_cert(context)
    return Certificate(context, authority.cert_pem.bytes().decode("ascii"))


def _identities(hosts: set[str]) -> Iterator[str]:
    """Yield the names and addresses that a certificate for hosts has.

    A mock that listens on all addresses is also called by the name of the machine, such as that of a container.
    """
    import idna

    for host in sorted({*hosts, socket.gethostname()} if any(map(is_unspecified, hosts)) else hosts):
        # Names such as my_host are valid for a resolver, and not in a certificate.
        with suppress(UnicodeError):
            if ":" not in host:
                idna.encode(host, uts46=True)
            yield host


def _read(certificate: Path, key: Path) -> Certificate:
    """Read the user's own certificate with its chain, and its private key, which may be in the same file."""
    flag = "--tls-cert" if key == certificate else "--tls-key"
    _require_part(certificate, "--tls-cert", "a PEM file with a certificate", _CERTIFICATE)
    pem = _require_part(key, flag, "a PEM file with the private key of the certificate", _KEY)
    if _ENCRYPTED.search(pem):
        hint = "Remove the passphrase: openssl pkey -in KEY -out NEW_KEY"
        raise SettingsError([Problem(f"{flag} {key}", "", "a private key without a passphrase", "one with it")], hint)
    context = _server_context()
    try:
        # Without a function OpenSSL would ask the terminal for a passphrase.
        context.load_cert_chain(certificate, key, password=str)
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            problem = Problem(
                f"{flag} {key}", "", f"the private key of {certificate}", "the key of another certificate"
            )
        else:
            why = error.reason.replace("_", " ").lower() if error.reason else "invalid PEM"
            files = f"--tls-cert {certificate}" if key == certificate else f"--tls-cert {certificate}, --tls-key {key}"
            problem = Problem(files, "", "a certificate and a key that OpenSSL can use", why)
        raise SettingsError([problem]) from error
    return Certificate(context)


def _require_part(path: Path, flag: str, expected: str, part: re.Pattern[bytes]) -> bytes:
    """Return the content of a PEM file that has a part."""
    try:
        content = read_file(path, _MAX_BYTES, pipes=False)
    except FILE_ERRORS as error:
        raise SettingsError([Problem(f"{flag} {path}", "", expected, why_unusable(error))]) from error
    if not part.search(content):
        raise SettingsError([Problem(f"{flag} {path}", "", expected, "a file without one")])
    return content


def _server_context() -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.set_alpn_protocols(["http/1.1"])
    return context
