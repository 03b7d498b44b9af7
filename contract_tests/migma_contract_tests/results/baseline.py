"""Findings that are known and accepted, in a file that people read and edit."""

import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from migma_contract.errors import InputError, Problem
from migma_contract.finding import Finding, fingerprint
from migma_contract.json_pointer import pointer
from migma_contract.strict_json import describe_json, parse
from migma_contract_tests.results.report import Accepted

NO_REASON = "accepted by --update-baseline; say here why"
NO_OWNER = "unassigned"
_VERSION = 1
_TEXTS = {
    "rule": "the id of a rule",
    "where": "a place such as 200 /data/openRate",
    "reason": "why the finding is accepted",
    "owner": "who answers for it",
}


class BaselineError(InputError):
    """A baseline file cannot be used."""

    headline = "the baseline cannot be used"


@dataclass(frozen=True, slots=True)
class Entry:
    """One accepted finding: its rule and place, why, on whose word, and through which day (UTC)."""

    rule: str
    where: str
    reason: str
    owner: str
    expires: date | None = None

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the findings that it accepts."""
        return fingerprint(self.rule, self.where)

    def expired(self, today: date) -> bool:
        """Whether the last day on which it accepts is over."""
        return self.expires is not None and self.expires < today

    def __str__(self) -> str:
        return f"{self.rule} at {self.where} ({self.owner}: {self.reason})"


@dataclass(frozen=True)
class Baseline:
    """The entries of one file, each fingerprint once, ordered by rule and place."""

    source: str
    entries: tuple[Entry, ...] = ()


class Applied(NamedTuple):
    """Findings parted by a baseline: those still open, those accepted, and what is wrong with its entries."""

    open: tuple[Finding, ...]
    accepted: tuple[Accepted, ...]
    notes: tuple[str, ...]


def apply(baseline: Baseline | None, findings: Iterable[Finding], today: date, *, complete: bool) -> Applied:
    """Part findings into open and accepted ones, and note entries that expired or that nothing matched.

    Args:
        baseline: None accepts nothing.
        findings: In any order, which is kept.
        today: The date in UTC.
        complete: Whether the run saw all that it set out to see. Only then has an entry that nothing
            matched vanished; otherwise it may only not have been looked for.
    """
    entries = {entry.fingerprint: entry for entry in (baseline.entries if baseline else ())}
    still_open: list[Finding] = []
    accepted: list[Accepted] = []
    matched: set[str] = set()
    for finding in findings:
        entry = entries.get(finding.fingerprint)
        matched.add(finding.fingerprint)
        if entry is None or entry.expired(today):
            still_open.append(finding)
        else:
            accepted.append(Accepted(finding, entry.reason, entry.owner))
    notes = []
    for mark, entry in entries.items():
        if mark not in matched:
            if complete:
                notes.append(f"No longer found, so it can be removed from the baseline: {entry}.")
        elif entry.expired(today):
            notes.append(f"Expired on {entry.expires}, so it accepts no more: {entry}.")
    return Applied(tuple(still_open), tuple(accepted), tuple(notes))


def updated(baseline: Baseline, findings: Iterable[Finding], today: date, *, complete: bool) -> Baseline:
    """A baseline that accepts exactly these findings; reasons and owners of known ones are kept.

    An expired entry whose finding is still there is renewed without an end. After a run that was not
    complete, entries that nothing matched are kept.
    """
    known = {entry.fingerprint: entry for entry in baseline.entries}
    kept = {} if complete else dict(known)
    for finding in findings:
        entry = known.get(finding.fingerprint) or Entry(finding.rule, finding.where, NO_REASON, NO_OWNER)
        kept[entry.fingerprint] = replace(entry, expires=None) if entry.expired(today) else entry
    return Baseline(baseline.source, _ordered(kept.values()))


def load_baseline(path: Path) -> Baseline:
    """Read a baseline file.

    Raises:
        BaselineError: It cannot be read, or is not a baseline; with every problem and its place.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        got = error.strerror or type(error).__name__
        hint = f"Write one with --baseline {path} --update-baseline."
        raise BaselineError([Problem(str(path), "", "a readable baseline", got)], hint) from error
    parsed = parse(raw)
    problems = parsed.problems(str(path))
    entries: list[Entry] = []
    if not problems:
        problems = [Problem(str(path), *problem) for problem in _read(parsed.value, entries)]
    if problems:
        raise BaselineError(problems)
    return Baseline(str(path), _ordered(entries))


