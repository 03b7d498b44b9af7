"""Documents that would take hours or all memory to compile are refused, with the place."""

import json

import pytest

from migma_contract.errors import ContractError
from migma_contract.openapi import parse_contract
from migma_contract.resources import openapi_path

pytestmark = pytest.mark.attack("hostile-input")


@pytest.fixture
def compiled():
    """Compiles the published contract with further schemas, of which the stats have to satisfy the first."""

    def compile_with(schemas):
        document = json.loads(openapi_path().read_bytes())
        stats = document["components"]["schemas"]["CampaignStats"]
        document["components"]["schemas"] |= schemas
        stats["allOf"] = [{"$ref": "#/components/schemas/S0"}]
        return parse_contract(json.dumps(document).encode(), source="openapi.json")

    return compile_with


def reference(number):
    return {"$ref": f"#/components/schemas/S{number}"}


def test_schemas_that_each_refer_twice_to_the_next_are_refused(compiled):
    """Forty of them have a billion times a thousand parts once they are compiled."""
    schemas = {f"S{n}": {"allOf": [reference(n + 1), reference(n + 1)]} for n in range(40)}
    with pytest.raises(ContractError, match="at most 5000 references, counted through references, got more"):
        compiled(schemas | {"S40": {}})


def test_a_long_chain_of_references_is_refused(compiled):
    with pytest.raises(ContractError, match="at most 5000 references one after the other, got more"):
        compiled({f"S{n}": reference(n + 1) for n in range(6000)} | {"S6000": {}})


def test_schemas_that_refer_to_each_other_are_compiled(compiled):
    """A circle is no copy."""
    schemas = {f"S{n}": {"properties": {"next": reference((n + 1) % 3), "first": reference(0)}} for n in range(3)}
    assert compiled(schemas).operation.success.validator


def test_the_notice_about_nullable_lists_some_places_and_counts_the_others(compiled):
    properties = {f"p{n}": {"type": "integer", "nullable": True} for n in range(500)}
    notice = compiled({"S0": {"properties": properties}}).notices[0]
    assert notice.count("/components/") == 20
    assert notice.endswith(" and 482 more places.")
