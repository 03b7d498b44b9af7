"""A document that cannot be read is refused with its line and column."""

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from migma_contract.errors import ContractError, Problem
from migma_contract.openapi import parse_contract
from migma_contract.openapi.reading import read_document
from migma_contract.openapi.reading.yaml_document import MAX_ALIASED
from migma_contract.resources import openapi_path

PUBLISHED = openapi_path().read_bytes()

REFUSED = {
    "a duplicate key": ("a: 1\nb:\n  c: 1\n  c: 2\n", "at /b/c (line 4, column 3): expected each key once", "line 3"),
    "a status twice": ("200: a\n'200': b\n", "at /200 (line 2, column 1)", '"200" (string) again'),
    "a tab": ("a:\n\t- b\n", "not valid YAML at line 2, column 1", "a tab, where only spaces indent"),
    "a value with a colon": ("a: b: c\n", "not valid YAML at line 1, column 5", "mapping values"),
    "a reserved character": ("a: @b\n", "line 1, column 4", "'@' needs quotes"),
    "an open bracket": ("a: [1\nb: 2\n", "line 2, column 2", "flow sequence that begins at line 1"),
    "an open quote": ("a: 'x\n", "not valid YAML at line 2", "quoted scalar"),
    "two documents": ("a: 1\n---\nb: 2\n", "(line 2, column 1)", "expected one YAML document"),
    "YAML 2": ("%YAML 2.0\n---\na: 1\n", "line 1, column 1", "incompatible"),
    "an infinity": ("a: .inf\n", "at /a (line 1, column 4)", "a finite number"),
    "not a number": ("a: [1, .NaN]\n", "at /a/1 (line 1, column 8)", "a finite number"),
    "beyond a double": ("a: 1e999\n", "at /a (line 1, column 4)", "beyond the range of a double"),
    "thousands of digits": (f"a: {'9' * 5000}\n", "at /a (line 1, column 4)", "beyond the range of a double"),
    "a tag of a language": ("a: !!python/name:os.system x\n", "at /a (line 1, column 4)", "python/name:os.system"),
    "a tag of a tool": ("a: !Ref x\n", "at /a (line 1, column 4)", "no tag, or one of the core schema"),
    "binary data": ("a: !!binary aGk=\n", "at /a (line 1, column 4)", "2002:binary"),
    "a number of another tag": ("a: !!int x\n", "at /a (line 1, column 4)", "a value of the tag !!int"),
    "a set": ("a: !!set {b}\n", "at /a (line 1, column 4)", "2002:set"),
    "an array as a key": ("[a]: b\n", "(line 1, column 1)", "a key that is text"),
    "braces as a key": ("paths:\n  {id}: x\n", "at /paths (line 2, column 3)", "a key that is text"),
    "an alias of nothing": ("a: *b\n", "at /a (line 1, column 4)", "an anchor &b before its alias *b"),
    "an alias of itself": ("a: &a\n  b: *a\n", "at /a/b (line 2, column 6)", "in the part that it stands for"),
    "a merge of text": ("a:\n  <<: b\n", "at /a/<< (line 2, column 3)", "an array of objects, to merge"),
    "a control character": ("a: 1\nb: \x01\n", "(line 2, column 4)", "U+0001"),
    "deep nesting": ("".join(f"{' ' * level}a:\n" for level in range(70)), "line 65", "64 levels"),
    "deep brackets": ("- " + "[" * 500, "line 1", "64 levels"),
    "very deep brackets": ("- " + "[" * 50_000, "line 1", "nesting"),  # libyaml may refuse them itself
    "an alias that is deep": ("a: &a " + "[" * 40 + "]" * 40 + "\nb: " + "[" * 40 + "*a" + "]" * 40, "line 2", "64"),
}


def refusal(content, source="mine.yaml"):
    with pytest.raises(ContractError) as caught:
        read_document(content if isinstance(content, bytes) else content.encode(), source)
    return str(caught.value)


@pytest.mark.attack("hostile-input")
@pytest.mark.parametrize("kind", REFUSED)
def test_yaml_is_refused_with_its_place(kind):
    text, place, reason = REFUSED[kind]
    message = refusal(text)
    assert message.startswith("the contract cannot be used: mine.yaml")
    assert place in message
    assert reason in message


