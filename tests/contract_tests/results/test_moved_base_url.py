"""The base URL that a redirect points to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migma_contract_tests.results.moved_base_url import moved_base_url

PATH = "/v1/campaigns/507f1f77bcf86cd799439011/stats"
REST = PATH.removeprefix("/v1")


@pytest.mark.parametrize(
    ("base", "location", "moved"),
    [
        ("http://api.example", f"https://api.example{PATH}", "https://api.example"),
        ("http://api.example/v1", f"https://api.example{PATH}", "https://api.example/v1"),
        ("http://api.example/v1/", f"https://api.example{PATH}/", "https://api.example/v1"),
        ("http://api.example", f"//www.api.example{PATH}", "http://www.api.example"),
        ("http://api.example", f"https://api.example/gateway{PATH}", "https://api.example/gateway"),
        ("http://api.example", f"https://api.example:8443{PATH}", "https://api.example:8443"),
        ("http://[::1]:80", f"https://[::1]{PATH}", "https://[::1]"),
        ("http://api.example", f"{PATH}/", None),
        ("http://api.example", PATH, None),
        ("http://api.example", "https://api.example/", None),
        ("http://api.example", "/login", None),
        ("http://api.example", f"https://api.example/login?next={PATH}", None),
        ("http://api.example", f"https://api.example/v2{REST}", None),
        ("http://api.example", f"https://me@api.example{PATH}", None),
        ("http://api.example", f"ftp://api.example{PATH}", None),
        ("http://api.example", f"https://api.example:port{PATH}", None),
        ("http://api.example", "https://[", None),
        ("http://api.example", "", None),
    ],
)
def test_only_the_same_request_at_another_address_has_a_base_url(base, location, moved):
    url = f"{base.rstrip('/').removesuffix('/v1')}{PATH}"
    assert moved_base_url(base, url, location) == moved


@given(st.text())
def test_no_location_raises_an_error(location):
    assert moved_base_url("http://api.example", f"http://api.example{PATH}", location) is None or "//" in location
