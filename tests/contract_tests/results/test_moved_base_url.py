"""The target of a redirect is read, and no redirect makes a report suggest another host or plain http."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migma_contract_tests.results.moved_base_url import Redirect, read_redirect

ID = "507f1f77bcf86cd799439011"
PATH = f"/v1/campaigns/{ID}/stats"
REST = PATH.removeprefix("/v1")
NOWHERE = Redirect()


def redirected(base, location):
    return read_redirect(base, f"{base.rstrip('/').removesuffix('/v1')}{PATH}", location, ID)


@pytest.mark.parametrize(
    ("base", "location", "moved"),
    [
        ("http://api.example", f"https://api.example{PATH}", "https://api.example"),
        ("http://api.example/v1", f"https://api.example{PATH}", "https://api.example/v1"),
        ("http://api.example/v1/", f"https://api.example{PATH}/", "https://api.example/v1"),
        ("http://api.example", f"https://api.example/gateway{PATH}", "https://api.example/gateway"),
        ("http://api.example", f"https://api.example:8443{PATH}", "https://api.example:8443"),
        ("http://[::1]:80", f"https://[::1]{PATH}", "https://[::1]"),
        ("http://api.example", "https://api.example/", "https://api.example"),
        ("http://api.example/v1", "https://api.example", "https://api.example/v1"),
        ("https://api.example", f"https://api.example/gateway{PATH}", "https://api.example/gateway"),
    ],
)
def test_the_same_request_over_https_on_the_same_host_has_a_base_url(base, location, moved):
    assert redirected(base, location) == Redirect(base_url=moved)


@pytest.mark.attack("key-elsewhere")
@pytest.mark.parametrize(
    ("base", "location", "found"),
    [
        ("http://api.example", f"//www.api.example{PATH}", NOWHERE),
        ("http://api.example", f"https://www.api.example{PATH}", Redirect(host="www.api.example")),
        ("https://api.example", f"https://eu.api.example{PATH}", Redirect(host="eu.api.example")),
        ("https://api.example", f"https://evil.example/a{PATH}", Redirect(host="evil.example")),
        ("https://api.example", f"http://api.example{PATH}", NOWHERE),
        ("https://api.example", f"http://eu.api.example{PATH}", NOWHERE),
        ("http://api.example", f"http://10.0.0.1{PATH}", NOWHERE),
        ("http://api.example", f"{PATH}/", Redirect(path=f"{PATH}/")),
        ("http://api.example", f"/v2{REST}", Redirect(path=f"/v2{REST}")),
        ("https://api.example", f"/v2{REST}", Redirect(path=f"/v2{REST}")),
        ("http://api.example", PATH, NOWHERE),
        ("https://api.example", "https://api.example/", NOWHERE),
        ("http://api.example", "/login", NOWHERE),
        ("http://api.example", f"https://api.example/login?next={PATH}", NOWHERE),
        ("http://api.example", f"https://api.example/v2{REST}", NOWHERE),
        ("http://api.example", f"https://me@api.example{PATH}", NOWHERE),
        ("http://api.example", f"ftp://api.example{PATH}", NOWHERE),
        ("http://api.example", f"https://api.example:port{PATH}", NOWHERE),
        ("http://api.example", "https://[", NOWHERE),
        ("http://api.example", "", NOWHERE),
    ],
)
def test_no_other_redirect_has_a_base_url(base, location, found):
    assert redirected(base, location) == found


_HOSTS = st.sampled_from(["api.example", "www.api.example", "evil.example", "10.0.0.1", "API.example", "api.example."])
_TARGETS = st.builds(
    "{}//{}{}".format,
    st.sampled_from(["http:", "https:", "", "ftp:"]),
    _HOSTS,
    st.sampled_from([PATH, "/", "", f"/a{PATH}", "/login"]),
)


@pytest.mark.attack("key-elsewhere")
@given(st.one_of(st.text(), _TARGETS), st.sampled_from(["http://api.example", "https://api.example/v1"]))
def test_a_base_url_is_always_on_the_same_host_over_https(location, base):
    moved = redirected(base, location).base_url
    assert moved is None or (urlsplit(moved).scheme, urlsplit(moved).hostname) == ("https", "api.example")
