"""Generated campaigns as fixture files: the way to pin them for good."""

import json
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from migma_contract.errors import FixtureError, Problem
from migma_mock.campaigns.campaign_file import CampaignFile
from migma_mock.campaigns.fixtures import KEYS_FILE
from migma_mock.generation.profile import Profile
from migma_mock.input_models import model_problems


def write_campaign(folder: Path, campaign_id: str, envelope: dict[str, Any], *, profile: Profile, seed: int) -> Path:
    """Write one fixture file, ``ID.json``.

    Raises:
        FixtureError: It is there already, with other content; it cannot be written; or a file cannot have that id.
    """
    document: dict[str, Any] = {
        "id": campaign_id,
        "title": f"Generated ({profile}), seed {seed}",
        "description": f"Drawn by Hypothesis: profile {profile}, seed {seed}. Edit it as you like.",
    }
    if profile == "schema":
        document["reply"] = {"status": 200, "body": envelope}
        document["incoherent"] = True
    else:
        document["stats"] = envelope["data"]
    path = folder / f"{campaign_id}.json"
    try:
        CampaignFile.model_validate(document)
    except ValidationError as error:
        raise FixtureError(model_problems(error, str(path), CampaignFile)) from error
    if path.name == KEYS_FILE:
        raise FixtureError([Problem(str(path), "/id", f"an id other than that of {KEYS_FILE}", repr(campaign_id))])
    data = (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.read_bytes() != data:
            raise FixtureError([Problem(str(path), "", "no such file yet, or the same content", "other content")])
        path.write_bytes(data)
    except OSError as error:
        raise FixtureError([Problem(str(path), "", "a place to write to", error.strerror or str(error))]) from error
    return path
