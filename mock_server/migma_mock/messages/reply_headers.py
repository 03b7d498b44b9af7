"""Check response headers that a user sets: those that HTTP or the mock decides are refused with the reason."""

import re
from collections.abc import Collection, Iterator, Mapping

from migma_contract.errors import Problem
from migma_contract.json_pointer import pointer
from migma_contract.strict_json import describe_json

_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}")
_VALUE = re.compile(r"[\x20-\x7e\xa0-\xff]{0,1024}")
_MAX_CHARACTERS = 8 * 1024

_FRAMING = "the server sets it for each response"
_CONNECTION = "it is about the connection, which the server handles"
_ENCODING = "the body is sent as it is, so clients would fail to decode it"
_RESERVED = {
    "content-length": _FRAMING,
    "transfer-encoding": _FRAMING,
    "date": _FRAMING,
    "content-type": "the body decides it; the faults 'body' and 'wrong-content-type' send another",
    "content-encoding": _ENCODING,
    "content-range": "the body is sent as a whole",
    "trailer": "no trailers follow the body",
    "connection": _CONNECTION,
    "keep-alive": _CONNECTION,
    "proxy-connection": _CONNECTION,
    "te": _CONNECTION,
    "upgrade": _CONNECTION,
    "preference-applied": "the mock sets it when a request prefers something",
}
"""Reserved names in lower case, each with the reason."""

_RESERVED_BEGINNINGS = {
    "access-control-": "the mock answers for the pages that may read it (CORS)",
    "x-mock-": "these headers are the mock's own remarks",
}


def header_problems(
    headers: Mapping[str, str], source: str, at: str, allowed: Collection[str] = ()
) -> Iterator[Problem]:
    """Yield the problems with the headers of a reply.

    Args:
        headers: As in the file.
        source: The name of the file.
        at: JSON pointer to them.
        allowed: Reserved names, in lower case, that this reply may have.
    """
    length = sum(len(name) + len(value) for name, value in headers.items())
    if length > _MAX_CHARACTERS:
        expected = f"headers of at most {_MAX_CHARACTERS} characters, since many clients refuse more"
        yield Problem(source, at, expected, f"{length}")
    seen: dict[str, str] = {}
    for name, value in headers.items():
        where, lower = f"{at}{pointer(name)}", name.lower()
        if not _NAME.fullmatch(name):
            yield Problem(source, where, "the name of a header, of letters, digits and hyphens", describe_json(name))
        elif lower not in allowed and (reason := _why_reserved(lower)):
            yield Problem(source, where, f"no header {name}: {reason}", describe_json(value))
        elif lower in seen:
            yield Problem(source, where, "each header once", f"{describe_json(name)} beside {seen[lower]!r}")
        elif not _VALUE.fullmatch(value):
            yield Problem(source, where, "printable Latin-1 text", describe_json(value))
        seen.setdefault(lower, name)


def _why_reserved(name: str) -> str:
    beginnings = (reason for start, reason in _RESERVED_BEGINNINGS.items() if name.startswith(start))
    return _RESERVED.get(name) or next(beginnings, "")
