"""Read and write the baseline file, which people edit."""

import codecs
import json
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from migma_contract.bounded_file import read_file
from migma_contract.errors import InputError, Problem
from migma_contract.file_errors import FILE_ERRORS, why_unusable
from migma_contract.finding import fingerprint
from migma_contract.json_pointer import pointer
from migma_contract.strict_json import describe_json, parse
from migma_contract.suggestions import did_you_mean
from migma_contract.whole_file import stream_number, why_unwritable, write_whole_file
from migma_contract_tests.results.baseline import Baseline, Entry, ordered
from migma_contract_tests.results.json_text import printable_json

_VERSION = 1
_MAX_BYTES = 1024 * 1024
"""A baseline of 2000 findings, each with a long reason."""

_TEXTS = {
    "rule": "the id of a rule",
    "where": "a place such as 200 /data/openRate",
    "reason": "why the finding is accepted",
    "owner": "who is responsible for it",
}


class BaselineError(InputError):
    """A baseline file cannot be used."""

    headline = "the baseline cannot be used"


def load_baseline(path: Path, option: str = "--baseline") -> Baseline:
    """Read a baseline file, which an option or a variable names.

    Raises:
        BaselineError: It cannot be read, or is not a baseline. Every problem is named, with its place.
    """
    try:
        raw = read_file(path, _MAX_BYTES)
    except FILE_ERRORS as error:
        problem = Problem(f"{option} {path}", "", "a readable baseline", why_unusable(error))
        raise BaselineError([problem], _advice(path)) from error
    parsed = parse(raw.removeprefix(codecs.BOM_UTF8))
    problems = parsed.problems(str(path))
    entries: list[Entry] = []
    if not problems:
        problems = list(_read(parsed.value, str(path), entries))
    if problems:
        raise BaselineError(problems)
    return Baseline(str(path), ordered(entries))


def _advice(path: Path) -> str:
    """Return what helps if a baseline cannot be read."""
    # These functions of os.path return False for a path that no file can have.
    if os.path.isdir(path):  # noqa: PTH112
        return f"Name a file in this folder: --baseline {path / 'known.json'}."
    if os.path.lexists(path):
        return ""
    if not os.path.isdir(path.parent):  # noqa: PTH112
        return "" if os.path.exists(path.parent) else f"There is no folder {path.parent}."  # noqa: PTH110
    return f"Write one with --baseline {path} --update-baseline."


def require_writable_baseline(path: Path) -> None:
    """Refuse a baseline that --update-baseline could not write, before anything is sent.

    Raises:
        BaselineError: It is no file, its folder does not exist, or it may not be written.
    """
    got = why_unwritable(path)
    if not got and (stream_number(path) is not None or (path.exists() and not path.is_file())):
        got = "a device or a pipe"
    if got:
        hint = _advice(path) if got == "a folder" else ""
        raise BaselineError([Problem(f"--baseline {path}", "", "a file that can be written", got)], hint)


def save_baseline(baseline: Baseline, path: Path) -> None:
    """Write a baseline file completely, or not at all.

    Raises:
        BaselineError: It cannot be written.
    """
    document = {"version": _VERSION, "accepted": [_written(entry) for entry in baseline.entries]}
    try:
        write_whole_file(path, printable_json(json.dumps(document, indent=2, ensure_ascii=False)) + "\n")
    except FILE_ERRORS as error:
        raise BaselineError([Problem(f"--baseline {path}", "", "a writable file", why_unusable(error))]) from error


def _written(entry: Entry) -> dict[str, str]:
    members = {
        "fingerprint": entry.fingerprint,
        "rule": entry.rule,
        "where": entry.where,
        "reason": entry.reason,
        "owner": entry.owner,
    }
    return {**members, "expires": entry.expires.isoformat()} if entry.expires else members


def _read(document: Any, source: str, entries: list[Entry]) -> Iterator[Problem]:
    """Fill ``entries`` from a parsed document, and yield what is wrong with it."""
    if not isinstance(document, dict):
        yield Problem(source, "", "an object with version and accepted", describe_json(document))
        return
    yield from _unknown_fields(document, ("version", "accepted"), source, "")
    version = document.get("version")
    if isinstance(version, bool) or version != _VERSION:
        yield Problem(source, "/version", str(_VERSION), describe_json(version))
    accepted = document.get("accepted")
    if not isinstance(accepted, list):
        yield Problem(source, "/accepted", "an array of accepted findings", describe_json(accepted))
        return
    seen: dict[str, str] = {}
    for index, item in enumerate(accepted):
        place = f"/accepted/{index}"
        problems = list(_entry_problems(item, source, place))
        yield from problems
        if problems:
            continue
        entry = Entry(**{name: str(item[name]) for name in _TEXTS}, expires=_date(item.get("expires")))
        if entry.fingerprint in seen:
            yield Problem(source, place, "each rule and place once", f"the same as in {seen[entry.fingerprint]}")
        seen.setdefault(entry.fingerprint, place)
        entries.append(entry)


def _entry_problems(item: Any, source: str, place: str) -> Iterator[Problem]:
    if not isinstance(item, dict):
        yield Problem(source, place, "an object", describe_json(item))
        return
    yield from _unknown_fields(item, ("fingerprint", *_TEXTS, "expires"), source, place)
    for name, meaning in _TEXTS.items():
        if not _is_text(item.get(name)):
            got = describe_json(item[name]) if name in item else "nothing"
            yield Problem(source, f"{place}/{name}", f"{meaning}, a text", got)
    if "expires" in item and _date(item["expires"]) is None:
        yield Problem(source, f"{place}/expires", "a date such as 2026-12-31", describe_json(item["expires"]))
    if "fingerprint" in item and _is_text(item.get("rule")) and _is_text(item.get("where")):
        right = fingerprint(item["rule"], item["where"])
        if item["fingerprint"] != right:
            expected = f"{right}, the fingerprint of rule and where, or no fingerprint"
            yield Problem(source, f"{place}/fingerprint", expected, describe_json(item["fingerprint"]))


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _unknown_fields(item: dict[str, Any], known: tuple[str, ...], source: str, place: str) -> Iterator[Problem]:
    for name in item:
        if name not in known:
            message = f"unknown field {name!r}{did_you_mean(name, known)}"
            yield Problem(source, f"{place}{pointer(name)}", f"one of {', '.join(known)}", repr(name), message)


def _date(value: Any) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
    except ValueError:
        return None
