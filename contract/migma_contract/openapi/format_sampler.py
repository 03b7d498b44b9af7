"""Make texts of the formats that JSON Schema names, from a source of random numbers."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from migma_contract.openapi.pattern_sampler import Pick

WORDS = ("alpha", "bravo", "delta", "echo", "kilo", "lima", "nova", "oscar", "sierra", "tango", "victor", "zulu")
"""Texts without any meaning."""

_START = datetime(2024, 1, 1, tzinfo=UTC)
"""Past years, so that times do not depend on the clock."""


def _hexadecimal(pick: Pick, count: int) -> str:
    return "".join("0123456789abcdef"[pick(16)] for _ in range(count))


def _uuid(pick: Pick) -> str:
    tail = f"{_hexadecimal(pick, 4)}-4{_hexadecimal(pick, 3)}-a{_hexadecimal(pick, 3)}-{_hexadecimal(pick, 12)}"
    return f"{_hexadecimal(pick, 8)}-{tail}"


def _time(form: str) -> Callable[[Pick], str]:
    return lambda pick: format(_START + timedelta(seconds=pick(2 * 365 * 86_400)), form)


def _word(before: str, after: str = "") -> Callable[[Pick], str]:
    return lambda pick: f"{before}{WORDS[pick(len(WORDS))]}{after}"


_FORMATS: dict[str, Callable[[Pick], str]] = {
    "date-time": _time("%Y-%m-%dT%H:%M:%SZ"),
    "date": _time("%Y-%m-%d"),
    "time": _time("%H:%M:%SZ"),
    "duration": lambda pick: f"PT{1 + pick(500)}S",
    "uuid": _uuid,
    **dict.fromkeys(("email", "idn-email"), _word("", "@example.com")),
    **dict.fromkeys(("uri", "url", "iri", "uri-reference", "iri-reference"), _word("https://example.com/")),
    **dict.fromkeys(("hostname", "idn-hostname"), _word("", ".example.com")),
    "ipv4": lambda pick: f"192.0.2.{pick(256)}",
    "ipv6": lambda pick: f"2001:db8::{1 + pick(9999)}",
}


def formatted_text(name: str, pick: Pick) -> str | None:
    """Return a text of a format; None for a format that is not known."""
    return _FORMATS[name](pick) if name in _FORMATS else None
