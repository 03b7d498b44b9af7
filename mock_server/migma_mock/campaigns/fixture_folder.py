"""The files of a fixture folder: those that are fixtures, and those that nothing reads although they look like some."""

import os
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain, islice
from pathlib import Path
from stat import S_ISDIR

from migma_contract.errors import Problem
from migma_contract.file_errors import FILE_ERRORS, why_unusable
from migma_contract.safe_text import one_line
from migma_mock.campaigns.file_names import KEYS_FILE, is_campaign_file

MAX_FILES = 10_000
"""The most files of a fixture folder; they take a minute at start and 100 MB."""

SUBFOLDER = "campaigns"
"""The folder in a fixture folder that is read too."""

_OTHER_ENDINGS = {".json", ".yaml", ".yml", ".jsonc", ".json5"}
_MOST_LOOKED_AT = 2000
_DEEPEST = 3
_SHOWN = 5


def fixture_files(folder: Path) -> list[Path]:
    """Return the files of a fixture folder: campaigns sorted by path, then ``keys.json`` if there is one.

    Of a folder with more than :data:`MAX_FILES` it returns one file more than these, whichever they are.
    """
    names = chain(_names(folder), _names(folder / SUBFOLDER))
    found = list(islice((path for path in names if is_campaign_file(path.name)), MAX_FILES + 1))
    return sorted(found, key=lambda path: (path.name == KEYS_FILE, path))


def folder_problem(folder: Path) -> Problem | None:
    """Return why a folder cannot be read as fixtures; None if it can."""
    for each in (folder, folder / SUBFOLDER):
        try:
            if not S_ISDIR(each.stat().st_mode):
                return Problem(str(each), "", "a folder of fixture files", "a file")
            os.scandir(each).close()
        except FileNotFoundError:
            if each == folder:
                return Problem(str(each), "", "a folder of fixture files", "no such folder")
        except FILE_ERRORS as error:
            return Problem(str(each), "", "a readable folder", why_unusable(error))
    return None


def unread_notices(folder: Path) -> Iterator[str]:
    """Yield a sentence for each kind of files in a folder that look like fixtures and are not read."""
    here, below = one_line(str(folder)), one_line(str(folder / SUBFOLDER))
    if not fixture_files(folder):
        yield f"{here} has no fixture files: campaigns are *.json files in it or in {below}."
    near = [path for each in (folder, folder / SUBFOLDER) for path in islice(_names(each), _MOST_LOOKED_AT)]
    named = [path for path in near if path.suffix.lower() in _OTHER_ENDINGS and path.suffix != ".json"]
    if named:
        yield f"Nothing reads {_some(named)}: fixtures are JSON files whose names end in .json."
    elsewhere = list(islice(_in_other_folders(folder), _MOST_LOOKED_AT))
    if elsewhere:
        yield f"Nothing reads {_some(elsewhere)}: fixtures are read in {here} and in {below}."


def _names(folder: Path) -> Iterator[Path]:
    # Unlike Path.glob(), os.scandir() makes no list of all names, which may be millions.
    with suppress(OSError), os.scandir(folder) as entries:
        yield from (folder / entry.name for entry in entries)


def _in_other_folders(folder: Path) -> Iterator[Path]:
    """Yield what is named as fixtures in folders that are not read; of a large tree only some."""
    seen = 0
    for parent, folders, names in os.walk(folder):
        place = Path(parent).relative_to(folder).parts
        folders[:] = sorted(name for name in folders if not name.startswith(".")) if len(place) < _DEEPEST else []
        seen += len(names) + len(folders)
        if place not in ((), (SUBFOLDER,)):
            yield from (Path(parent, name) for name in sorted(names) if is_campaign_file(name))
        if seen > _MOST_LOOKED_AT:
            return


def _some(paths: list[Path]) -> str:
    more = len(paths) - _SHOWN
    return ", ".join(one_line(str(path)) for path in sorted(paths)[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