def save_baseline(baseline: Baseline, path: Path) -> None:
    """Write a baseline file, whole or not at all.

    Raises:
        BaselineError: It cannot be written.
    """
    document = {"version": _VERSION, "accepted": [_written(entry) for entry in baseline.entries]}
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    temporary = ""
    try:
        target = path.resolve()  # a symbolic link stays one
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        mode = target.stat().st_mode & 0o777 if target.exists() else 0o644
        os.chmod(temporary, mode)  # noqa: PTH101 - mkstemp gives a name, not a Path
        os.replace(temporary, target)  # noqa: PTH105 - as above
    except OSError as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        got = error.strerror or type(error).__name__
        raise BaselineError([Problem(str(path), "", "a file that can be written", got)]) from error


def _ordered(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(sorted(entries, key=lambda entry: (entry.rule, entry.where)))


def _written(entry: Entry) -> dict[str, str]:
    members = {
        "fingerprint": entry.fingerprint,
        "rule": entry.rule,
        "where": entry.where,
        "reason": entry.reason,
        "owner": entry.owner,
    }
    return {**members, "expires": entry.expires.isoformat()} if entry.expires else members


_Trouble = tuple[str, str, str]  # pointer, expected, got


def _read(document: Any, entries: list[Entry]) -> Iterator[_Trouble]:
    """Fill ``entries`` from a parsed document; yields what is wrong with it."""
    if not isinstance(document, dict):
        yield "", "an object with version and accepted", describe_json(document)
        return
    yield from _unknown(document, ("version", "accepted"), "")
    version = document.get("version")
    if isinstance(version, bool) or version != _VERSION:
        yield "/version", str(_VERSION), describe_json(version)
    accepted = document.get("accepted")
    if not isinstance(accepted, list):
        yield "/accepted", "an array of accepted findings", describe_json(accepted)
        return
    seen: dict[str, str] = {}
    for index, item in enumerate(accepted):
        at = f"/accepted/{index}"
        troubles = list(_troubles(item, at))
        yield from troubles
        if not troubles:
            texts = {name: str(item[name]) for name in _TEXTS}
            entry = Entry(**texts, expires=_date(item.get("expires")))
            if entry.fingerprint in seen:
                yield at, "each rule and place once", f"those of {seen[entry.fingerprint]} again"
            seen.setdefault(entry.fingerprint, at)
            entries.append(entry)


def _troubles(item: Any, at: str) -> Iterator[_Trouble]:
    if not isinstance(item, dict):
        yield at, "an object", describe_json(item)
        return
    yield from _unknown(item, ("fingerprint", *_TEXTS, "expires"), at)
    is_text = {name: isinstance(item.get(name), str) and bool(item[name].strip()) for name in _TEXTS}
    for name, meaning in _TEXTS.items():
        if not is_text[name]:
            yield f"{at}/{name}", f"{meaning}, a text", describe_json(item[name]) if name in item else "nothing"
    if "expires" in item and _date(item["expires"]) is None:
        yield f"{at}/expires", "a date such as 2026-12-31", describe_json(item["expires"])
    if "fingerprint" in item and is_text["rule"] and is_text["where"]:
        mark = fingerprint(item["rule"], item["where"])
        if item["fingerprint"] != mark:
            yield (
                f"{at}/fingerprint",
                f"{mark}, which rule and where give (or no fingerprint)",
                describe_json(item["fingerprint"]),
            )


def _unknown(item: dict[str, Any], known: tuple[str, ...], at: str) -> Iterator[_Trouble]:
    for name in item:
        if name not in known:
            yield f"{at}{pointer(name)}", f"no members but {', '.join(known)}", describe_json(name)


def _date(value: Any) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
    except ValueError:
        return None
