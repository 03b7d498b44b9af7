"""The headers that pass between a client and the live API (RFC 9110, section 7.6)."""

from collections.abc import Iterable, Iterator

Headers = list[tuple[bytes, bytes]]

MAX_HOPS = 10
"""Most intermediaries that a request may have passed."""

_HOP_BY_HOP = frozenset(
    {
        *(b"connection", b"keep-alive", b"proxy-authenticate", b"proxy-authorization", b"proxy-connection"),
        *(b"te", b"trailer", b"transfer-encoding", b"upgrade"),
    }
)

_OF_THE_REQUEST = frozenset({b"host", b"content-length", b"expect"})
"""Headers that another request has anew; a body of a GET or HEAD is not sent on."""

_DECODABLE = frozenset({b"gzip", b"x-gzip", b"deflate", b"identity"})
"""Content codings in which a response can be checked."""

_OWN = b"x-mock-"


def request_headers(headers: Iterable[tuple[bytes, bytes]], pseudonym: bytes) -> Headers:
    """Return the headers of a request as the live API gets them.

    The content codings of Accept-Encoding are those of the client that can be checked.

    Args:
        headers: As received, with names in lower case.
        pseudonym: The name of the mock in Via.
    """
    passed: Headers = []
    for name, value in _end_to_end(headers):
        if name in _OF_THE_REQUEST or name == b"via" or name.startswith(_OWN):
            continue
        passed.append((name, _decodable(value) if name == b"accept-encoding" else value))
    return [*passed, (b"via", b", ".join([*_hops(headers), b"1.1 " + pseudonym]))]


def response_headers(headers: Iterable[tuple[bytes, bytes]], version: bytes, pseudonym: bytes) -> Headers:
    """Return the headers of a response of the live API as the client gets them, with names in lower case.

    Args:
        headers: As received.
        version: The version of HTTP in which it came, such as ``1.1``.
        pseudonym: The name of the mock in Via.
    """
    lower = [(name.lower(), value) for name, value in headers]
    passed = [header for header in _end_to_end(lower) if header[0] != b"via"]
    return [*passed, (b"via", b", ".join([*_hops(lower), version + b" " + pseudonym]))]


def is_looping(headers: Iterable[tuple[bytes, bytes]], pseudonym: bytes) -> bool:
    """True if a request has passed this mock already, or too many other intermediaries."""
    hops = _hops(headers)
    return len(hops) >= MAX_HOPS or any(pseudonym in hop.split()[1:2] for hop in hops)


def without_cors(headers: Iterable[tuple[bytes, bytes]]) -> Headers:
    """Return headers without leave for pages of other origins: the mock decides about the pages that call it."""
    return [(name, value) for name, value in headers if not name.startswith(b"access-control-")]


def _hops(headers: Iterable[tuple[bytes, bytes]]) -> list[bytes]:
    values = b",".join(value for name, value in headers if name == b"via")
    return [hop.strip() for hop in values.split(b",") if hop.strip()]


def _end_to_end(headers: Iterable[tuple[bytes, bytes]]) -> Iterator[tuple[bytes, bytes]]:
    headers = list(headers)
    named = b",".join(value for name, value in headers if name == b"connection").lower().split(b",")
    dropped = _HOP_BY_HOP | {name.strip() for name in named}
    return ((name, value) for name, value in headers if name not in dropped)


def _decodable(accepted: bytes) -> bytes:
    codings = (each.strip() for each in accepted.split(b","))
    kept = [each for each in codings if each.partition(b";")[0].strip().lower() in _DECODABLE]
    return b", ".join(kept) or b"identity"
