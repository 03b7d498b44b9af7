"""Fixtures: the folders of campaign files and keys, read as a whole or refused with every reason."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from migma_contract.errors import FixtureError, Problem
from migma_contract.openapi import Contract
from migma_contract.resources import fixtures_path
from migma_mock.api_keys import Key, parse_keys
from migma_mock.campaigns.campaign import Campaign
from migma_mock.campaigns.campaign_builder import MAX_FILE_BYTES, parse_campaign

KEYS_FILE = "keys.json"


@dataclass(frozen=True, slots=True)
class Fixtures:
    """What was read: campaigns by id, in the order of their files, and keys."""

    campaigns: dict[str, Campaign]
    keys: list[Key]


ProgressHook = Callable[[list[Path]], Iterable[Path]]
"""Passes files through, showing how far they are."""


def load_fixtures(
    folders: list[Path], contract: Contract, further_keys: Iterable[Key] = (), progress_hook: ProgressHook = iter
) -> Fixtures:
    """Read fixture folders; a later folder's campaign replaces an earlier one's of the same id.

    A folder holds campaign files (``*.json``, in it or in its ``campaigns/``) and may hold ``keys.json``.
    Keys of all folders count together, and ``further_keys`` beside them. Each folder's files pass through ``track``.

    Raises:
        FixtureError: With everything that is wrong in any of the files.
    """
    campaigns: dict[str, Campaign] = {}
    keys: dict[str, Key] = {}
    problems: list[Problem] = []
    for folder in folders:
        if not folder.is_dir():
            got = "a file" if folder.exists() else "nothing there"
            problems.append(Problem(str(folder), "", "a folder of fixture files", got))
            continue
        # The clock of this machine may be behind, or frozen by a test: the built-in files are not to fail by it.
        now = None if folder == fixtures_path() else datetime.now(UTC)
        for item in _read_folder(progress_hook(fixture_files(folder)), contract, now):
            if isinstance(item, Problem):
                problems.append(item)
            elif isinstance(item, Campaign):
                campaigns[item.id] = item
            else:
                keys[item.key] = item
    for key in further_keys:
        keys.setdefault(key.key, key)
    if not problems and not keys:
        where = ", ".join(str(folder / KEYS_FILE) for folder in folders) or "no fixture folder"
        remedy = f"--fixtures DIR with a {KEYS_FILE}, or --api-key KEY"
        problems.append(Problem(where, "", f"at least one API key ({remedy})", "none"))
    if problems:
        raise FixtureError(problems)
    return Fixtures(dict(sorted(campaigns.items())), list(keys.values()))


def fixture_files(folder: Path) -> list[Path]:
    """The files of a fixture folder: campaigns sorted by path, then ``keys.json`` if there is one."""
    found = [*folder.glob("*.json"), *(folder / "campaigns").glob("*.json")]
    return sorted(found, key=lambda path: (path.name == KEYS_FILE, path))


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
    for id_, paths in places.items():
        if len(paths) > 1:
            yield from _shared(id_, paths)


def _shared(id_: str, paths: list[str]) -> Iterator[Problem]:
    """A problem at each place that has an id, since none of them is known to be the one that is wrong."""
    for path in paths:
        others = " and ".join(f"{other} at /id" for other in paths if other != path)
        yield Problem(path, "/id", "an id of its own", f"{id_!r}, as has {others}")


def _read(path: Path) -> bytes | Problem:
    try:
        # A pipe or a device would block the start for ever.
        if not path.is_file():
            return Problem(
                str(path), "", "a readable file", "a dangling link" if path.is_symlink() else "no regular file"
            )
        with path.open("rb") as file:
            return file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        return Problem(str(path), "", "a readable file", error.strerror or type(error).__name__)
