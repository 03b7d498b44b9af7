"""docs/security.md: its numbers are those of the tests, each kind of attack has tests, each mark has a known kind."""

import re
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import pytest
from attacks import ATTACKS, attack_cases

from tools.security_page import COMMAND, PAGE, with_cases

TESTS = Path(__file__).parents[1]
MARKS = {
    file: set(re.findall(r"\bmark\.attack\(([^)]*)\)", file.read_text("utf-8")))
    for file in TESTS.rglob("test_*.py")
    if file != Path(__file__)
}
MARKED = {file: marks for file, marks in MARKS.items() if marks}


def test_every_mark_has_a_known_kind_and_every_kind_has_tests():
    known = {f'"{kind}"' for kind in ATTACKS}
    unknown = {file.name: marks - known for file, marks in MARKED.items() if marks - known}
    assert unknown == {}, "the kinds are in tests/attacks.py"
    assert set().union(*MARKED.values()) == known


def test_the_numbers_are_those_of_the_tests(collected):
    """A run of all tests has collected them anyway; collecting them for this test alone would take half a minute."""
    if not MARKED.keys() <= {item.path for item in collected}:
        pytest.skip("only a run of all tests knows how many there are")
    page = PAGE.read_text("utf-8")
    assert page == with_cases(page, ATTACKS, attack_cases(collected)), f"it is out of date: run `{COMMAND}`"


def case(file, *kinds, long=False):
    """A test case as pytest has it."""
    return SimpleNamespace(
        path=TESTS / file,
        config=SimpleNamespace(rootpath=TESTS.parent),
        get_closest_marker=lambda name: long,
        iter_markers=lambda name: [SimpleNamespace(args=(kind,)) for kind in kinds],
    )


def test_cases_are_counted_by_kind_file_and_length():
    cases = attack_cases(
        [
            case("a.py", "links"),
            case("a.py", "links", "links", "markup"),
            case("b.py", "links", long=True),
            case("c.py"),
        ]
    )
    assert cases == {
        "links": {"tests/a.py": Counter(quick=2), "tests/b.py": Counter(long=1)},
        "markup": {"tests/a.py": Counter(quick=1)},
    }


def test_a_kind_without_cases_and_both_lengths_are_shown():
    attacks = {"links": ("a link", "refused"), "memory": ("much", "bounded")}
    before = "# Security\n<!-- made from the tests -->\nwas there\n<!-- end -->\nafter\n"
    text = with_cases(
        before, attacks, attack_cases([case("a.py", "links"), case("a.py", "links", long=True)]) | {"memory": {}}
    )
    assert "| links | a link | refused | 1 | 1 |\n| memory | much | bounded | 0 | – |" in text
    assert "- links: `tests/a.py` 2" in text
    assert "was there" not in text
    assert text.endswith("<!-- end -->\nafter\n")
