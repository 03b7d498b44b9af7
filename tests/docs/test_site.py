"""The site builds without a warning and without network, and its pages load nothing from other servers."""

import re
import tomllib
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import pytest
from code_blocks import ROOT

CONFIG = tomllib.loads((ROOT / "zensical.toml").read_text("utf-8"))["project"]
LOADS = {"script": "src", "img": "src", "iframe": "src", "link": "href", "source": "src", "video": "src"}


class Page(HTMLParser):
    """The files that a page loads, its links, and its anchors."""

    def __init__(self, text):
        super().__init__()
        self.loads, self.links, self.anchors = [], [], set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        """Note what an element refers to."""
        values = dict(attrs)
        if "id" in values:
            self.anchors.add(values["id"])
        if tag in LOADS and (values.get("rel") or "") != "canonical" and values.get(LOADS[tag]):
            self.loads.append(values[LOADS[tag]])
        if tag == "a" and values.get("href"):
            self.links.append(values["href"])


@pytest.fixture(scope="module")
def pages(site):
    return {
        path.relative_to(site.folder).as_posix(): Page(path.read_text("utf-8")) for path in site.folder.rglob("*.html")
    }


def nav_pages(nav):
    for entry in nav:
        for value in entry.values():
            yield from nav_pages(value) if isinstance(value, list) else [value]


def test_it_builds_without_a_warning(site):
    assert site.code == 0, site.said
    assert "No issues found" in site.said
    assert "warning" not in site.said.lower()


def test_every_page_of_the_documentation_is_in_the_navigation_once():
    there = sorted(path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md"))
    assert sorted(nav_pages(CONFIG["nav"])) == there


def test_nothing_is_loaded_from_another_server(site, pages):
    assert len(pages) > 20
    for name, page in pages.items():
        assert not [url for url in page.loads if urlsplit(url).scheme or url.startswith("//")], name
    for style in site.folder.rglob("*.css"):
        assert not re.findall(r"url\(['\"]?(?:https?:)?//|@import", style.read_text("utf-8")), style.name


def test_every_link_within_the_site_leads_to_a_page_and_an_anchor(site, pages):
    for name, page in pages.items():
        if name == "404.html":
            continue  # served for any address, so its links begin at the top
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme:
                continue
            target = (site.folder / name).parent / unquote(parts.path) if parts.path else site.folder / name
            target = (target / "index.html" if target.is_dir() else target).resolve()
            assert target.is_file(), f"{name} links to {link}"
            if parts.fragment:
                anchors = pages[target.relative_to(site.folder.resolve()).as_posix()].anchors
                assert unquote(parts.fragment) in anchors, f"{name} links to {link}"
