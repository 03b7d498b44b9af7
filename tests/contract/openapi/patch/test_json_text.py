"""Members are changed in the text of a JSON document, and everything else stays as it is written."""

import difflib
import json
import random

import pytest

from migma_contract.openapi.patch.json_text import changed_text
from migma_contract.openapi.patch.operation import differences
from migma_contract.resources import openapi_path

TEXT = """\
{
    "b": 1.50,  "list": [1, 2,
      3],
    "short": ["a", "b"], "none": {},
    "text": "\\u00e9\\/",
    "last": {"x": 1, "y": {"z": null}}
}
"""


def changed(text, change):
    document = json.loads(text)
    change(document)
    new = changed_text(text, differences(json.loads(text), document))
    assert json.loads(new) == document
    return new


def test_only_the_lines_of_a_change_differ():
    def change(document):
        document["short"] = ["a", "b", "c"]
        document["last"]["new"] = {"k": [1]}
        document["added"] = {"k": [1]}

    new = changed(TEXT, change)
    lines = [line for line in difflib.ndiff(TEXT.splitlines(), new.splitlines()) if line[0] in "+-"]
    assert lines == [
        '-     "short": ["a", "b"], "none": {},',
        '+     "short": ["a", "b", "c"], "none": {},',
        '-     "last": {"x": 1, "y": {"z": null}}',
        '+     "last": {"x": 1, "y": {"z": null}, "new": {"k": [1]}},',
        '+     "added": {',
        '+         "k": [',
        "+             1",
        "+         ]",
        "+     }",
    ]


@pytest.mark.parametrize("names", ["b", "last", "b last", "list short none text", "b list short none text last"])
def test_members_are_removed_with_their_commas(names):
    def change(document):
        document["kept"] = [1]
        for name in names.split():
            del document[name]

    # Text in which every member is an object or an array, since only those are removed alone.
    text = json.dumps({name: [1] for name in json.loads(TEXT)}, indent=1)
    changed(text, change)
    changed(json.dumps(json.loads(text)), change)


def test_line_ends_indentation_and_ascii_are_those_of_the_text():
    text = json.dumps({"a": {"b": "é"}, "c": []}, indent="\t").replace("\n", "\r\n")
    new = changed(text, lambda document: document.update(d={"é": 1}))
    assert new == text.removesuffix("\r\n}") + ',\r\n\t"d": {\r\n\t\t"\\u00e9": 1\r\n\t}\r\n}'
    minified = '{"a":{"é":1},"b":2}'
    assert changed(minified, lambda document: document["a"].update(ü=[1, 2])) == '{"a":{"é":1,"ü":[1,2]},"b":2}'
    hidden = changed('{"é": {}}', lambda document: document.update({"\u202e\x7f": "\ufeffü"}))
    assert hidden == '{"é": {}, "\\u202e\\u007f": "\\ufeffü"}'
    assert changed("{}", lambda document: document.update(a=1)) == '{"a": 1}'


def test_any_change_of_any_document_in_any_layout_is_written_right():
    draw = random.Random(0)
    vendor = json.loads(openapi_path().read_text(encoding="utf-8"))
    for number in range(120):
        old = {"vendor": vendor["components"]["responses"], "drawn": drawn(draw, 4)} if number % 3 else drawn(draw, 5)
        old = old if isinstance(old, dict) else {"a": old}
        new = mutated(draw, old)
        layout = draw.choice([{"indent": 2}, {}, {"separators": (",", ":")}, {"indent": "\t", "ensure_ascii": False}])
        text = changed_text(json.dumps(old, **layout), differences(old, new))
        assert json.loads(text) == new


def drawn(draw, depth):
    kind = draw.random() if depth else 0
    if kind < 0.4:
        return draw.choice([1, True, None, 'é"\\', [], {}, 2.5, [1, [2]], "/~"])
    if kind < 0.8:
        return {draw.choice(["a", "b", "c/d", "~", "é", ""]): drawn(draw, depth - 1) for _ in range(draw.randrange(5))}
    return [drawn(draw, depth - 1) for _ in range(draw.randrange(4))]


def mutated(draw, value):
    if isinstance(value, dict):
        new = {name: mutated(draw, each) for name, each in value.items() if draw.random() > 0.15 or _is_plain(each)}
        return {**new, "new": drawn(draw, 2)} if draw.random() < 0.3 else new
    if isinstance(value, list):
        return [mutated(draw, each) for each in value if draw.random() > 0.1]
    return drawn(draw, 2) if draw.random() < 0.2 else value


def _is_plain(value):
    return not isinstance(value, dict | list)
