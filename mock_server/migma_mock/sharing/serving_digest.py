"""Tell if two processes serve the same: fixtures, contract, and the settings that decide what is replied."""

import hashlib
import json
from collections.abc import Iterable, Iterator

from migma_contract.openapi import Contract
from migma_mock.campaigns.fixtures import Fixtures
from migma_mock.faults.armed import InitialFault
from migma_mock.plans import parse_plan
from migma_mock.settings import Settings

_SETTINGS = (
    "strict_nullable",
    "rates",
    "seed",
    "unknown_id",
    "profile",
    "cors_origin",
    "strict_auth",
    "delay",
    "upstream",
    "retry_after",
    "gzip",
    "metadata",
)
"""Those whose values say all. Files that other settings name may lie elsewhere on another machine."""


def serving_digest(settings: Settings, contract: Contract, fixtures: Fixtures, faults: Iterable[InitialFault]) -> str:
    """Return what tells what a mock serves from what others do, without a word of it.

    Args:
        settings: The settings of the mock.
        contract: Its contract.
        fixtures: Its fixtures.
        faults: The faults that it has from the start.
    """
    digest = hashlib.sha256(contract.raw)
    for text in _texts(settings, fixtures, faults):
        digest.update(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest())
    return digest.hexdigest()


def _texts(settings: Settings, fixtures: Fixtures, faults: Iterable[InitialFault]) -> Iterator[str]:
    yield repr([getattr(settings, name) for name in _SETTINGS])
    yield repr(parse_plan(settings.plan))
    for spec, scenario in faults:
        yield repr((spec.model_dump(mode="json"), scenario))
    for campaign_id, campaign in sorted(fixtures.campaigns.items()):
        yield json.dumps([campaign_id, campaign.document], sort_keys=True, default=str)
    yield from sorted(repr((each.key.reveal(), each.revoked, each.permissions)) for each in fixtures.keys)
