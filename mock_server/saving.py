"""Generated campaigns as fixture files: the way to pin them for good."""

import json
from pathlib import Path
from typing import Any

from mock_server.errors import FixtureError, Problem
from mock_server.settings import Profile


def save_campaign(folder: Path, campaign_id: str, envelope: dict[str, Any], *, profile: Profile, seed: int) -> Path:
    """Write one fixture file, ``ID.json``.

    Raises:
        FixtureError: It is there already, with other content; or it cannot be written.
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
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    path = folder / f"{campaign_id}.json"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.read_text(encoding="utf-8") != text:
            raise FixtureError([Problem(str(path), "", "no such file yet, or the same content", "other content")])
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise FixtureError([Problem(str(path), "", "a place to write to", error.strerror or str(error))]) from error
    return path
