"""Fixtures: the campaigns and API keys of the fixture folders, loaded as a whole or refused with every problem."""

import errno
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import chain, islice
from pathlib import Path

from migma_contract.bounded_file import read_file
from migma_contract.errors import FixtureError, Problem
from migma_contract.file_errors import FILE_ERRORS, why_unusable
from migma_contract.openapi import Contract
from migma_contract.redaction import Secret
from migma_contract.resources import fixtures_path
from migma_mock.api_keys import Key, parse_keys
from migma_mock.campaigns.campaign import Campaign
from migma_mock.campaigns.campaign_builder import MAX_FILE_BYTES, parse_campaign

KEYS_FILE = "keys.json"

MAX_FILES = 10_000
"""The most files of a fixture folder; they take a minute at start and 100 MB."""


@dataclass(frozen=True, slots=True)
class Fixtures:
    """The loaded fixtures: campaigns by id, sorted, and API keys."""

    campaigns: dict[str, Campaign]
    keys: list[Key]


ProgressHook = Callable[[list[Path]], Iterable[Path]]
"""Passes files through, and shows the progress."""


def load_fixtures(
    folders: list[Path], contract: Contract, further_keys: Iterable[Key] = (), progress_hook: ProgressHook = iter
) -> Fixtures:
    """Load fixture folders; a campaign of a later folder replaces one with the same id of an earlier folder.

    A folder holds campaign files (``*.json``, in it or in its ``campaigns/``) and may hold ``keys.json``. The keys of
    all folders and ``further_keys`` are used together. The files of each folder pass through ``progress_hook``.

    Raises:
        FixtureError: With every problem in any of the files.
    """
    campaigns: dict[str, Campaign] = {}
    keys: dict[Secret, Key] = {}
    problems: list[Problem] = []
    for folder in folders:
        if not folder.is_dir():
            got = "a file" if folder.exists() else "no such folder"
            problems.append(Problem(str(folder), "", "a folder of fixture files", got))
            continue
        # The clock of this machine may be behind, or frozen by a test, which must not make the built-in files invalid.
        now = None if folder == fixtures_path() else datetime.now(UTC)
        files = fixture_files(folder)
        if len(files) > MAX_FILES:
            problems.append(Problem(str(folder), "", f"at most {MAX_FILES} fixture files", "more"))
            continue
        for item in _read_folder(progress_hook(files), contract, now):
            if isinstance(item, Problem):
                problems.append(item)
            elif isinstance(item, Campaign):
                campaigns[item.id] = item
            else:
                keys[item.key] = item
    keys |= {key.key: key for key in further_keys if key.key not in keys}
    if not problems and not keys:
        where = ", ".join(str(folder / KEYS_FILE) for folder in folders) or "no fixture folder"
        remedy = f"add --fixtures DIR with a {KEYS_FILE}, or --api-key KEY"
        problems.append(Problem(where, "", "at least one API key", "none", f"no API key; {remedy}"))
    if problems:
        raise FixtureError(problems)
    return Fixtures(dict(sorted(campaigns.items())), list(keys.values()))


@cache
def public_keys() -> frozenset[Secret]:
    """Return the keys of the built-in fixtures, which everyone may know; any other key may be a real one."""
    found = parse_keys((fixtures_path() / KEYS_FILE).read_bytes(), KEYS_FILE)
    return frozenset(item.key for item in found if isinstance(item, Key))


def fixture_files(folder: Path) -> list[Path]:
    """Return the files of a fixture folder: campaigns sorted by path, then ``keys.json`` if there is one.

    Of a folder with more than :data:`MAX_FILES` it returns one file more than these, whichever they are.
    """
    found = list(islice(chain(_json_files(folder), _json_files(folder / "campaigns")), MAX_FILES + 1))
    return sorted(found, key=lambda path: (path.name == KEYS_FILE, path))


def _json_files(folder: Path) -> Iterator[Path]:
    # Unlike Path.glob(), os.scandir() makes no list of all names, which may be millions.
    with suppress(OSError), os.scandir(folder) as entries:
        yield from (folder / entry.name for entry in entries if entry.name.endswith(".json"))


def _read_folder(files: Iterable[Path], contract: Contract, now: datetime | None) -> Iterator[Campaign | Key | Problem]:
    places: dict[str, list[str]] = {}
    for path in files:
        data = _read(path)
        if isinstance(data, Problem):
            yield data
        elif path.name == KEYS_FILE:
            yield from parse_keys(data, str(path))
        else:
            result = parse_campaign(data, str(path), contract, now)
            if isinstance(result, list):
                yield from result
            else:
                places.setdefault(result.id, []).append(str(path))
                yield result
    for id_, names in places.items():
        # Each file with the id has a problem, since any of them may be the wrong one.
        for name in names if len(names) > 1 else ():
            others = " and ".join(f"{other} at /id" for other in names if other != name)
            yield Problem(name, "/id", "an id that no other file has", f"{id_!r}, which {others} has too")


def _read(path: Path) -> bytes | Problem:
    try:
        # No pipes, since the files are read again after each edit.
        return read_file(path, MAX_FILE_BYTES, pipes=False)
    except FileNotFoundError as error:
        got = "a broken link" if path.is_symlink() else why_unusable(error)
    except FILE_ERRORS as error:
        if isinstance(error, OSError) and error.errno == errno.EFBIG:
            return Problem(str(path), "", f"at most {MAX_FILE_BYTES} bytes", "more")
        got = why_unusable(error)
    return Problem(str(path), "", "a readable file", got)
