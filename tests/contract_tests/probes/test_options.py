"""The options of a check: URLs, keys, ids and rates are checked before anything is sent."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migma_contract.errors import SettingsError
from migma_contract.redaction import Secret
from migma_contract_tests.probes.api_key import check_key
from migma_contract_tests.probes.options import check_rate
from migma_contract_tests.probes.urls import campaign_url, check_url, is_loopback_url, require_encryption


@pytest.mark.parametrize(
    ("base", "path"),
    [
        ("http://h", "http://h/v1/campaigns/a/stats"),
        ("http://h/", "http://h/v1/campaigns/a/stats"),
        ("http://h/v1", "http://h/v1/campaigns/a/stats"),
        ("http://h/v1/", "http://h/v1/campaigns/a/stats"),
        ("http://h:1/proxy/v1", "http://h:1/proxy/v1/campaigns/a/stats"),
        ("http://h/v1/campaigns", "http://h/v1/campaigns/a/stats"),
        ("http://h/api", "http://h/api/v1/campaigns/a/stats"),
        ("http://v1", "http://v1/v1/campaigns/a/stats"),
        ("http://h/xv1", "http://h/xv1/v1/campaigns/a/stats"),
    ],
)
def test_the_version_in_a_base_url_is_not_doubled(contract, base, path):
    assert campaign_url(base, contract.operation, "a") == path


@pytest.mark.attack("hostile-input")
@given(one=st.text(min_size=1).filter(lambda text: text.isprintable()))
def test_any_id_stays_one_segment_of_the_path(contract, one):
    url = campaign_url("http://h", contract.operation, one)
    assert url.isascii()
    assert url.count("/") == 6  # as in http://h/v1/campaigns/x/stats
    assert not set("?#") & set(url)


@pytest.mark.attack("hostile-input")
@pytest.mark.parametrize(
    "url",
    [
        *("", "api.migma.ai", "ftp://h", "http://", "http://h:x", "http://h:99999", "http://ü.example", "http://a b"),
        *("http://evil.example%2f.localhost", "http://evil.example%00.localhost", "http://evil..localhost"),
        *("http://-.localhost", "http://a-.example", "http://.example", f"http://{'a' * 64}.example", "http://a:1:2"),
        *(f"http://{'a.' * 130}example", "http://a\\b", "http://a\x7fb"),
    ],
)
def test_an_invalid_base_url_is_refused(url):
    with pytest.raises(SettingsError, match="--base-url: expected"):
        check_url(url, "--base-url")


def test_a_password_in_a_url_is_refused_and_not_shown():
    with pytest.raises(SettingsError) as caught:
        check_url("https://user:hunter2@h", "--base-url")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("url", ["http://localhost:1", "http://127.8.8.8", "http://[::1]:80", "http://LOCALHOST"])
def test_this_machine_is_recognized_and_needs_no_rate(url):
    assert is_loopback_url(url)
    assert check_rate(None, url) is None
    assert check_rate("off", url) is None


@pytest.mark.parametrize(
    "url",
    [
        *("https://api.migma.ai", "http://10.0.0.1", "http://localhost.evil.com", "http://[::2]"),
        *("http://a.localhost", "http://localhost.", "http://a_b.example"),
    ],
)
def test_another_machine_always_has_a_rate_limit(url):
    assert not is_loopback_url(url)
    assert str(check_rate(None, url)) == "10 in any 60 s"
    with pytest.raises(SettingsError, match="for servers on this machine only"):
        check_rate("off", url)


@pytest.mark.attack("key-elsewhere")
@pytest.mark.parametrize("proxy", [None, Secret("http://127.0.0.1:1"), Secret("http://a.localhost:1")])
def test_a_key_is_sent_over_http_to_no_name_that_is_looked_up(proxy):
    """Only browsers take every name that ends in ``.localhost`` for this machine."""
    with pytest.raises(SettingsError, match="does not encrypt"):
        require_encryption("http://a.localhost:4010", "--base-url", "--allow-http", proxy)
    require_encryption("http://localhost:4010", "--base-url", "--allow-http")


@pytest.mark.attack("secrets-in-errors")
@pytest.mark.parametrize("text", ["key\x00", "ke\ty", "schlüssel", "key\u200btwo", "<the-key>", "$KEY", '{"key":"k"}'])
def test_a_key_that_cannot_be_sent_is_refused_and_not_shown(text):
    with pytest.raises(SettingsError, match=r"U\+[0-9A-F]{4} at position \d+ of \d+") as caught:
        check_key(text, "--api-key")
    assert text not in str(caught.value)


def test_white_space_around_a_key_is_removed():
    assert check_key("  abcdefgh\r\n", "MIGMA_API_KEY").reveal() == "abcdefgh"


@pytest.mark.attack("secrets-in-errors")
def test_options_do_not_show_the_key(stage):
    assert stage.key not in repr(replace(stage.options("http://h"), fuzz=1))
