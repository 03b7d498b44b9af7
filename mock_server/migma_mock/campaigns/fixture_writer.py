"""Write generated campaigns as fixture files, which keep them for good."""

import json
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from migma_contract.errors import FixtureError, Problem
from migma_mock.campaigns.campaign_file import CampaignFile
from migma_mock.campaigns.fixtures import KEYS_FILE
from migma_mock.generation.profile import Profile
from migma_mock.input_models import model_problems


def generated_answer(envelope: dict[str, Any], profile: Profile) -> dict[str, Any]:
    """Return the fields of a campaign file that give a generated envelope."""
    if profile == "schema":
        return {"reply": {"status": 200, "body": envelope}, "incoherent": True}
    return {"stats": envelope["data"]}


def write_campaign(folder: Path, campaign_id: str, envelope: dict[str, Any], *, profile: Profile, seed: int) -> Path:
    """Write one fixture file, ``ID.json``, and return its path.

    Raises:
        FixtureError: The file exists with other content or cannot be written, or the id is invalid.
    """
    document = {
        "id": campaign_id,
        "title": f"Generated ({profile}), seed {seed}",
        "description": f"Generated with profile {profile} and seed {seed}. Edit it as you like.",
        **generated_answer(envelope, profile),
    }
    path = folder / f"{campaign_id}.json"
    try:
        CampaignFile.model_validate(document)
    except ValidationError as error:
        raise FixtureError(model_problems(error, str(path), CampaignFile)) from error
    if path.name == KEYS_FILE:
        message = f"the id cannot be {campaign_id!r}, since {KEYS_FILE} holds the API keys"
        raise FixtureError([Problem(str(path), "/id", "another id", repr(campaign_id), message)])
    data = (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.read_bytes() != data:
            message = "the file exists with other content; delete it, or choose another folder"
            raise FixtureError([Problem(str(path), "", "no file, or the same content", "other content", message)])
        path.write_bytes(data)
    except OSError as error:
        raise FixtureError([Problem(str(path), "", "a writable folder", error.strerror or str(error))]) from error
    return path
