"""Valid JSON of any depth is JSON for a check: what is too deep is left out, whatever is beside it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migma_contract.deep_json import MAX_DEPTH, load_any_depth
from migma_contract.json_cut import MAX_VALUES
from migma_contract.strict_json import parse, parse_as_written

pytestmark = pytest.mark.attack("hostile-bodies")

DEPTHS = [MAX_DEPTH, 500, 100_000]
DEEPER_THAN_PYTHON_READS = 5_000
NAMES = frozenset({"success", "data"})


def nested(depth, kind="[]"):
    """A value within so many lists or objects, with brackets and escapes in texts."""
    opening = {"[]": '["]}\\\\", ', "{}": '{"[{\\"": 1, "a": '}[kind]
    return opening * depth + "0" + kind[1] * depth


def judged(text):
    return parse(text.encode(), MAX_VALUES, NAMES)


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("kind", ["[]", "{}"])
@pytest.mark.parametrize("order", [1, -1])
def test_a_deep_value_changes_nothing_beside_it(depth, kind, order):
    """Not even with many other values, or if it comes last."""
    fields = ['"success": true', '"data": {"totalSent": 1}', f'"new": {nested(depth, kind)}'][::order]
    for more in ([], [f'"m{number}": 0' for number in range(2 * MAX_VALUES)]):
        parsed = judged(f"{{{', '.join([*fields, *more])}}}")
        assert parsed.readable
        assert parsed.defects == []
        assert {name: parsed.value[name] for name in NAMES} == {"success": True, "data": {"totalSent": 1}}
        assert more or parsed.cut.is_deep


def test_nothing_is_too_deep_up_to_the_limit():
    at_limit = judged("[" * MAX_DEPTH + "0" + "]" * MAX_DEPTH)
    assert not at_limit.cut.is_deep
    assert judged("[" * (MAX_DEPTH + 1) + "0" + "]" * (MAX_DEPTH + 1)).cut.is_deep


@pytest.mark.parametrize("text", ["[" * 100_000, "[" * 100_000 + "}" * 100_000, '{"a":' * 100_000 + "]"])
def test_a_deep_text_that_is_no_json_is_none(text):
    assert not judged(text).readable


@pytest.mark.parametrize("depth", DEPTHS)
def test_numbers_as_written_are_read_at_any_depth(depth):
    value = parse_as_written(f'{{"totalSent": 1.0, "new": {nested(depth)}}}'.encode())
    assert value["totalSent"] == "1.0"


@given(
    st.recursive(st.text('[]{}\\"') | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))
)
def test_what_is_beside_a_deep_value_is_read_as_it_is(value):
    text = f"[{json.dumps(value)}, {nested(DEEPER_THAN_PYTHON_READS)}, {json.dumps(value)}]"
    first, _, last = load_any_depth(text)
    assert first == last == value
