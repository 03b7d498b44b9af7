"""The parts that formats share: tokens and lines of JSON, safe text, bodies, next steps."""

import itertools
import json
import re
import shlex
import unicodedata
from pathlib import Path

import pytest
from ci_runners import COMMANDS, commands, controls
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from migma_contract.exchange import Failure
from migma_contract.rules import RULES
from migma_contract.safe_text import block, one_line
from migma_contract_tests.reports.body_view import body_view
from migma_contract_tests.reports.markdown_escape import code, fence, prose
from migma_contract_tests.results.baseline import Baseline, Entry
from migma_contract_tests.results.baseline_file import load_baseline, save_baseline
from migma_contract_tests.results.json_text import indent, printable_json

CONTRACT = Path(__file__).parents[3] / "openapi.json"

any_text = st.text(st.characters(exclude_categories=[]))
any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(any_json)
def test_indented_json_is_the_same_as_pythons(value):
    assert indent(json.dumps(value)) == json.dumps(value, indent=2)


def test_indentation_keeps_digits_escapes_and_repeated_keys():
    assert indent('{"a":0.40,"a":1E2,"b":"\\u0041","c":[ ],"d":{}}').split() == [
        "{", '"a":', "0.40,", '"a":', "1E2,", '"b":', '"\\u0041",', '"c":', "[],", '"d":', "{}", "}",
    ]  # fmt: skip


@pytest.mark.attack("control-characters")
@given(any_text)
def test_safe_text_has_no_control_and_no_invisible_character(text):
    for shown, allowed in ((one_line(text), ""), (block(text), "\n\t")):
        rest = [c for c in shown if c not in f"{allowed}\u200c\u200d"]
        assert not [c for c in rest if unicodedata.category(c)[0] == "C" or unicodedata.category(c) in {"Zl", "Zp"}]
        shown.encode("utf-8")


@pytest.mark.attack("control-characters")
@pytest.mark.parametrize(
    "char", "\x00\x1b\x7f\x9b\u061c\u200b\u202e\u2028\u2029\u2066\ue000\ufeff\uffff\ud800\U000e0041"
)
def test_control_and_invisible_characters_are_shown_as_escapes(char):
    assert re.fullmatch(r"a\\(x..|u....|U.{8})z", one_line(f"a{char}z"))
    assert block(f"a{char}z") == one_line(f"a{char}z")


markdown_text = st.text(st.sampled_from("ab `|\\~*_\n<&") | st.characters(exclude_categories=[]))


@pytest.mark.attack("markup")
@example("```\n``` text\n````\n")
@given(markdown_text)
def test_a_code_block_contains_exactly_its_text(text):
    (token,) = MarkdownIt("gfm-like").parse(fence(text))
    assert token.content == f"{block(text)}\n"


@pytest.mark.attack("markup")
@given(markdown_text)
def test_a_table_cell_contains_exactly_its_text(text):
    source = f"| a | b | c |\n| --- | --- | --- |\n| {prose(text)} | {code(text)} | end |"
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(source)
    cells = [after.children for cell, after in itertools.pairwise(tokens) if cell.type == "td_open"]
    shown = ["".join(token.content for token in cell).replace("\N{WORD JOINER}", "") for cell in cells]
    assert [cell.strip() for cell in shown] == [one_line(text).strip(), one_line(text).strip(), "end"]


@given(st.text(), st.integers(1, 40))
def test_a_body_cut_within_a_character_is_still_utf_8(make, text, limit):
    shown = make.exchange(body=text.encode("utf-8")).body.shortened(limit)
    assert (shown.encoding, text.startswith(shown.text)) == ("utf-8", True)


def test_a_long_body_cut_within_a_character_is_still_utf_8(make):
    shown = make.exchange(body=("a" + "é" * 40_000).encode()).body
    assert (shown.encoding, shown.truncated, shown.text) == ("utf-8", True, "a" + "é" * 32_767)


