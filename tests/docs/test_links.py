"""Links of the Markdown files lead to files, folders and headings that exist, as a code host resolves them."""

import functools
import re
from urllib.parse import unquote, urlsplit

import pytest
from code_blocks import ROOT, SOURCES
from markdown_it import MarkdownIt

MARKDOWN = [*SOURCES, ROOT / "ARCHITECTURE.md", ROOT / "CHANGELOG.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md"]


def tokens(path):
    for token in MarkdownIt("commonmark").enable("table").parse(path.read_text("utf-8")):
        yield token
        yield from token.children or []


def links(path):
    for token in tokens(path):
        link = token.attrGet("href") or token.attrGet("src")
        if link and not urlsplit(link).scheme:
            yield link


@functools.cache
def anchors(path):
    """Return the anchors of the headings, as code hosts and the site build them."""
    found = []
    previous = None
    for token in tokens(path):
        if previous == "heading_open" and token.type == "inline":
            text = "".join(child.content for child in token.children)
            slug = re.sub(r"[\s]+", "-", re.sub(r"[^\w\s-]", "", text.lower()).strip())
            found.append(slug if slug not in found else f"{slug}-{found.count(slug)}")
        previous = token.type
    return found


@pytest.mark.parametrize("path", MARKDOWN, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path):
    for link in links(path):
        parts = urlsplit(link)
        target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
        assert target.exists(), f"{link}: nothing there"
        assert target.is_relative_to(ROOT), f"{link}: outside of the project"
        if parts.fragment:
            assert unquote(parts.fragment) in anchors(target), f"{link}: no such heading"


@pytest.mark.parametrize("path", [path for path in SOURCES if path.parent != ROOT], ids=lambda path: path.name)
def test_links_of_the_site_stay_within_it(path):
    """Files outside docs/ are not on the site."""
    outside = [
        link for link in links(path) if not (path.parent / urlsplit(link).path).resolve().is_relative_to(ROOT / "docs")
    ]
    assert not outside


def test_a_link_that_leads_nowhere_is_found(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# One thing\n\n[a](#one-thing) [b](#other) [c](missing.md) [d](https://example.org)\n", "utf-8")
    assert list(links(page)) == ["#one-thing", "#other", "missing.md"]
    assert anchors(page) == ["one-thing"]
