"""The recordings in a folder of campaign files: their names, and reading and writing them."""

import hashlib
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import islice
from pathlib import Path

from migma_contract.bounded_file import read_file
from migma_contract.errors import FixtureError, Problem
from migma_contract.file_errors import FILE_ERRORS, why_unusable
from migma_contract.recording.campaign_files import MAX_FILE_BYTES
from migma_contract.recording.recording import Recording
from migma_contract.strict_json import parse
from migma_contract.timestamps import parse_rfc3339
from migma_contract.whole_file import why_unwritable, write_whole_file

_MOST_FILES = 10_000
"""The most files of a folder that a mock reads."""

_SUBFOLDER = "campaigns"
_READABLE, _DIGITS = 40, 16


def recording_name(campaign_id: str) -> str:
    """Return the name of the file of a recording: the plain characters of the id, and a hash of the whole id.

    So no id leads to another folder, and ids that a file system takes for the same have different files.
    """
    plain = re.sub(r"[^a-z0-9]+", "-", campaign_id.lower())[:_READABLE].strip("-")
    hashed = hashlib.sha256(campaign_id.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
    return f"{plain}-{hashed}.json" if plain else f"{hashed}.json"


@dataclass(frozen=True, slots=True)
class KeptCampaign:
    """A campaign file in a folder.

    Attributes:
        path: The file.
        campaign_id: Its id.
        recorded: When it was recorded, UTC; None if it is no recording.
        origin: The base URL of the server; "" if it is no recording.
        notes: Its changes and violations.
    """

    path: Path
    campaign_id: str
    recorded: datetime | None
    origin: str
    notes: tuple[str, ...]


class RecordingFolder:
    """A folder of campaign files that recordings are written to and read from. It may not exist yet.

    Its files are read once, when they are needed first; what is written later is known without.

    Args:
        path: The folder.
        force: Replace recordings that exist.
    """

    def __init__(self, path: Path, *, force: bool = False) -> None:
        self._path, self._force = path, force

    @cached_property
    def _present(self) -> dict[str, Path]:
        """The files of the campaigns in the folder, by id."""
        return {kept.campaign_id: kept.path for kept in self.campaigns()}

    def campaigns(self) -> list[KeptCampaign]:
        """Return the campaigns in files of the folder, and of the folder ``campaigns`` in it, by name of file.

        Files that cannot be read as campaigns are left out: the mock says what is wrong with them.

        Raises:
            FixtureError: The folder cannot be read.
        """
        return [kept for path in self._files() if (kept := _kept_campaign(path)) is not None]

    def require_room(self, campaign_ids: Iterable[str]) -> None:
        """Make the folder if necessary, and check that campaigns can be written to it.

        Raises:
            FixtureError: One cannot: its file exists, another file has this campaign, or the folder cannot be written.
        """
        try:
            self._path.mkdir(parents=True, exist_ok=True)
        except FileExistsError as error:
            raise _refused([Problem(str(self._path), "", "a folder", "a file")]) from error
        except FILE_ERRORS as error:
            raise _unwritable(self._path, why_unusable(error)) from error
        if problems := [problem for each in campaign_ids if (problem := self._problem(each))]:
            raise _refused(problems)

    def keeps(self, campaign_id: str) -> bool:
        """Return True if a file has this campaign already, and is not to be replaced."""
        file = self._present.get(campaign_id)
        return file is not None and (not self._force or file != self._path / recording_name(campaign_id))

    def write(self, recording: Recording) -> Path:
        """Write the file of a recording, completely or not at all, and return its path.

        Raises:
            FixtureError: It exists and is not to be replaced, or cannot be written.
        """
        path = self._path / recording_name(recording.campaign_id)
        if problem := self._problem(recording.campaign_id):
            raise _refused([problem])
        try:
            write_whole_file(path, recording.text)
        except FILE_ERRORS as error:
            raise _unwritable(path, why_unusable(error)) from error
        self._present[recording.campaign_id] = path
        return path

    def _problem(self, campaign_id: str) -> Problem | None:
        """Return why a campaign cannot be written; None if it can."""
        path = self._path / recording_name(campaign_id)
        other = self._present.get(campaign_id, path)
        if other != path:
            message = f"this file has the campaign {campaign_id!r} already; record to another folder, or delete it"
            return Problem(str(other), "/id", "no campaign of this id", "one", message)
        if os.path.lexists(path) and not self._force:
            return Problem(str(path), "", "no file of this name", "one", "the file exists; --force records it again")
        if why := why_unwritable(path):
            return Problem(str(path), "", "a file that can be written", why)
        return None

    def _files(self) -> list[Path]:
        found: list[Path] = []
        for folder in (self._path, self._path / _SUBFOLDER):
            try:
                with os.scandir(folder) as entries:
                    names = (entry.name for entry in entries if entry.name.endswith(".json"))
                    found += sorted(folder / name for name in islice(names, _MOST_FILES))
            except FileNotFoundError:
                continue
            except FILE_ERRORS as error:
                problem = Problem(str(folder), "", "a folder of campaign files", why_unusable(error))
                raise FixtureError([problem]) from error
        return found


def _kept_campaign(path: Path) -> KeptCampaign | None:
    try:
        document = parse(read_file(path, MAX_FILE_BYTES, pipes=False)).value
    except FILE_ERRORS:
        return None
    if not isinstance(document, dict) or not isinstance(document.get("id"), str):
        return None
    recorded = document.get("recorded")
    recorded = recorded if isinstance(recorded, dict) else {}
    notes = [
        note for name in ("changes", "violations") if isinstance(found := recorded.get(name), list) for note in found
    ]
    return KeptCampaign(
        path,
        document["id"],
        parse_rfc3339(recorded.get("at")),
        str(recorded.get("origin", "")),
        tuple(map(str, notes)),
    )


def _refused(problems: list[Problem]) -> FixtureError:
    error = FixtureError(problems)
    error.headline = "the recordings cannot be written"
    return error


def _unwritable(path: Path, got: str) -> FixtureError:
    return _refused([Problem(str(path), "", "a place that can be written", got)])
