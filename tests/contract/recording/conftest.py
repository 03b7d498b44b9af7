"""Responses, and what records them."""

import json
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from sample_response import CAMPAIGN as ID
from sample_response import KEY, STATS

from migma_contract.exchange import Exchange
from migma_contract.recording import Recorder, SecretRemover
from migma_contract.redaction import Secret


def response(body, status=200, *, headers=(("content-type", "application/json"),), failure=None):
    """The exchange of a read; a body that is not bytes is JSON."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    now = datetime(2026, 3, 1, 10, 0, tzinfo=UTC)
    url = f"https://api.migma.ai/v1/campaigns/{ID}/stats"
    return Exchange("campaign", "GET", url, ID, (), now, 0.1, status, tuple(headers), raw, failure)


@pytest.fixture(scope="session")
def recording(contract):
    """Makes responses, and records them: ``recording.of(response, jitter=…)`` is the content of the file."""

    def recorder(*, cookies=(), **options):
        return Recorder(contract, "https://api.migma.ai", SecretRemover(Secret(KEY), cookies), **options)

    def of(exchange, **options):
        return json.loads(recorder(**options).record(exchange, ID).text)

    def stats(**changes):
        return response({"success": True, "data": {**STATS, **changes}})

    return SimpleNamespace(id=ID, key=KEY, fields=STATS, response=response, stats=stats, recorder=recorder, of=of)
