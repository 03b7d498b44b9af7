"""Make a folder of fixtures to start from."""

import json
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from migma_contract.openapi import Contract
from migma_contract.resources import fixtures_path
from migma_mock.campaigns.campaign_schema import SCHEMA_FILE, campaign_schema
from migma_mock.campaigns.file_names import KEYS_FILE, file_name
from migma_mock.campaigns.fixture_writer import write_new_file

_ID = "my-first-campaign"
_KEY_BYTES = 16


class NewFile(NamedTuple):
    """A file of a new folder.

    Attributes:
        path: Its path.
        purpose: What it is for, in a few words.
        is_kept: True if there was a file of that name, which stays as it was.
    """

    path: Path
    purpose: str
    is_kept: bool


def make_folder(folder: Path, contract: Contract) -> Iterator[NewFile]:
    """Write the files of a new folder, each unless it exists, and yield them.

    Raises:
        FixtureError: A file cannot be written.
    """
    texts = {
        file_name(_ID): ("a campaign to edit", _json(_example())),
        KEYS_FILE: ("an API key of your own", _json(_keys())),
        SCHEMA_FILE: ("the JSON Schema of campaigns, for editors", campaign_schema(contract)),
    }
    for name, (purpose, text) in texts.items():
        path = folder / name
        is_kept = os.path.lexists(path)
        if not is_kept:
            write_new_file(path, text)
        yield NewFile(path, purpose, is_kept)


def _example() -> dict[str, Any]:
    newsletter = json.loads((fixtures_path() / "campaigns" / "newsletter.json").read_bytes())
    return {
        "$schema": SCHEMA_FILE,
        "id": _ID,
        "title": "My first campaign",
        "description": "Edit the numbers and save: the mock serves them at once.",
        "stats": newsletter["stats"],
    }


def _keys() -> dict[str, Any]:
    key = f"mgma_sk_test_{secrets.token_hex(_KEY_BYTES)}"
    return {"keys": [{"key": key, "title": "Works: it may read campaign stats"}]}


def _json(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
