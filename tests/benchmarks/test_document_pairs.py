"""The score on known pairs counts what was missed and what was a false alarm."""

from benchmarks.document_pairs import lines, score


def document(schema):
    content = {"application/json": {"schema": schema}}
    return {"openapi": "3.1.0", "paths": {"/a": {"get": {"responses": {"200": {"content": content}}}}}}


def pair(name, verdict, old, new):
    return {"name": name, "verdict": verdict, "base": document(old), "revision": document(new)}


def test_missed_pairs_and_false_alarms_are_counted_and_listed():
    text, number = {"type": "string"}, {"type": "integer"}
    pairs = [
        pair("found", "error", text, number),
        pair("missed", "error", text, text),
        pair("fine", "same", text, text),
        pair("alarm", "info", text, number),
        pair("either", "warning", text, number),
    ]
    shown = list(lines(score(pairs)))
    assert shown[0] == "recall 0.500 of 2 breaking pairs, 0.500 false alarms of 2 others"
    assert shown[1:3] == ["missed: missed", "false alarm: alarm"]
    assert "breaking response-type-changed: GET /a" in shown[3]
