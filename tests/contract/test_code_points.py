"""Names are shown with the code points of characters that look like others, or like nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migma_contract.code_points import with_code_points


@pytest.mark.parametrize(
    ("name", "points"),
    [
        ("t\u043etalSent", "U+043E"),
        ("total\u200bSent", "U+200B"),
        ("total\u00a0Sent", "U+00A0"),
        ("totalSent ", "U+0020"),
        (" totalSent", "U+0020"),
        ("total\x07Sent", "U+0007"),
        ("a\U000e0041", "U+E0041"),
        ("\u0430\u0431\u0430", "U+0430, U+0431"),
        ("\u0430\u0431\u0432\u0433\u0434\u0435", "U+0430, U+0431, U+0432, U+0433, U+0434, …"),
    ],
)
def test_unusual_characters_are_named_once_each(name, points):
    assert with_code_points(name) == f"{name} ({points})"


@pytest.mark.parametrize("name", ["totalSent", "200 /data/totalSent", "a b", "~!", "", "long…"])
def test_usual_names_stay(name):
    assert with_code_points(name) == name


@given(st.text(min_size=1))
def test_a_name_without_a_note_is_printable_ascii(name):
    if with_code_points(name) == name:
        assert all(" " <= char <= "~" or char == "…" for char in name)
        assert name.strip(" ") == name
