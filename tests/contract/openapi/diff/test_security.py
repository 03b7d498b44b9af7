"""Security: schemes, alternatives and scopes."""

import pytest
from small_apis import api, get

from migma_contract.openapi.diff import diff


def secured(*alternatives, schemes=None):
    schemes = schemes or {
        "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
        "bearer": {"type": "http", "scheme": "bearer"},
        "oauth": {"type": "oauth2", "flows": {}},
    }
    return api({"/pets": get()}, security=list(alternatives), components={"securitySchemes": schemes})


SECURITY = {
    "added": ([], [{"key": []}], {"security-added": "breaking"}),
    "removed": ([{"key": []}], [], {"security-loosened": "info"}),
    "optional": ([{"key": []}], [{"key": []}, {}], {"security-loosened": "info"}),
    "not optional any more": ([{"key": []}, {}], [{"key": []}], {"security-added": "breaking"}),
    "another alternative": ([{"key": []}], [{"key": []}, {"bearer": []}], {"security-loosened": "info"}),
    "an alternative less": ([{"key": []}, {"bearer": []}], [{"key": []}], {"security-alternative-removed": "breaking"}),
    "both": ([{"key": []}], [{"key": [], "bearer": []}], {"security-alternative-removed": "breaking"}),
    "a scope more": ([{"oauth": ["a"]}], [{"oauth": ["b", "a"]}], {"security-scope-added": "breaking"}),
    "a scope less": ([{"oauth": ["a", "b"]}], [{"oauth": ["b"]}], {"security-loosened": "info"}),
    "another order": ([{"key": []}, {"oauth": ["a", "b"]}], [{"oauth": ["b", "a"]}, {"key": []}], {}),
}


@pytest.mark.parametrize("name", SECURITY)
def test_security(changes, name):
    old, new, expected = SECURITY[name]
    assert changes(secured(*old), secured(*new)) == expected


def test_a_change_for_the_whole_document_is_one_change():
    old, new = (
        {**secured(*alternatives), "paths": {"/pets": get(), "/toys": get()}} for alternatives in ((), ({"key": []},))
    )
    del old["security"]
    (change,) = diff(old, new).changes
    assert (change.where, change.operations) == ("security", ("GET /pets", "GET /toys"))
    assert change.message == "GET /pets: a client must now prove who it is by header x-key."


def test_a_scheme_is_what_it_is_and_not_its_name(changes):
    old = secured({"key": []})
    same = secured({"k": []}, schemes={"k": {"type": "apiKey", "in": "header", "name": "x-key"}})
    other = secured({"key": []}, schemes={"key": {"type": "apiKey", "in": "query", "name": "key"}})
    assert changes(old, same) == {}
    assert changes(old, other) == {"security-alternative-removed": "breaking"}
