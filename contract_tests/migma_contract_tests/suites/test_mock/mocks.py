"""The mocks to check: one with the built-in fixtures, and ones that generate a campaign for any id."""

import json
from typing import Any

from fastapi import FastAPI

from migma_contract.ids_of_nobody import IDS_OF_NOBODY
from migma_contract.resources import fixtures_path
from migma_contract_tests.suites.mock_suite import MockSuite
from migma_mock import create_app

PLAIN: dict[str, Any] = {  # whatever MIGMA_MOCK_… variables say
    "builtin": True,
    "metadata": False,
    "rates": "fraction",
    "reload": False,
    "seed": 0,
    "strict_nullable": False,
    "unknown_id": "not-found",
}
APP = create_app(**PLAIN)
CONTRACT = APP.state.mock.contract
KEY, CAMPAIGN = APP.state.mock.example_key, APP.state.mock.example_id
BEARER = f"Bearer {KEY}"
FIXTURES = [json.loads(path.read_bytes()) for path in sorted((fixtures_path() / "campaigns").glob("*.json"))]
STATIC = [file for file in FIXTURES if {"stats", "reply"} & set(file)]
SERVED = {file["id"] for file in STATIC if "stats" in file}
UNKNOWN_ID = "0" * 24


def path(campaign_id: str) -> str:
    """Return the contract's path for an id that needs no encoding."""
    return f"{CONTRACT.operation.prefix}{campaign_id}{CONTRACT.operation.suffix}"


def is_generated(campaign_id: str) -> bool:
    """True if a mock that generates has a campaign for an id; what is not UTF-8 has a replacement character here."""
    return campaign_id not in {"", ".", "..", *IDS_OF_NOBODY} and "\N{REPLACEMENT CHARACTER}" not in campaign_id


def generating(profile: str) -> FastAPI:
    """Return a mock that generates a campaign for any id."""
    return create_app(**{**PLAIN, "unknown_id": "generate", "profile": profile})


def suite_of(app: FastAPI) -> MockSuite:
    """Return the suite for a mock that generates campaigns."""
    return MockSuite(app, CONTRACT, KEY, is_known=lambda one: one in SERVED or is_generated(one))


KNOWN = MockSuite(APP, CONTRACT, KEY, is_known=SERVED.__contains__, campaign_id=CAMPAIGN)
GENERATED = suite_of(generating("realistic"))
