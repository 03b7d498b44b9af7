"""Documents of URLs, fetched once and kept in the user's cache folder until ``--refresh``."""

import hashlib
import json
import os
import stat
import sys
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from migma_contract.bounded_file import read_file
from migma_contract.errors import ContractError, Problem
from migma_contract.file_errors import FILE_ERRORS, why_unusable
from migma_contract.openapi.sources.content import MAX_CONTRACT_BYTES, SourceContent
from migma_contract.openapi.sources.fetch import FetchError, fetch
from migma_contract.redaction import VENDOR_KEY, mask_url
from migma_contract.whole_file import write_whole_file

MAX_KEPT = 20
"""The most documents that are kept; the oldest one makes room for another."""

_HEAD_BYTES = 8192


class _Kept(NamedTuple):
    """A kept document and when it was fetched, as people read it."""

    raw: bytes
    fetched: str


def cache_folder() -> Path:
    """Return the folder of this project in the cache folder of the user, by the rules of the system."""
    if sys.platform == "win32":
        root = os.environ.get("LOCALAPPDATA")
        return Path(root or Path.home() / "AppData/Local") / "migma-mock" / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library/Caches/migma-mock"
    root = os.environ.get("XDG_CACHE_HOME", "")
    return Path(root if root.startswith("/") else Path.home() / ".cache") / "migma-mock"


def read_url(url: str, *, refresh: bool, limit: int = MAX_CONTRACT_BYTES) -> SourceContent:
    """Return the document of a URL: the kept one, or else what is fetched now.

    Raises:
        ContractError: The URL cannot be used, or no document came from it and none is kept.
    """
    name = mask_url(url)
    _check_url(url, name)
    kept, notice = _load(url, limit)
    if kept and not refresh:
        text = f"The contract is the kept copy of {name}, fetched {kept.fetched}; --refresh fetches it again."
        return SourceContent(kept.raw, name, (text,))
    try:
        fetched = fetch(url, limit)
    except FetchError as error:
        if kept and error.is_outage:
            text = f"{name} was not fetched again: {error}. Its document of {kept.fetched} is used."
            return SourceContent(kept.raw, name, (text,))
        hint = f"The document of {kept.fetched} is kept; it is used without --refresh." if kept else ""
        raise ContractError([Problem(name, "", "an OpenAPI document", str(error))], hint) from error
    now = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    notices = [f"The document is from {name}, fetched {now}.", *([notice] if notice else [])]
    hint = f"{name} led to {mask_url(fetched.url)}." if fetched.url != url else ""
    keep = partial(_store, url, fetched.body, now)
    return SourceContent(fetched.body, name, tuple(notices), keep, hint)


def _check_url(url: str, name: str) -> None:
    try:
        parts = urlsplit(url)
        is_valid = bool(parts.hostname) and url.isprintable() and " " not in url and (parts.port or 0) >= 0
    except ValueError:
        is_valid, parts = False, urlsplit("")
    if not is_valid:
        raise ContractError([Problem(name, "", "an http or https URL, or a file", "a URL that is not valid")])
    if "@" in parts.netloc or VENDOR_KEY.search(url):
        got = "one with a user and a password" if "@" in parts.netloc else "one with an API key"
        hint = "Nothing was sent. Download the document, and name the file."
        raise ContractError([Problem(name, "", "a URL without secrets", got)], hint)


def _file_of(url: str) -> Path:
    return cache_folder() / f"contract-{hashlib.sha256(url.encode()).hexdigest()[:32]}"


def _load(url: str, limit: int) -> tuple[_Kept | None, str]:
    """Return the kept document of a URL, or None and a sentence if there is one that cannot be used."""
    path = _file_of(url)
    try:
        if not path.exists():
            return None, ""
        why = _why_untrusted(path.parent) or _why_untrusted(path)
        if why:
            return None, f"The kept document in {path} is not used: {why}."
        head, _, document = read_file(path, limit * 2 + _HEAD_BYTES, pipes=False).partition(b"\n")
        about = json.loads(head)
        if about["sha256"] != hashlib.sha256(document).hexdigest():
            return None, f"The kept document in {path} is not used: it is damaged."
        return _Kept(document, str(about["fetched"])), ""
    except (*FILE_ERRORS, LookupError, TypeError) as error:
        why = why_unusable(error) if isinstance(error, OSError) else "it is damaged"
        return None, f"The kept document in {path} is not used: {why}."


def _why_untrusted(path: Path) -> str:
    """Return why somebody else may have written a file or a folder; "" if only this user may write there."""
    status = path.lstat()
    if stat.S_ISLNK(status.st_mode):
        return f"{path} is a symbolic link"
    if os.name != "posix":
        return ""
    if status.st_uid != os.geteuid():
        return f"{path} belongs to another user"
    is_open = status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return f"other users may write to {path}" if is_open else ""


def _store(url: str, raw: bytes, fetched: str) -> tuple[str, ...]:
    """Keep a document; return a sentence if that is not possible."""
    from migma_contract.openapi.reading.document_text import decode

    path = _file_of(url)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        why = _why_untrusted(path.parent)
        if not why:
            text = decode(raw, url)
            digest = hashlib.sha256(text.encode()).hexdigest()
            head = json.dumps({"from": mask_url(url), "fetched": fetched, "sha256": digest})
            _remove_oldest(path)
            path.unlink(missing_ok=True)  # its owner and its permissions may be others
            write_whole_file(path, f"{head}\n{text}")
            path.chmod(0o600)
            return ()
    except FILE_ERRORS as error:
        why = why_unusable(error)
    return (f"The document is not kept, so each start fetches it again: {path.parent} cannot be used ({why}).",)


def _remove_oldest(path: Path) -> None:
    others = [other for other in path.parent.glob("contract-*") if other != path]
    ages = {}
    for other in others:
        with suppress(OSError):
            ages[other] = other.lstat().st_mtime
    for other in sorted(ages, key=ages.__getitem__)[: max(0, len(ages) - MAX_KEPT + 1)]:
        other.unlink(missing_ok=True)