def laughs(levels):
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, levels)]
    return "\n".join(lines)


@pytest.mark.attack("hostile-input")
def test_aliases_of_aliases_are_counted():
    """A billion values from nine lines: refused when the aliases would add more than the bound."""
    assert f"at most {MAX_ALIASED} values" in refusal(laughs(9))
    assert len(read_document(laughs(4).encode(), "mine.yaml").root["a3"]) == 10


def test_every_duplicate_key_is_listed():
    message = refusal("a: 1\na: 2\nb: 1\nb: 2\n")
    assert message.count("again") == 2


@pytest.mark.attack("hostile-input")
def test_thousands_of_mistakes_are_listed_to_a_bound():
    assert refusal("a: 1\n" * 5000).count("again") == 100


def test_text_in_another_encoding_is_named_with_its_line():
    assert "expected text in UTF-8, got byte 0xe9 at line 2" in refusal(b"a: 1\nb: caf\xe9\n")


def test_json_keeps_its_own_messages():
    """With the line also where the parser tells only a pointer; comments are not JSON."""
    assert "at /b (line 3, column 2): expected each key once" in refusal('{"a": 1,\n"b": 1,\n "b": 2}', "mine.json")
    assert "not valid JSON at line 1, column 1" in refusal("// mine\n{}", "mine.json")
    assert "not valid JSON at line 2, column" in refusal('{\n"a" 1}', "mine.json")


def test_a_web_page_is_called_one():
    page = "<!-- saved -->\n<!DOCTYPE html>\n<html><head><title>\n Sign in </title></head></html>"
    assert "got a web page (HTML), titled “Sign in”" in refusal(page, "openapi.json")


def test_what_the_loader_finds_has_a_line_in_each_format():
    """The same mistake, in the published JSON and in the same document as YAML."""
    document = read_document(PUBLISHED, "openapi.json").root
    del document["paths"]["/v1/campaigns/{id}/stats"]["get"]["responses"]["200"]["content"]
    text = yaml.safe_dump(document, sort_keys=False)
    with pytest.raises(ContractError) as caught:
        parse_contract(text.encode(), source="mine.yaml")
    (problem,) = caught.value.problems
    place = problem.place
    assert text.splitlines()[place.line - 1][place.column - 1 :].startswith("responses:")
    assert f"(line {place.line}, column {place.column})" in str(problem)


PAGE = (Path(__file__).parent / "samples/get-campaign-stats.md").read_bytes()
YAML = PAGE.partition(b"````yaml")[2].partition(b"\n")[2].partition(b"````")[0]
SIGNS = [
    b"\t",
    b"\n",
    b"&a ",
    b"*a",
    b"<<: ",
    b"{",
    b"]",
    b"'",
    b'"',
    b"!x ",
    b"---\n",
    b"```\n",
    b"\xff",
    b"\0",
    b"? ",
    b"- ",
]


@st.composite
def spoilt(draw):
    """A document with some of its bytes replaced by what means something in YAML, JSON or Markdown."""
    content = draw(st.sampled_from([PAGE, YAML, PUBLISHED]))
    for _ in range(draw(st.integers(1, 4))):
        begin = draw(st.integers(0, len(content)))
        content = content[:begin] + draw(st.sampled_from(SIGNS)) + content[begin + draw(st.integers(0, 20)) :]
    return content


@pytest.mark.attack("hostile-input")
@given(st.binary() | st.text().map(str.encode) | spoilt(), st.sampled_from(["a.json", "a.yaml", "a.md", "a"]))
def test_any_bytes_are_read_or_refused_in_words(content, source):
    """With a place that is in the text, and never with another error."""
    try:
        found = read_document(content, source)
    except ContractError as error:
        problems = error.problems
    else:
        problems = [Problem(source, "", "", "", place=found.place("/paths/x"))]
        json.loads(found.raw)
    assert problems
    assert all(place.line >= 1 and place.column >= 1 for problem in problems if (place := problem.place))
