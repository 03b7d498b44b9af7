"""Fixtures: the campaigns and API keys of the fixture folders, loaded as a whole or refused with every problem."""

import errno
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from migma_contract.bounded_file import read_file
from migma_contract.errors import FixtureError, Problem
from migma_contract.file_errors import FILE_ERRORS, why_unusable
from migma_contract.openapi import Contract
from migma_contract.recording.campaign_files import MAX_FILE_BYTES
from migma_contract.redaction import Secret
from migma_contract.resources import fixtures_path, openapi_path
from migma_contract.strict_json import parse
from migma_mock.api_keys import Key, parse_keys
from migma_mock.campaigns.campaign import Campaign
from migma_mock.campaigns.campaign_builder import parse_campaign
from migma_mock.campaigns.campaign_file import REPLY_FIELDS
from migma_mock.campaigns.contract_notices import contract_notices
from migma_mock.campaigns.file_names import KEYS_FILE, id_of_file
from migma_mock.campaigns.fixture_folder import MAX_FILES, fixture_files, folder_problem, unread_notices

_WARNINGS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Fixtures:
    """The loaded fixtures.

    Attributes:
        campaigns: By id, sorted.
        keys: The API keys.
        notices: Sentences for the user: what may be a mistake in them, which files are not read, and what a contract
            other than the built-in one changes.
    """

    campaigns: dict[str, Campaign]
    keys: list[Key]
    notices: tuple[str, ...] = ()


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
    set_aside: list[Problem] = []
    for folder in dict.fromkeys(folders):
        if problem := folder_problem(folder):
            problems.append(problem)
            continue
        # The clock of this machine may be behind, or frozen by a test, which must not make the built-in files invalid.
        now = None if folder == fixtures_path() else datetime.now(UTC)
        files = fixture_files(folder)
        if len(files) > MAX_FILES:
            problems.append(Problem(str(folder), "", f"at most {MAX_FILES} fixture files", "more"))
            continue
        is_built_in = folder == fixtures_path()
        for item in _read_folder(progress_hook(files), contract, now, adapts=is_built_in):
            if isinstance(item, Problem):
                (set_aside if is_built_in else problems).append(item)
            elif isinstance(item, Campaign):
                campaigns[item.id] = item
            else:
                keys[item.key] = item
    keys |= {key.key: key for key in further_keys if key.key not in keys}
    if not problems and not keys:
        where = ", ".join(str(folder / KEYS_FILE) for folder in folders) or "no fixture folder"
        remedy = f"add --fixtures DIR with a {KEYS_FILE}, or --api-key KEY"
        problems.append(Problem(where, "", "at least one API key", "none", f"no API key; {remedy}"))
    if set_aside and contract.raw == openapi_path().read_bytes():
        problems = [*set_aside, *problems]
    if problems:
        raise FixtureError(problems)
    notices = (*_notices(folders, campaigns.values()), *contract_notices(campaigns.values(), set_aside, contract))
    return Fixtures(dict(sorted(campaigns.items())), list(keys.values()), notices)


def _notices(folders: Iterable[Path], campaigns: Iterable[Campaign]) -> Iterator[str]:
    for folder in dict.fromkeys(folders):
        if folder != fixtures_path():
            yield from unread_notices(folder)
    warnings = [str(warning) for campaign in campaigns for warning in campaign.warnings]
    yield from warnings[:_WARNINGS_SHOWN]
    if len(warnings) > _WARNINGS_SHOWN:
        yield f"{len(warnings) - _WARNINGS_SHOWN} more warnings about fixtures."


@cache
def public_keys() -> frozenset[Secret]:
    """Return the keys of the built-in fixtures, which everyone may know; any other key may be a real one."""
    found = parse_keys((fixtures_path() / KEYS_FILE).read_bytes(), KEYS_FILE)
    return frozenset(item.key for item in found if isinstance(item, Key))


def _read_folder(
    files: Iterable[Path], contract: Contract, now: datetime | None, *, adapts: bool
) -> Iterator[Campaign | Key | Problem]:
    places: dict[str, list[str]] = {}
    for path in files:
        data = _read(path)
        if isinstance(data, Problem):
            yield data
        elif path.name == KEYS_FILE:
            yield from parse_keys(data, str(path))
        elif not _is_schema(data):
            result = parse_campaign(data, str(path), contract, now, id_of_file(path), adapts=adapts)
            if isinstance(result, list):
                yield from result
            else:
                places.setdefault(result.id, []).append(str(path))
                yield result
    for id_, names in places.items():
        if len(names) > 1:
            *others, last = names
            too = " and ".join(f"{other} at /id" for other in others)
            have = "has" if len(others) == 1 else "have"
            yield Problem(last, "/id", "an id that no other file has", f"{id_!r}, which {too} {have} too")


def _is_schema(data: bytes) -> bool:
    """True for a JSON Schema, which editors check campaign files with."""
    if b"json-schema.org/" not in data:
        return False
    content = parse(data).value
    if not isinstance(content, dict) or content.keys() & set(REPLY_FIELDS):
        return False
    return re.match("https?://json-schema.org/", str(content.get("$schema"))) is not None


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
