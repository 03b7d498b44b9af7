"""No report has a command of a CI system, whatever a server sends; readers of a format get what was sent."""

import json
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from importlib import import_module

import pytest
from ci_runners import COMMANDS, commands, controls
from hypothesis import example, given, settings
from hypothesis import strategies as st

from migma_contract.safe_output import OutputFilter
from migma_contract_tests import reports as room
from migma_contract_tests.reports import FORMATS, terminal

EVERYTHING = " ".join(COMMANDS) + "\n" + "\n".join(COMMANDS) + "\n" + "\r".join(COMMANDS)
PIECES = [
    *COMMANDS,
    *("##", "vso[", "]", "::", ":", "\n", "\r", "\r\n", "\u2028", "\x85", "---", " ", "\xa0", "`", "```", "\\", "|"),
    *("%0A", "%3A", '"', "&#91;", "<b>", "]]>", "-->", "\x1b[0K", "\ud83d"),
]
hostile_text = st.lists(st.sampled_from(PIECES) | st.characters(exclude_categories=[]), max_size=25).map("".join)
OWN = re.compile(r"::(error|warning|notice) (file=[^,:]+,line=\d+,)?title=[a-z0-9-]+::[^\r\n]+")

every_format = pytest.mark.parametrize("name", FORMATS)


def found(name, text):
    """The commands in a report; the format ``github`` may have its own, one in each line, and nothing else."""
    if name != "github":
        return commands(text)
    lines = text.split("\n")[:-1]
    return [line for line in lines if not OWN.fullmatch(line) or commands(line.partition("::")[2])]


class Words(HTMLParser):
    """Everything that a reader of a page sees, and all attributes."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.seen = []

    def handle_starttag(self, tag, attrs):
        """Keep a tag with its attributes."""
        self.seen.append((tag, attrs))

    def handle_data(self, data):
        """Keep a text, together with what is before it."""
        before = self.seen.pop() if self.seen and isinstance(self.seen[-1], str) else ""
        self.seen.append(before + data)


def parsed(name, text):
    if name == "junit":
        return ET.canonicalize(text)
    if name == "html":
        page = Words()
        page.feed(text)
        page.close()
        return page.seen
    return json.loads(text)


def check(make, name, text):
    report = make.hostile(f"a {text}\n{text}").model_copy(update={"not_judged": text})
    rendered = FORMATS[name].render(report)
    assert found(name, rendered) == []
    own = "\N{WORD JOINER}" if name == "markdown" else ""
    assert controls(rendered) <= set(own)
    if name in {"json", "junit", "html", "sarif"}:
        unescaped = import_module(f"{room.__name__}.{FORMATS[name].module}").render(report)
        assert parsed(name, rendered) == parsed(name, unescaped)


@pytest.mark.attack("ci-commands")
@every_format
@pytest.mark.parametrize("command", [EVERYTHING, *COMMANDS])
def test_a_report_full_of_a_command_has_none(make, name, command):
    check(make, name, command)


@pytest.mark.attack("ci-commands")
@every_format
@settings(max_examples=15)
@example("##vso[a b]")
@given(text=hostile_text)
def test_a_report_full_of_any_text_has_no_command(make, name, text):
    check(make, name, text)


@pytest.mark.long
@pytest.mark.attack("ci-commands")
@every_format
@settings(max_examples=300)
@given(text=hostile_text)
def test_a_report_full_of_any_text_has_no_command_in_many_examples(make, name, text):
    check(make, name, text)


@pytest.mark.attack("ci-commands")
@given(text=hostile_text, width=st.integers(20, 120))
@settings(max_examples=30)
def test_a_line_that_is_wrapped_before_a_command_has_none(make, text, width):
    assert commands(FORMATS["terminal"].render(make.hostile(f"{text} {text}"), width=width)) == []


@pytest.mark.attack("ci-commands")
@pytest.mark.parametrize("width", [20, 33, 61, 120])
def test_a_line_that_is_wrapped_on_a_terminal_with_colours_has_no_command(make, width):
    """A runner removes colours first, so a line begins after the colour with which it is printed."""
    words = " ".join(f"{'x' * length} {command}" for length in range(1, 12) for command in ("--- a", "+++ b", "::c::"))
    report = make.hostile(words).model_copy(update={"target": words, "reason": words})
    shown = OutputFilter(keep_colors=True)(terminal.render(report, color=True, width=width))
    assert "\x1b[1m" in shown
    assert commands(shown) == []


@pytest.mark.attack("ci-commands")
def test_a_json_body_in_markdown_is_the_same_json(make):
    body = json.dumps({"success": True, "data": "##vso[task.prependpath]/evil"}).encode()
    report = make.report(verdict="drift", findings=(make.finding(),), exchanges=(make.exchange(body=body),))
    (block,) = re.findall(r"```json\n(.*?)\n```", FORMATS["markdown"].render(report), re.DOTALL)
    assert json.loads(block) == json.loads(body)


def test_escapes_do_not_make_a_markdown_report_longer_than_an_issue(make):
    many = make.hostile("##[" * 30_000)
    assert len(FORMATS["markdown"].render(many)) <= 60_100
