"""Write generated campaigns as fixture files, which keep them for good."""

import json
import os
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from migma_contract.errors import FixtureError, Problem
from migma_contract.file_errors import FILE_ERRORS, why_unusable
from migma_contract.whole_file import write_whole_file
from migma_mock.campaigns.campaign_file import CampaignFile
from migma_mock.campaigns.file_names import file_name
from migma_mock.campaigns.generated_campaign import generated_document
from migma_mock.generation.profile import Profile
from migma_mock.input_models import model_problems


def write_campaign(folder: Path, campaign_id: str, envelope: dict[str, Any], *, profile: Profile, seed: int) -> Path:
    """Write one fixture file, named after the id, and return its path.

    Raises:
        FixtureError: The file exists with other content or cannot be written, or the id is invalid.
    """
    document = generated_document(campaign_id, envelope, profile=profile, seed=seed)
    document["description"] += " Edit it as you like."
    path = folder / file_name(campaign_id)
    try:
        CampaignFile.model_validate(document)
    except ValidationError as error:
        raise FixtureError(model_problems(error, str(path), CampaignFile)) from error
    return write_new_file(path, json.dumps(document, indent=2, ensure_ascii=False) + "\n")


def write_new_file(path: Path, text: str, remedy: str = "choose another folder") -> Path:
    """Write a text to a file that is new, in a folder that may be, and return its path.

    Args:
        path: The file.
        text: Its content.
        remedy: What to do, besides deleting it, if the file exists with other content.

    Raises:
        FixtureError: The file exists with other content, or cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, text, remedy)
    except FILE_ERRORS as error:
        raise FixtureError([Problem(str(path), "", "a writable folder", why_unusable(error))]) from error
    return path


def _write(path: Path, text: str, remedy: str) -> None:
    """Write a file that is new; one with the same content stays as it is."""
    if not os.path.lexists(path):
        write_whole_file(path, text)
        return
    if path.is_symlink() or not path.is_file():  # a pipe that nobody writes would be read forever
        message = f"there is a link, a folder or a device of this name; delete it, or {remedy}"
        raise FixtureError([Problem(str(path), "", "no file, or the same content", "no regular file", message)])
    data = text.encode()
    if path.stat().st_size != len(data) or path.read_bytes() != data:
        message = f"the file exists with other content; delete it, or {remedy}"
        raise FixtureError([Problem(str(path), "", "no file, or the same content", "other content", message)])
