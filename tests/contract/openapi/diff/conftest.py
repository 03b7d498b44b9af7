"""Small documents for tests of the comparison."""

import copy
import sys
from pathlib import Path

import pytest

from migma_contract.json_pointer import lookup
from migma_contract.openapi.diff import diff

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def document():
    """Makes a document with one operation; what is not given is what most documents have."""

    def make(request=None, response=None, *, version="3.1.0", components=None, **operation):
        node = {"responses": {"200": {"description": "OK"}}}
        if request is not None:
            node["requestBody"] = {"required": True, "content": {"application/json": {"schema": request}}}
        if response is not None:
            node["responses"]["200"]["content"] = {"application/json": {"schema": response}}
        node |= operation
        return {"openapi": version, "paths": {"/pets": {"post": node}}, "components": components or {}}

    return make


@pytest.fixture
def changes():
    """Compares two documents, and returns the level of each rule that has a change.

    Neither document is changed, and the pointers of each change lead to places in them.
    """

    def compare(old, new, **options):
        before = copy.deepcopy((old, new))
        found = diff(old, new, **options).changes
        assert (old, new) == before
        for change in found:
            lookup(old, change.pointer)
            lookup(new, change.new_pointer)
        return {change.rule: change.level.value for change in found}

    return compare
