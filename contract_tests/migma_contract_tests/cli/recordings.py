"""List the recordings in a folder, and find those that are too old."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import typer

from migma_contract.recording import RecordingFolder
from migma_contract.safe_text import one_line
from migma_contract.timestamps import describe_duration
from migma_contract_tests.probes.option_error import option_error


def list_recordings(folder: Path, max_age: timedelta | None) -> int:
    """Print the recordings in a folder, the oldest first, and return the exit code: 1 if some are too old.

    Args:
        folder: A folder of campaign files.
        max_age: The age from which on a recording is too old; None for no limit.

    Raises:
        SettingsError: There is no such folder.
        FixtureError: It cannot be read.
    """
    if not folder.is_dir():
        raise option_error(str(folder), "a folder of campaign files", "a file" if folder.exists() else "no such folder")
    now = datetime.now(UTC)
    kept = RecordingFolder(folder).campaigns()
    found = sorted(((each.recorded, each) for each in kept if each.recorded), key=lambda pair: pair[0])
    old = 0
    for moment, each in found:
        age = max(now - moment, timedelta())
        is_old = max_age is not None and age > max_age
        old += is_old
        parts = (each.campaign_id, f"{describe_duration(age)} old", each.origin, *(["too old"] if is_old else []))
        typer.echo(one_line("  ".join(parts)))
    if not found:
        typer.echo(one_line(f"{folder} has no recordings."), err=True)
    if old and max_age is not None:
        subject = "1 recording is" if old == 1 else f"{old} recordings are"
        typer.echo(f"{subject} older than {describe_duration(max_age)}: record with --force again.", err=True)
    return 1 if old else 0
