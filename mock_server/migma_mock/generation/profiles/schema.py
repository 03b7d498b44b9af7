"""The profile ``schema``: anything that a schema of the contract allows, drawn by Schemathesis.

Schemathesis draws request bodies, so a copy of the document gets one more operation, whose request body has the schema
of the response. The schema is not typed again, and ``nullable`` is applied as the contract means it.
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
    """Return a strategy for bodies that the schema of the success response allows."""
    success = contract.operation.success
    return _allowed(contract, str(success.schema_pointer)).filter(
        lambda body: is_json(body) and not success.violations(body)
    )


def campaign_stats(contract: Contract) -> st.SearchStrategy[dict[str, Any]]:
    """Return a strategy for stats that the schema of ``data`` allows."""
    success = contract.operation.success
    return _allowed(contract, contract.stats_pointer).filter(
        lambda stats: is_json(stats) and not success.violations({"success": True, "data": stats})
    )


def is_json(value: object) -> bool:
    """True if every JSON parser accepts the value: finite numbers, no lone surrogates."""
    return not parse(json.dumps(value).encode()).defects


def _allowed(contract: Contract, pointer: str) -> st.SearchStrategy[Any]:
    drawn = {
        "security": [],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": lookup(contract.document, pointer)}},
        },
        "responses": {"200": {"description": "Never sent."}},
    }
    paths = {**contract.document["paths"], _PATH: {"post": drawn}}
    # An explicit configuration, since the default one is read from files in the user's working directory.
    schema = schemathesis.openapi.from_dict({**contract.document, "paths": paths}, config=schemathesis.Config())
    return schema[_PATH]["POST"].as_strategy().map(lambda case: case.body)
