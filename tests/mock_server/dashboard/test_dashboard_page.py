"""The page: one document under a strict content security policy."""

import base64
import hashlib
import re

import httpx
import pytest

from migma_mock import MockServer
from migma_mock.web.dashboard import dashboard as make_page


def policy(page):
    directives = page.headers["content-security-policy"].split("; ")
    return dict(directive.partition(" ")[::2] for directive in directives)


def inline(tag):
    return re.findall(rf"<{tag}[^>]*>(.*?)</{tag}>", make_page().html, re.DOTALL)


@pytest.mark.parametrize(("tag", "directive"), [("script", "script-src"), ("style", "style-src")])
def test_policy_allows_the_one_script_and_the_one_style_by_their_hashes(tag, directive):
    (text,) = inline(tag)
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    assert policy(make_page())[directive] == f"'sha256-{digest}'"


def test_policy_allows_nothing_else():
    allowed = policy(make_page())
    assert allowed["default-src"] == "'none'"
    assert allowed["connect-src"] == "'self'"
    assert allowed["frame-ancestors"] == "'none'"
    assert allowed["require-trusted-types-for"] == "'script'"
    assert "unsafe" not in str(allowed)


def test_the_page_has_no_external_addresses_and_no_inline_handlers():
    addresses = re.findall(r"[a-z]+://[^\s'\"`)]*", make_page().html)
    assert set(addresses) == {"http://www.w3.org/2000/svg"}  # a namespace, which is not loaded
    assert re.findall(r"<[^>]*\son\w+=", make_page().html) == []


def test_the_script_has_each_module_once_and_no_import_or_export_left():
    (script,) = inline("script")
    modules = re.findall(r"^// ([\w-]+\.js)$", script, re.MULTILINE)
    assert len(modules) == len(set(modules)) > 15
    assert re.findall(r"^(import|export) ", script, re.MULTILINE) == []
    exported = [
        name
        for names in re.findall(r"^const \{ (.*) \} = \(\(\) => \{$", script, re.MULTILINE)
        for name in names.split(", ")
    ]
    assert len(exported) == len(set(exported))


def test_the_root_redirects_to_the_dashboard(mock):
    answer = httpx.get(mock.base_url, follow_redirects=True)
    assert answer.url.path == "/__mock__/"
    assert answer.text == make_page().html
    assert httpx.get(f"{mock.base_url}/__mock__").headers["location"] == "/__mock__/"


def test_without_control_api_there_is_no_dashboard():
    with MockServer(reload=False, control=False) as mock:
        assert httpx.get(f"{mock.base_url}/__mock__/").status_code == 404
        assert httpx.get(mock.base_url).headers["location"] == "/docs"
        assert httpx.get(f"{mock.base_url}/__mock__/events").status_code == 404


def test_the_page_needs_no_token_but_its_data_does():
    """The page has no data of the mock, and it must be loaded to ask for the token."""
    with MockServer(reload=False, control_token="a-token-of-tests") as mock:
        assert httpx.get(f"{mock.base_url}/__mock__/").text == make_page().html
        for path in ("events", "unknown-key-requests/events", "accounts/built-in/events", "stats-fields"):
            assert httpx.get(f"{mock.base_url}/__mock__/{path}").status_code == 401
