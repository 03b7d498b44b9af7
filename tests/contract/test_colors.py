"""Colours: for terminals, unless NO_COLOR, FORCE_COLOR or TERM=dumb say otherwise."""

import io

import pytest

from migma_contract.colors import moves_cursor, wants_color
from migma_contract.safe_output import SafeStream


class Terminal(io.StringIO):
    """A stream that is a terminal."""

    def isatty(self):
        """Return True."""
        return True


CASES = [
    ({}, Terminal, True),
    ({}, io.StringIO, False),
    ({"NO_COLOR": "1"}, Terminal, False),
    ({"NO_COLOR": ""}, Terminal, True),
    ({"TERM": "dumb"}, Terminal, False),
    ({"FORCE_COLOR": "1"}, io.StringIO, True),
    ({"FORCE_COLOR": ""}, io.StringIO, False),
    ({"FORCE_COLOR": "1", "TERM": "dumb"}, io.StringIO, True),
    ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, Terminal, False),
]


@pytest.mark.parametrize(("variables", "stream", "is_colored"), CASES)
def test_the_environment_decides_about_colours(monkeypatch, variables, stream, is_colored):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert wants_color(stream()) is is_colored


@pytest.mark.parametrize(("variables", "stream", "is_colored"), CASES)
def test_the_last_filter_keeps_colours_where_they_are_wanted(monkeypatch, variables, stream, is_colored):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    below = stream()
    SafeStream(below).write("\x1b[32mok\x1b[0m")
    assert ("\x1b[32m" in below.getvalue()) is is_colored


@pytest.mark.parametrize(("term", "stream", "moves"), [("xterm", Terminal, True), ("dumb", Terminal, False)])
def test_a_dumb_terminal_gets_no_lines_that_replace_others(monkeypatch, term, stream, moves):
    """FORCE_COLOR is about colours alone."""
    monkeypatch.setenv("TERM", term)
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert moves_cursor(stream()) is moves
    assert not moves_cursor(io.StringIO())
