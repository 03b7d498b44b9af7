"""The commands print no command of a CI system and no control character, however the text is cut into pieces."""

import html
import io
import json
import os
import sys
import unicodedata

import pytest
from ci_runners import COMMANDS, commands, controls
from hypothesis import example, given, settings
from hypothesis import strategies as st

from migma_contract.ci_commands import in_json, in_markup, without_commands
from migma_contract.safe_output import OutputFilter, SafeStream, printable, safe_streams, write_bytes
from migma_contract.safe_text import one_line

PIECES = [
    *COMMANDS,
    *("#", "##", "vso", "[", "]", ":", "::", " ", "\t", "-", "--", "+", "~", "^", "travis_fold", "section_start:1:a"),
    *("\n", "\r", "\r\n", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\xa0", "\u3000", "\x1b[0K", "\x1b[31m"),
    *("\u202e", "\u2066", "\x9b", "\x00", "\ufeff", "\u200d", "\ud83d", "a", "é", "😀"),
]
hostile_text = st.lists(st.sampled_from(PIECES) | st.characters(exclude_categories=[]), max_size=12).map("".join)
ordinary_text = st.text("abc #:-+~^[]()\n\té😀…")
SIGNS = ("##", "::", "---", "+++", "~~~", "^^^")


def printed(pieces):
    stream = io.StringIO()
    safe = SafeStream(stream)
    for piece in pieces:
        assert safe.write(piece) == len(piece)
    return stream.getvalue()


@pytest.mark.parametrize("command", COMMANDS)
def test_the_interpreter_finds_each_command(command):
    assert commands(f"before\n{command}\nafter")


@pytest.mark.attack("ci-commands")
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_broken_by_one_visible_escape(command):
    shown = printable(f"before\n{command}\nafter")
    assert commands(shown) == []
    assert shown.count("\\") == 1 or command.startswith("\x1b")


def check_pieces(pieces):
    output = printed(pieces)
    assert commands(output) == []
    assert controls(output) == set()
    assert printed([output]) == output, "what is safe stays as it is"


@pytest.mark.attack("ci-commands")
@example(["#", "#", "v", "so", "[", "x]"])
@example([" " * 50, ":", ":", "set-output name=a::b"])
@example(["a" * 50, "::b::"])
@example(["\r", "::b::"])
@example(["--", "- b"])
@given(st.lists(hostile_text, max_size=6))
def test_no_pieces_make_a_command_together(pieces):
    check_pieces(pieces)


@pytest.mark.long
@pytest.mark.attack("ci-commands")
@settings(max_examples=20_000)
@given(st.lists(hostile_text, max_size=8))
def test_no_pieces_make_a_command_together_in_many_examples(pieces):
    check_pieces(pieces)


@example(["## Heading\n", "std::vector --- ~~~ a", "\n# [link] :: ##", "-- x"])
@given(st.lists(ordinary_text, max_size=5).filter(lambda pieces: not any(sign in "".join(pieces) for sign in SIGNS)))
def test_ordinary_text_is_printed_as_it_is(pieces):
    assert printed(pieces) == "".join(pieces)


@given(hostile_text)
def test_a_text_reads_the_same_after_its_escapes_are_read_back(text):
    """The escapes of JSON and of markup are those of the formats: a reader gets the text."""
    line = json.dumps(text)
    assert json.loads(without_commands(line, in_json)) == text
    shown = html.escape(one_line(text))
    assert html.unescape(without_commands(shown, in_markup)) == one_line(text)


@given(st.characters(exclude_categories=[]))
def test_a_character_is_shown_as_it_is_unless_it_is_invisible(char):
    is_hidden = unicodedata.category(char)[0] == "C" or unicodedata.category(char) in {"Zl", "Zp"}
    assert (one_line(char) == char) is (not is_hidden or char in "\u200c\u200d")


@pytest.mark.attack("control-characters")
@pytest.mark.parametrize("sequence", ["\x1b[2J", "\x1b[1A", "\x1b]0;t\x07", "\x1b[8m", "\x1bc", "\x9b2J", "\r", "\x08"])
def test_a_terminal_gets_colours_and_no_other_sequence(sequence):
    shown = OutputFilter(keep_colors=True)(f"\x1b[1;31mred\x1b[0m {sequence}.")
    assert shown.startswith("\x1b[1;31mred\x1b[0m \\x")
    assert controls(shown.replace("\x1b[1;31m", "").replace("\x1b[0m", "")) == set()


@pytest.mark.attack("ci-commands")
@pytest.mark.parametrize("command", ["--- a", "::error::b", " ::error::b"])
@pytest.mark.parametrize("before", ["\x1b[1m", "\x1b[0m\x1b[1;31m", "\x1b[1m" * 20])
def test_a_line_begins_after_its_colours(before, command):
    """Runners remove colours before they look for commands."""
    for pieces in ([before + command], [before, command], [before, command[:2], command[2:]]):
        make_safe = OutputFilter(keep_colors=True)
        assert commands("".join(map(make_safe, pieces))) == []


def test_a_stream_that_is_a_terminal_keeps_colours():
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "w", encoding="utf-8") as terminal:
        SafeStream(terminal).write("\x1b[1mbold\x1b[0m")
        terminal.flush()
        assert os.read(ours, 100) == b"\x1b[1mbold\x1b[0m"
    os.close(ours)


def test_both_streams_are_filtered_within_the_block_and_bytes_are_not(capsysbinary):
    before = sys.stdout, sys.stderr
    with safe_streams():
        sys.stdout.write("##vso[a]\n")
        sys.stderr.write("::b::\n")
        write_bytes(b"::notice::own\n")
    assert (sys.stdout, sys.stderr) == before
    output = capsysbinary.readouterr()
    assert (output.out, output.err) == (b"##vso\\x5ba]\n::notice::own\n", b":\\x3ab::\n")
