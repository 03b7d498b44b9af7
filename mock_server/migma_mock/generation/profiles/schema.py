"""The profile ``schema``: anything that a schema of the contract admits, drawn by Schemathesis.

Schemathesis draws request bodies. So a copy of the document gets one more operation, whose request body
has the response's schema; nothing of the schema is retyped, and ``nullable`` is read as intended.
"""

import json
from typing import Any

import schemathesis
from hypothesis import strategies as st

from migma_contract.json_pointer import lookup
from migma_contract.openapi import Contract
from migma_contract.strict_json import parse

_PATH = "/drawn"


def envelopes(contract: Contract) -> st.SearchStrategy[dict[str, Any]]:
    """Bodies that the schema of the documented success answer admits."""
    success = contract.operation.success
    return _admitted(contract, str(success.schema_pointer)).filter(
        lambda body: is_json(body) and not success.violations(body)
    )


def campaign_stats(contract: Contract) -> st.SearchStrategy[dict[str, Any]]:
    """What the schema of ``data`` admits."""
    success = contract.operation.success
    return _admitted(contract, contract.stats_pointer).filter(
        lambda stats: is_json(stats) and not success.violations({"success": True, "data": stats})
    )


def is_json(value: object) -> bool:
    """Whether a value can be sent as JSON that every reader takes: finite numbers, no half surrogate pairs."""
    return not parse(json.dumps(value).encode()).defects


def _admitted(contract: Contract, pointer: str) -> st.SearchStrategy[Any]:
    drawn = {
        "security": [],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": lookup(contract.document, pointer)}},
        },
        "responses": {"200": {"description": "Never sent."}},
    }
    paths = {**contract.document["paths"], _PATH: {"post": drawn}}
    # A configuration of our own, since the default is read from files around the user's working directory.
    schema = schemathesis.openapi.from_dict({**contract.document, "paths": paths}, config=schemathesis.Config())
    return schema[_PATH]["POST"].as_strategy().map(lambda case: case.body)