def test_a_body_that_is_not_utf_8_is_shown_with_a_note(make):
    body = make.exchange(body=b'{"a":"\xff"}').body
    assert (body.text, body.encoding) == ('{"a":"\ufffd"}', "replaced")
    assert "not UTF-8" in body_view(body).note


@pytest.mark.attack("hostile-bodies")
def test_a_body_that_indentation_would_multiply_is_shown_as_received(make):
    body = b"[" * 60 + b",".join([b"0"] * 20_000) + b"]" * 60
    assert body_view(make.exchange(body=body).body).text == body.decode()


@pytest.mark.parametrize(
    ("changes", "use"),
    [
        ({"status": 401}, "MIGMA_API_KEY"),
        ({"status": 403}, "MIGMA_API_KEY"),
        ({"status": 404}, "MIGMA_CAMPAIGN_IDS"),
        ({"status": 429}, "--rate"),
        ({"status": 429, "headers": (("retry-after", "30"),)}, "--rate"),
        ({"status": 429, "headers": (("retry-after", "43200"),)}, "migma-contract check"),
        ({"status": 429, "headers": (("retry-after", "Wed, 21 Oct 2099 07:28:00 GMT"),)}, "migma-contract check"),
        ({"status": 429, "headers": (("retry-after", "Wed, 21 Oct 2015 07:28:00 GMT"),)}, "--rate"),
        ({"status": 402}, "MIGMA_API_KEY"),
        ({"status": 403, "body": b'<html><script>{"success": false}</script>'}, "--base-url URL"),
        ({"status": 302, "headers": (("location", "https://evil.example/"),)}, "--base-url URL"),
        (
            {"status": 400, "body": b"The plain HTTP request was sent to HTTPS port", "url": "http://x/"},
            "--base-url https",
        ),
        (
            {"status": None, "failure": Failure("protocol", r"starts with '\x15\x03\x01')"), "url": "http://x/"},
            "--base-url https",
        ),
        ({"status": None, "failure": Failure("unreachable", "refused")}, "--base-url"),
        ({"status": None, "failure": Failure("tls", "self-signed")}, "--ca-bundle"),
        ({"status": None, "failure": Failure("timeout", "10 s")}, "--timeout"),
    ],
)
def test_the_next_step_of_an_inconclusive_report_names_the_option_that_helps(make, reports, changes, use):
    report = make.report(verdict="inconclusive", reason="Why.", exchanges=(make.exchange(**changes),))
    assert use in report.next[0].use


def test_a_conforming_report_has_no_next_steps(reports):
    assert reports["conforms"].next == ()


@given(any_json)
def test_printable_json_is_the_same_json_without_invisible_characters(value):
    text = json.dumps(value, ensure_ascii=False, indent=1)
    shown = printable_json(text.replace("\n", "\r\n"))
    assert json.loads(shown) == value or "NaN" in text
    assert controls(shown) == set()


@pytest.mark.attack("ci-commands")
@pytest.mark.parametrize("command", COMMANDS)
def test_a_baseline_has_no_command(tmp_path, command):
    entry = Entry(RULES[0].id, f"200 /{command}\u202e", command, "me")
    save_baseline(Baseline("known.json", (entry,)), tmp_path / "known.json")
    assert commands((tmp_path / "known.json").read_text(encoding="utf-8")) == []
    assert load_baseline(tmp_path / "known.json").entries == (entry,)


@pytest.mark.attack("markup")
@pytest.mark.parametrize("path", ["$(touch owned)", "a'b", "a;b", "`b`", "a&b"])
def test_a_base_url_to_paste_is_one_word_of_a_shell(make, path):
    """The server names it in a redirect to another path of its own."""
    location = f"https://api.migma.ai/{path}/v1/campaigns/65f0c0ffee0123456789abcd/stats"
    moved = make.exchange(status=301, headers=(("location", location),), body=b"")
    step = make.report(verdict="inconclusive", reason="Why.", exchanges=(moved,)).next[0].use
    assert shlex.split(step) == ["--base-url", f"https://api.migma.ai/{path}"]
