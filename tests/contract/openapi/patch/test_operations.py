"""The operations between two documents, as a JSON Patch with tests and as an Overlay."""

import copy
import re

import pytest

from migma_contract.openapi.patch.draft import Draft
from migma_contract.openapi.patch.evidence import Evidence
from migma_contract.openapi.patch.json_path import json_path
from migma_contract.openapi.patch.operation import PatchError, apply_json_patch, differences, json_patch
from migma_contract.openapi.patch.overlay import overlay

OLD = {
    "openapi": "3.1.0",
    "paths": {"/v1/it's": {"get": {"tags": ["a"], "x": True}}},
    "components": {
        "schemas": {
            "Rate": {"type": "number", "const": 1},
            "Stats": {
                "type": "object",
                "allOf": [
                    {"properties": {"rate": {"$ref": "#/components/schemas/Rate"}}},
                    {"required": ["rate"]},
                ],
            },
            "Other": {"items": {"$ref": "#/components/schemas/Rate"}},
        }
    },
}
SEEN = Evidence("wrong-type", "200 /data/rate", 3, '"x" (string)')


def new_document():
    new = copy.deepcopy(OLD)
    new["paths"]["/v1/it's"]["get"]["tags"] = ["a", "b"]
    new["paths"]["/v1/it's"]["get"]["x"] = 1
    schemas = new["components"]["schemas"]
    del schemas["Rate"]["const"]
    del schemas["Stats"]["allOf"][1]["required"]
    schemas["Stats"]["allOf"][0]["properties"]["new~/'\"é"] = {"type": ["integer", "null"]}
    return new


def apply_overlay(document, found):
    """Apply an Overlay as its specification says: updates merge objects, and replace other values."""
    document = copy.deepcopy(document)
    for action in found["actions"]:
        *way, last = [
            int(index) if index else name or re.sub(r"\\(.)", r"\1", quoted)
            for name, index, quoted in re.findall(r"\.(\w+)|\[(\d+)\]|\['((?:[^'\\]|\\.)*)'\]", action["target"])
        ]
        around = document
        for key in way:
            around = around[key]
        assert isinstance(around[last], dict | list)
        if action.get("remove"):
            del around[last]
        else:
            merge(around[last], action["update"])
    return document


def merge(target, update):
    for name, value in update.items():
        if isinstance(value, dict) and isinstance(target.get(name), dict):
            merge(target[name], value)
        elif isinstance(value, list) and isinstance(target.get(name), list):
            target[name] += value
        else:
            target[name] = value


def test_a_json_patch_and_an_overlay_make_the_new_document():
    new = new_document()
    operations = differences(OLD, new)
    assert {(each.op, each.path) for each in operations} == {
        ("replace", "/paths/~1v1~1it's/get/tags"),
        ("replace", "/paths/~1v1~1it's/get/x"),  # true is not 1
        ("replace", "/components/schemas/Rate"),  # an Overlay cannot remove a plain value alone
        ("remove", "/components/schemas/Stats/allOf/1/required"),
        ("add", "/components/schemas/Stats/allOf/0/properties/new~0~1'\"é"),
    }
    before = copy.deepcopy(OLD)
    assert apply_json_patch(OLD, json_patch(OLD, operations)) == new
    assert before == OLD
    found = overlay(OLD, operations, title="Changes", version="1")
    assert apply_overlay(OLD, found) == new
    assert (found["overlay"], found["info"]) == ("1.0.0", {"title": "Changes", "version": "1"})
    assert json_path(new, "/components/schemas/Stats/allOf/0/properties/new~0~1'\"é").endswith(
        """.allOf[0].properties['new~/\\'"é']"""
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document["components"]["schemas"]["Rate"].update(type="string"),
        lambda document: document["components"]["schemas"]["Stats"]["allOf"][0]["properties"].update(other={}),
        lambda document: document["components"]["schemas"]["Stats"]["allOf"].pop(),
        lambda document: document["paths"].clear(),
    ],
)
def test_a_json_patch_is_refused_by_a_document_that_changed_where_it_applies(change):
    patch = json_patch(OLD, differences(OLD, new_document()))
    other = copy.deepcopy(OLD)
    change(other)
    with pytest.raises(PatchError):
        apply_json_patch(other, patch)
    other = {**copy.deepcopy(OLD), "info": {}}
    assert apply_json_patch(other, patch)["info"] == {}


def test_an_operation_has_its_evidence_effect_and_the_users_of_its_component():
    draft = Draft(OLD)
    draft.put_schema("/components/schemas/Rate", {"type": ["number", "string"], "const": 1}, [SEEN])
    draft.put("/components/schemas/Stats/allOf/0/properties", "new", {}, SEEN, "additive")
    draft.put("/components/schemas/Stats/made/on", "the", "way", SEEN, "additive")
    rate, new, made = json_patch(OLD, draft.operations())[-3:]
    assert rate == {
        "op": "replace",
        "path": "/components/schemas/Rate/type",
        "value": ["number", "string"],
        "effect": "breaking",
        "usedBy": [
            "/components/schemas/Stats/allOf/0/properties/rate",
            "/components/schemas/Other/items",
        ],
        "evidence": [SEEN._asdict()],
    }
    assert (new["effect"], new["evidence"], made["value"]) == ("additive", [SEEN._asdict()], {"on": {"the": "way"}})
    assert str(SEEN) == 'wrong-type at 200 /data/rate: "x" (string) in exchange 3'


def test_a_draft_leaves_out_changes_of_another_effect():
    for only, kept in (("additive", ["/components/new"]), ("breaking", ["/components/schemas/Rate/type", "/paths"])):
        draft = Draft(OLD, only)
        draft.put("/components", "new", {}, SEEN, "additive")
        draft.put_schema("/components/schemas/Rate", {"type": "integer", "const": 1}, [SEEN])
        draft.remove("", "paths", SEEN)
        assert sorted(each.path for each in draft.operations()) == kept
