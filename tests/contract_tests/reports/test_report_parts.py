"""The parts that the formats share: tokens and lines of JSON, safe text, excerpts of bodies, next steps."""

import itertools
import json
import re
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from migma_contract.exchange import Failure
from migma_contract.json_pointer import pointer
from migma_contract_tests.reports.body_excerpt import excerpt, readable
from migma_contract_tests.reports.json_text import indent, line_numbers
from migma_contract_tests.reports.markdown_escape import code, fence, prose
from migma_contract_tests.reports.next_steps import next_steps
from migma_contract_tests.reports.safe_text import block, one_line

CONTRACT = Path(__file__).parents[3] / "openapi.json"

any_text = st.text(st.characters(exclude_categories=[]))
any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def places(node, path=()):
    yield pointer(*path)
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in items:
        yield from places(value, (*path, key))


def test_every_place_of_the_contract_has_the_line_on_which_its_key_stands():
    text = CONTRACT.read_text("utf-8")
    lines, numbers = text.splitlines(), line_numbers(text)
    assert set(numbers) == set(places(json.loads(text)))
    for where, number in numbers.items():
        key = where.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
        assert key.isdigit() or not key or lines[number - 1].lstrip().startswith(json.dumps(key, ensure_ascii=False))


@given(any_json, st.sampled_from([None, 1, 3]))
def test_every_place_of_any_document_has_a_line_and_none_is_made_up(value, spaces):
    assert set(line_numbers(json.dumps(value, indent=spaces))) == set(places(value))


@given(any_json)
def test_laying_json_out_is_what_pythons_own_printer_does(value):
    assert indent(json.dumps(value)) == json.dumps(value, indent=2)


def test_laying_json_out_keeps_digits_escapes_and_repeated_keys():
    assert indent('{"a":0.40,"a":1E2,"b":"\\u0041","c":[ ],"d":{}}').split() == [
        "{", '"a":', "0.40,", '"a":', "1E2,", '"b":', '"\\u0041",', '"c":', "[],", '"d":', "{}", "}",
    ]  # fmt: skip


@given(any_text)
def test_shown_text_has_no_character_that_a_terminal_obeys_or_that_hides(text):
    for shown, allowed in ((one_line(text), ""), (block(text), "\n\t")):
        rest = [c for c in shown if c not in f"{allowed}\u200c\u200d"]
        assert not [c for c in rest if unicodedata.category(c)[0] == "C" or unicodedata.category(c) in {"Zl", "Zp"}]
        shown.encode("utf-8")


@pytest.mark.parametrize(
    "char", "\x00\x1b\x7f\x9b\u061c\u200b\u202e\u2028\u2029\u2066\ue000\ufeff\uffff\ud800\U000e0041"
)
def test_what_hides_or_commands_is_shown_as_an_escape(char):
    assert re.fullmatch(r"a\\(x..|u....|U.{8})z", one_line(f"a{char}z"))
    assert block(f"a{char}z") == one_line(f"a{char}z")


markdown_text = st.text(st.sampled_from("ab `|\\~*_\n<&") | st.characters(exclude_categories=[]))


@example("```\n``` text\n````\n")
@given(markdown_text)
def test_a_code_block_holds_exactly_its_text(text):
    (token,) = MarkdownIt("gfm-like").parse(fence(text))
    assert token.content == f"{block(text)}\n"


@given(markdown_text)
def test_a_cell_of_a_table_holds_exactly_its_text(text):
    source = f"| a | b | c |\n| --- | --- | --- |\n| {prose(text)} | {code(text)} | end |"
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(source)
    cells = [after.children for cell, after in itertools.pairwise(tokens) if cell.type == "td_open"]
    shown = ["".join(token.content for token in cell).replace("\N{WORD JOINER}", "") for cell in cells]
    assert [cell.strip() for cell in shown] == [one_line(text).strip(), one_line(text).strip(), "end"]


@given(st.text(), st.integers(1, 40))
def test_a_body_cut_within_a_character_is_still_utf_8(make, text, limit):
    shown = excerpt(make.exchange(body=text.encode("utf-8")), limit)
    assert (shown.encoding, text.startswith(shown.text)) == ("utf-8", True)


def test_a_body_that_is_not_utf_8_is_shown_and_said_to_be(make):
    shown = readable(make.exchange(body=b'{"a":"\xff"}'))
    assert (shown.text, shown.encoding) == ('{"a":"\ufffd"}', "replaced")
    assert "not UTF-8" in shown.note


def test_a_body_made_to_grow_when_laid_out_is_shown_as_it_came(make):
    body = b"[" * 60 + b",".join([b"0"] * 20_000) + b"]" * 60
    assert readable(make.exchange(body=body)).text == body.decode()


@pytest.mark.parametrize(
    ("changes", "use"),
    [
        ({"status": 401}, "MIGMA_API_KEY"),
        ({"status": 403}, "MIGMA_API_KEY"),
        ({"status": 404}, "MIGMA_CAMPAIGN_IDS"),
        ({"status": 429}, "--rate"),
        ({"status": None, "failure": Failure("unreachable", "refused")}, "--base-url"),
        ({"status": None, "failure": Failure("tls", "self-signed")}, "--ca-bundle"),
        ({"status": None, "failure": Failure("timeout", "10 s")}, "--timeout"),
    ],
)
def test_the_next_step_of_an_inconclusive_report_mends_what_was_in_the_way(make, reports, changes, use):
    report = replace(reports["inconclusive"], exchanges=(make.exchange(**changes),))
    assert use in next_steps(report)[0].use


def test_a_report_that_conforms_asks_for_nothing(reports):
    assert next_steps(reports["conforms"]) == []
