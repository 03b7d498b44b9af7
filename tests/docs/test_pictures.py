"""The pictures of the documentation are in the README, with a text for people who cannot see them."""

import html
import re

import pytest
from code_blocks import ROOT
from markdown_it import MarkdownIt

from tools.pictures import IMAGES, PICTURES


@pytest.mark.parametrize("name", PICTURES)
def test_picture_is_in_the_readme_and_told_in_words(name):
    tokens = MarkdownIt("commonmark").parse((ROOT / "README.md").read_text("utf-8"))
    shown = {
        child.attrs["src"]: child.content for token in tokens for child in token.children or [] if child.type == "image"
    }
    assert (IMAGES / name).exists()
    assert len(shown[f"docs/images/{name}"]) > 20


@pytest.mark.parametrize("path", sorted((ROOT / "docs").rglob("*.svg")), ids=lambda path: path.name)
def test_a_drawing_loads_nothing(path):
    text = path.read_text("utf-8")
    assert re.findall(r"@import|@font-face|<(?:image|script|use)\b|(?:src|href)=|url\((?!#)", text) == []


def test_the_report_in_the_readme_is_of_a_check_that_found_something():
    drawn = html.unescape((IMAGES / "report.svg").read_text("utf-8")).replace("\N{NO-BREAK SPACE}", " ")
    assert "$ migma-contract check" in drawn
    assert "rate-is-percentage" in drawn
    assert "DRIFT" in drawn
