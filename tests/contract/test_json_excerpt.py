"""A message about a mistake in JSON shows what is there, and never a key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migma_contract.json_excerpt import near
from migma_contract.strict_json import parse

KEY = "mgma_sk_live_0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"a": 1 "b": 2}', """column 9, near '"b": 2}'"""),
        ("{'a': 1}", """column 2, near "'a': 1}\""""),
        ("<html>" + "é" * 100, "column 1, near '<html>" + "é" * 14 + "…'"),
        ('{"a": 1', "column 8, where the text ends"),
        ('{"a" \u202e}', "column 6, near '\\u202e}'"),
    ],
)
def test_the_text_at_the_place_is_shown_short_and_escaped(text, said):
    (problem,) = parse(text.encode(), quotes=True).problems("mine.json")
    assert str(problem).endswith(said)


def test_it_is_not_shown_unless_that_is_asked_for():
    """A file of keys is read by the same function."""
    (problem,) = parse(b'{"a": 1 "b": 2}').problems("mine.json")
    assert str(problem).endswith("column 9")


@pytest.mark.attack("secrets-in-errors")
@pytest.mark.parametrize("text", [f'{{"a": {KEY}}}', f'{{"a": "{KEY}" 1}}', '{"key": my-own-secret}', "Bearer my-own"])
def test_nothing_is_shown_near_a_key(text):
    """A key that is cut would not be recognized."""
    for at in range(len(text) + 1):
        assert near(text, at) == ""


@given(st.text(), st.integers(0, 50))
def test_it_is_one_short_line(text, at):
    assert len(near(text, at)) < 250
    assert near(text, at).isprintable()
