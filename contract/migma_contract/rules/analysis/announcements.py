"""Announcements in response headers: deprecation, the last day, warnings, and links to a successor."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from migma_contract.exchange import Exchange
from migma_contract.timestamps import parse_http_date, parse_rfc3339

_MAX_LENGTH = 8192
"""Characters of a header that are searched, so that no header takes long."""

_QUOTED = r'"((?:[^"\\]|\\.)*)"'
_WARNING = re.compile(rf'(?:^|,) ?(\d{{3}})\b(?: [^\s",]+)?(?: {_QUOTED}| ([^",]*))?(?: "([^"]*)")?')
_LASTING_WARNING = "299"
"""The code of a warning that lasts, as announcements use it; the other ones are about this response, caches and proxies
(RFC 7234, section 5.5)."""

_PARAMETER = rf'; ?([^\s=;,"]+)(?: ?= ?(?:{_QUOTED}|([^\s;,"]*)))?'
_LINK = re.compile(rf"<([^<>]*)>((?: ?{_PARAMETER})*)")
_LINKED = {
    "successor-version": "the successor of this operation",
    "deprecation": "a page about the deprecation of this operation",
    "sunset": "a page about the end of this operation",
}

_NOT_DEPRECATED = frozenset({"", "false", "?0"})
_DEPRECATED = frozenset({"true", "?1"})


def announcements(exchange: Exchange) -> Iterator[tuple[str, str]]:
    """Return each header of a response that announces something, with a sentence about it."""
    deprecation, sunset = (exchange.header(name) or "" for name in ("Deprecation", "Sunset"))
    sentences = {
        "Deprecation": _deprecation(deprecation.strip(), exchange.started),
        "Sunset": _sunset(sunset.strip(), exchange.started),
        "Warning": _warnings(header_values(exchange, "Warning")),
        "Link": _links(header_values(exchange, "Link")),
    }
    return ((name, sentence) for name, sentence in sentences.items() if sentence)


def header_values(exchange: Exchange, name: str) -> str:
    """Return the values of a header as one list (RFC 9110, section 5.3), with single spaces; "" without the header."""
    values = [value for header, value in exchange.headers if header == name.lower()]
    return " ".join(", ".join(values)[:_MAX_LENGTH].split())


def _deprecation(value: str, now: datetime) -> str:
    """Return the announcement in Deprecation: a date (RFC 9745), or true or an HTTP date as in its drafts."""
    if value.lower() in _NOT_DEPRECATED:
        return ""
    moment = _moment(value)
    if moment is not None:
        verb = "is deprecated since" if moment <= now else "will be deprecated on"
        return f"The API says that this operation {verb} {_in_words(moment)}."
    unreadable = "" if value.lower() in _DEPRECATED else ". The date cannot be read"
    return f"The API says that this operation is deprecated{unreadable}."


def _sunset(value: str, now: datetime) -> str:
    if not value:
        return ""
    moment = _moment(value)
    if moment is None:
        return "The API says that this operation will stop working. The date cannot be read."
    if moment <= now:
        return f"The API says that this operation was to stop working on {_in_words(moment)}, which is in the past."
    return f"The API says that this operation will stop working on {_in_words(moment)}."


def _warnings(value: str) -> str:
    found = []
    for code, quoted, bare, at in _WARNING.findall(value):
        if code == _LASTING_WARNING:
            text = re.sub(r"\\(.)", r"\1", quoted or bare).strip()
            moment = _moment(at) if at else None
            found.append(f"{text or code}{f' (on {_in_words(moment)})' if moment else ''}")
    return f"The API sends a warning: {'; '.join(found)}" if found else ""


def _links(value: str) -> str:
    targets: dict[str, str] = {}
    for target, parameters, *_ in _LINK.findall(value):
        for name, quoted, bare in re.findall(_PARAMETER, parameters):
            for relation in (quoted or bare).lower().split() if name.lower() == "rel" else ():
                targets.setdefault(relation, target)
    found = [f"{meaning}: {targets[name]}" for name, meaning in _LINKED.items() if name in targets]
    return f"The API links to {'; to '.join(found)}" if found else ""


def _moment(value: str) -> datetime | None:
    """Return the moment in a value: seconds since 1970 after ``@``, an HTTP date, or an ISO date with or without time.

    Only the first two are standard; servers send the others too.
    """
    seconds = re.match(r"@?(-?\d{9,11})(?=$|;)", value)
    if seconds:
        return datetime.fromtimestamp(int(seconds[1]), UTC)
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            return datetime.fromisoformat(f"{value}T00:00:00Z")
        moment = parse_rfc3339(value) or parse_http_date(value)
        return moment.astimezone(UTC) if moment else None
    except (ValueError, OverflowError):
        return None


def _in_words(moment: datetime) -> str:
    return f"{moment.day} {moment:%B} {moment.year}, {moment:%H:%M} UTC"
