"""Strict JSON: every defect has a kind and a place."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migma_contract import strict_json
from migma_contract.json_pointer import escape, lookup, pointer, tokens
from migma_contract.strict_json import MAX_DEPTH, describe_json, parse

DOCUMENTS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**300), 10**300)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(DOCUMENTS)
def test_valid_json_is_read_as_python_reads_it(value):
    parsed = parse(json.dumps(value).encode())
    assert not parsed.defects
    assert parsed.readable
    assert parsed.value == value


@given(st.binary(max_size=200) | st.text(alphabet='{}[]",:0123eE+-.ntf\\u \n').map(str.encode))
def test_any_bytes_have_a_value_or_defects(data):
    parsed = parse(data)
    assert parsed.readable or parsed.value is None
    if not parsed.defects:
        assert json.loads(data) == parsed.value


@pytest.mark.parametrize(
    ("data", "kind", "place", "got"),
    [
        (b"", "empty", "", "nothing"),
        (b" \r\n\t", "empty", "", "nothing"),
        (b"\xef\xbb\xbf", "bom", "", "a byte order mark"),
        (b"\xef\xbb\xbf{}", "bom", "", "a byte order mark"),
        (b'{"a": "\xff"}', "encoding", "", "byte 0xff at offset 7"),
        ("{}".encode("utf-16"), "encoding", "", "byte 0xff at offset 0"),
        (b"openapi: 3.1.0", "not-json", "", "Expecting value at line 1, column 1"),
        (b"{'a': 1}", "not-json", "", "line 1, column 2"),
        (b"[1,\n2,]", "not-json", "", "line 2"),
        (b"{} {}", "not-json", "", "Extra data at line 1, column 4"),
        (b"[01]", "not-json", "", "line 1"),
        (b'"a\tb"', "not-json", "", "Invalid control character"),
        (b'{"a": 1, "b": "c', "truncated", "", "Unterminated string"),
        (b'{"a": 1, ', "truncated", "", "line 1, column"),
        (b'{"a": tru', "truncated", "", "Expecting value at line 1, column 7"),
        (b'{"a": {"b~/": 1, "b~/": 2}}', "duplicate-key", "/a/b~0~1", '"b~/" (string) again'),
        (b'[{"k": 1, "k": 1, "k": 1}]', "duplicate-key", "/0/k", "again"),
        (b'{"rate": NaN}', "not-a-number", "/rate", "NaN"),
        (b"[-Infinity]", "not-a-number", "/0", "Infinity"),
        (b"[1e400]", "not-a-number", "/0", "beyond the range of a double"),
        (b"[" + b"9" * 401 + b"]", "not-a-number", "/0", "beyond the range of a double"),
        (b"[" + b"9" * 10_000 + b"]", "not-a-number", "/0", "beyond the range of a double"),
        (b'["\\ud800"]', "surrogate", "/0", "half of a surrogate pair"),
        (b'{"\\udfff": 1}', "surrogate", "", "half of a surrogate pair"),
        (b"[" * 100 + b"]" * 100, "too-deep", "", "more"),
        (b"[" * 100_000 + b"]" * 100_000, "too-deep", "", "more"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "too-deep", "", "more"),
    ],
)
def test_each_defect_has_its_kind_and_place(data, kind, place, got):
    defect = next(d for d in parse(data).defects if d.kind == kind)
    assert defect.pointer in (place, f"{place}/\udfff")
    assert got in defect.got
    assert defect.expected


def test_a_syntax_error_is_described_by_its_line_and_column():
    (problem,) = parse(b"[1,\n2,]").problems("mine.json")
    assert str(problem).startswith("mine.json: not valid JSON at line 2, column ")


def test_defects_become_problems_with_file_and_place():
    (problem,) = parse(b'{"a": NaN}').problems("mine.json")
    assert str(problem) == "mine.json at /a: expected a finite number, got NaN"


def test_the_last_of_duplicate_keys_counts():
    parsed = parse(b'{"a": 1, "a": 2}')
    assert parsed.readable
    assert parsed.value == {"a": 2}


def test_all_defects_are_returned_in_the_order_of_the_document():
    parsed = parse(b'\xef\xbb\xbf{"a": 1, "a": NaN, "b": [1e999, {"c": 1, "c": 2}]}')
    assert [(d.kind, d.pointer) for d in parsed.defects] == [
        ("bom", ""),
        ("duplicate-key", "/a"),
        ("not-a-number", "/a"),
        ("not-a-number", "/b/0"),
        ("duplicate-key", "/b/1/c"),
    ]


@pytest.mark.attack("hostile-bodies")
@pytest.mark.parametrize(("levels", "readable"), [(MAX_DEPTH, True), (MAX_DEPTH + 2, False)])
def test_nesting_is_limited(levels, readable):
    assert parse(b"[" * levels + b"]" * levels).readable is readable


def test_a_whole_surrogate_pair_is_a_character():
    assert parse(b'"\\ud83e\\udd8a"').value == "🦊"


def test_a_large_integer_keeps_all_its_digits():
    assert parse(b"9007199254740993").value == 2**53 + 1


def test_the_null_document_is_readable():
    assert parse(b"null").readable


@given(st.lists(st.text() | st.integers(0, 5)))
def test_a_pointer_is_split_into_its_tokens(path):
    assert tokens(pointer(*path)) == [str(token) for token in path]


@given(DOCUMENTS)
def test_lookup_finds_every_place(value):
    stack = [("", value)]
    while stack:
        where, node = stack.pop()
        assert lookup(value, where) is node
        if isinstance(node, dict):
            stack += [(f"{where}/{escape(key)}", item) for key, item in node.items()]
        elif isinstance(node, list):
            stack += [(f"{where}/{index}", item) for index, item in enumerate(node)]


@pytest.mark.parametrize("where", ["/a/b", "/b", "/list/7", "/list/x", "/text/0/x"])
def test_lookup_of_a_missing_place_is_an_error(where):
    with pytest.raises((LookupError, TypeError, ValueError)):
        lookup({"a": 1, "list": [1], "text": {}}, where)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (0, "0 (integer)"),
        (0.5, "0.5 (number)"),
        ("0.5", '"0.5" (string)'),
        ([], "[] (array)"),
        ({}, "{} (object)"),
        (math.inf, "Infinity (number)"),
        ("x" * 100, f'"{"x" * 58}… (string)'),
        (b"x", "\"b'x'\" (bytes)"),
    ],
)
def test_a_value_is_described_with_its_type_on_one_short_line(value, text):
    assert describe_json(value) == text


@pytest.mark.parametrize(
    ("member", "kind"),
    [('"a{}": NaN', "not-a-number"), ('"a{}": "\\ud800"', "surrogate"), ('"a{}": {{"b": 1, "b": 2}}', "duplicate-key")],
)
def test_of_many_defects_the_first_thousand_are_listed_and_the_others_are_counted(member, kind):
    text = ", ".join(member.format(number) for number in range(60_000))
    defects = parse(f"{{{text}}}".encode()).defects
    assert {defect.kind for defect in defects} == {kind}
    assert len(defects) == 1001
    assert (defects[-1].pointer, defects[-1].got) == ("", "the same at 59000 more places, which are not listed")


def test_the_text_of_a_value_is_made_only_as_far_as_it_is_shown(monkeypatch):
    encoded = []
    monkeypatch.setattr(strict_json._ENCODER, "default", lambda value: encoded.append(value) or "…")
    assert describe_json([object() for _ in range(100_000)], 20).endswith("… (array)")
    assert len(encoded) < 20
