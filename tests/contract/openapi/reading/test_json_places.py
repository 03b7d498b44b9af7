"""Each place of a JSON document has its line and column."""

import json

from hypothesis import given
from hypothesis import strategies as st

from migma_contract.json_pointer import pointer
from migma_contract.openapi.reading.json_places import json_places
from migma_contract.resources import openapi_path

any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def pointers(node, path=()):
    yield pointer(*path)
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in items:
        yield from pointers(value, (*path, key))


def test_every_place_of_the_contract_has_the_line_and_column_of_its_key():
    text = openapi_path().read_text("utf-8")
    lines, places = text.splitlines(), json_places(text)
    assert set(places) == set(pointers(json.loads(text)))
    for where, (line, column) in places.items():
        key = where.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
        rest = lines[line - 1][column - 1 :]
        assert key.isdigit() or not key or rest.startswith(json.dumps(key, ensure_ascii=False))


@given(any_json, st.sampled_from([None, 1, 3]))
def test_every_place_of_any_document_is_found_and_there_are_no_others(value, spaces):
    assert set(json_places(json.dumps(value, indent=spaces))) == set(pointers(value))
