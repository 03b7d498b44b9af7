"""A JSON value is cut to a number of values: small objects and lists stay, and what is left out is counted."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migma_contract.exchange import _parse_body
from migma_contract.json_cut import MAX_VALUES, cut
from migma_contract.strict_json import parse

VALUES = st.recursive(
    st.none() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.text(max_size=3), inner, max_size=6),
    max_leaves=40,
)


def empty_like(value):
    return type(value)()


def size(value):
    """Return the number of values within a value."""
    if not isinstance(value, dict | list):
        return 0
    inner = list(value.values()) if isinstance(value, dict) else value
    return len(inner) + sum(map(size, inner))


def is_part(kept, whole):
    """True if a value is the whole with members left out."""
    if isinstance(whole, dict):
        return isinstance(kept, dict) and all(name in whole and is_part(kept[name], whole[name]) for name in kept)
    if isinstance(whole, list):
        return isinstance(kept, list) and all(map(is_part, kept, whole[: len(kept)])) and len(kept) <= len(whole)
    return kept == whole


@given(VALUES, st.integers(0, 40))
def test_a_cut_has_at_most_as_many_values_as_are_wanted_and_all_if_there_are_no_more(value, limit):
    found = cut(value, empty_like, limit)
    assert is_part(found.value, value)
    if size(value) <= limit:
        assert found.value is value
        assert (found.left_out, found.sizes) == (0, {})
    else:
        assert size(found.value) == limit
        assert found.left_out > 0


@given(VALUES)
def test_a_large_list_beside_an_object_leaves_the_object_whole(value):
    whole = {"list": [0] * 500, "value": {"inner": value}, "many": {str(number): [] for number in range(500)}}
    found = cut(whole, empty_like, 200 + size(value))
    assert found.value["value"] == whole["value"]
    assert found.sizes.keys() <= {"/list", "/many"}


def test_the_place_of_a_cut_has_the_number_of_its_members():
    found = cut({"data": {"a/b": list(range(9))}, "more": {}}, empty_like, 5)
    assert found.sizes == {"/data/a~1b": 9}
    assert found.left_out == 7
    assert found.value == {"data": {"a/b": [0, 1]}, "more": {}}


@pytest.mark.attack("hostile-bodies")
def test_places_are_named_on_the_outer_levels_only_so_that_no_names_are_copied_often():
    deep = '{"a":' * 6 + "[0,0,0]" + "}" * 6
    assert cut(json.loads(deep), empty_like, 7).sizes == {}
    assert cut(json.loads(deep), empty_like, 7).left_out == 2


@pytest.mark.attack("hostile-bodies")
@pytest.mark.parametrize("times", [1, 2])
def test_the_work_on_a_body_ends_with_the_values_that_are_judged(times):
    """The defects that are listed, and so the steps of the search, do not grow with a body beyond the limit."""
    body = b"[" + b",".join([b'"\\ud800"'] * (MAX_VALUES * 2 * times)) + b"]"
    parsed = _parse_body(body)
    assert len(parsed.value) == MAX_VALUES
    counted = parsed.defects[-1].got
    assert counted == f"the same at {MAX_VALUES - 1000} more places, which are not listed"
    assert parsed.cut.left_out == MAX_VALUES * (2 * times - 1)


def test_duplicates_that_were_left_out_are_no_defects_and_those_that_stay_are():
    body = b'{"z":1,"z":2,' + b",".join(b'"a%d":1' % number for number in range(MAX_VALUES)) + b',"y":1,"y":2}'
    assert [defect.pointer for defect in parse(body, MAX_VALUES).defects] == ["/z"]
    assert [defect.pointer for defect in parse(body).defects] == ["/z", "/y"]


@given(st.integers(0, 60))
def test_fields_with_the_names_are_kept_before_all_others(number):
    """In such fields too, whatever is around them."""
    many = {str(index): {"inner": index} for index in range(number)}
    whole = {"junk": many, **many, "data": {**many, "wanted": 1, **many, "data": {"wanted": 2}}, "list": [many] * 3}
    found = cut(whole, empty_like, 4, frozenset({"data", "wanted"}))
    assert found.value == {"data": {"wanted": 1, "data": {"wanted": 2}}}
    assert found.left_out > 0
