"""Values of YAML are those of the core schema of YAML 1.2, whatever other libraries make of them."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from migma_contract.errors import ContractError
from migma_contract.openapi.reading import read_document, yaml_document

CORE_SCHEMA = {
    **{text: text for text in ("no", "on", "yes", "off", "Y", "NO", "1:30", "190:20:30", "1_000", "0b11", "-0x1F")},
    **{text: text for text in ("2026-01-02", "2026-01-02T03:04:05Z", "1.2.3", "=", "<<", ".", "+", "1e", "0o9")},
    **{text: text for text in ("nULL", "tRUE", "1 000", "0x", "e3", ".e3", "١")},
    "010": 10,
    "0o10": 8,
    "0xFF": 255,
    "+7": 7,
    "-0": 0,
    "1.50": 1.5,
    ".5": 0.5,
    "5.": 5.0,
    "1e3": 1000.0,
    "-1.5E-1": -0.15,
    "true": True,
    "True": True,
    "FALSE": False,
    "null": None,
    "~": None,
    "Null": None,
    "": None,
    '"no"': "no",
    "'1'": "1",
    '"\\u00e9\\/"': "é/",
    "!!str 200": "200",
    "!!float 1": 1.0,
    "!!int 0o10": 8,
    "! 200": "200",
}


def read(text, source="contract.yaml"):
    return read_document(text if isinstance(text, bytes) else text.encode(), source).root


@pytest.mark.parametrize("text", CORE_SCHEMA)
def test_a_scalar_has_the_value_of_the_core_schema(text):
    value = read(f"key: {text}\n")["key"]
    assert (value, type(value)) == (CORE_SCHEMA[text], type(CORE_SCHEMA[text]))


def test_keys_are_the_text_of_the_document():
    """As in JSON, which has no other keys: ``200`` under responses, versions as names, words that YAML 1.1 converts."""
    document = read("200: a\n'404': b\n1.10: c\nno: d\nnull: e\n0o17: f\n2026-01-02: g\n")
    assert list(document) == ["200", "404", "1.10", "no", "null", "0o17", "2026-01-02"]


def test_anchors_are_copied_and_merge_keys_are_applied():
    """The object's own members win, then the first of several; no two places share an object."""
    document = read(
        "base: &base {type: string, format: date}\nother: &other {format: email, title: Other}\n"
        "plain: *base\nmerged:\n  <<: [*base, *other]\n  format: uuid\n'<<': quoted\n"
    )
    assert document["merged"] == {"type": "string", "format": "uuid", "title": "Other"}
    assert document["plain"] == document["base"]
    assert document["plain"] is not document["base"]
    assert read('a:\n  "<<": {b: 1}\n') == {"a": {"<<": {"b": 1}}}


def test_line_breaks_are_those_of_yaml_1_2():
    """CR LF, CR and LF end lines; U+0085, U+2028 and U+2029 are characters, as in JSON."""
    assert read("a: 1\r\nb:\r\n  - x\r\n") == {"a": 1, "b": ["x"]}
    assert read('a: "x\u2028y\u0085z"\nb: x\u2029y\n') == {"a": "x\u2028y\u0085z", "b": "x\u2029y"}


def test_block_scalars_keep_their_lines():
    assert read("a: |\n  x\n\n  y\nb: >-\n  x\n  y\n") == {"a": "x\n\ny\n", "b": "x y"}


def test_flow_style_with_comments_is_yaml_by_its_name():
    assert read("{ # mine\n  openapi: 3.1.0,\n}\n") == {"openapi": "3.1.0"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"])
def test_documents_come_in_each_encoding_of_unicode(encoding):
    """PowerShell writes UTF-16, and Notepad a byte order mark."""
    assert read("openapi: 3.1.0\r\ntitle: é😀\r\n".encode(encoding)) == {"openapi": "3.1.0", "title": "é😀"}
    assert read('{"openapi": "3.1.0", "title": "é😀"}'.encode(encoding)) == {"openapi": "3.1.0", "title": "é😀"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.text(), JSON, max_size=4))
def test_what_is_written_as_yaml_is_read_again(value):
    """Text that other libraries would convert is in quotes, by the rules of either version."""
    assert read(yaml.dump(value, allow_unicode=True, Dumper=_Dumper)) == value


class _Dumper(yaml.SafeDumper):
    """Writes text in quotes, since PyYAML thinks of YAML 1.1 only."""


_Dumper.add_representer(str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"'))


@given(JSON.filter(lambda value: not re.search("[\x7f-\x9f\ufffe\uffff]", json.dumps(value, ensure_ascii=False))))
def test_json_is_read_as_yaml_too(value):
    text = json.dumps({"key": value}, indent=1, ensure_ascii=False)
    assert read("# a comment\n" + text) == {"key": value}


def test_json_needs_no_yaml_library():
    """The built-in contract is JSON, and its start does not wait for more."""
    code = (
        "import sys, migma_contract.openapi as o, migma_contract.resources as r\n"
        "o.load_contract(r.openapi_path())\n"
        "print(*(n for n in sys.modules if n in ('yaml', 'httpx') or n.startswith('migma_contract.openapi.reading.')))"
    )
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert process.stdout.split() == ["migma_contract.openapi.reading.read_document"]


def test_the_work_grows_with_the_size_of_the_document(monkeypatch):
    """A value is composed once, whatever refers to it."""
    calls = 0
    composer = yaml_document._Composer
    original = composer._value

    def counted(self, event):
        nonlocal calls
        calls += 1
        return original(self, event)

    monkeypatch.setattr(composer, "_value", counted)
    counts = []
    for size in (200, 400):
        calls = 0
        anchors = "".join(f"a{n}: &a{n} {{type: string, title: [x, y]}}\n" for n in range(size))
        read(anchors + "".join(f"b{n}: {{<<: *a{n}, plain: *a{n}}}\n" for n in range(size)))
        counts.append(calls)
    assert counts[1] == 2 * counts[0] - 1


def test_without_libyaml_the_values_are_the_same(monkeypatch):
    """Some builds of PyYAML have only the parser in Python."""
    page = (Path(__file__).parent / "samples/get-campaign-stats.md").read_text("utf-8")
    texts = [page, "a: &x {b: no, 200: 1:30}\nc: *x\nd: |\n  e\nf: '010'\ng: 010\n"]
    quick = [read(text) for text in texts]
    monkeypatch.setattr(yaml, "__with_libyaml__", False)
    assert [read(text) for text in texts] == quick
    with pytest.raises(ContractError, match="not valid YAML at line 2, column 1: a tab, where only spaces indent"):
        read("a:\n\t- b\n")
