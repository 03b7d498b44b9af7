"""The URL of a store: what it says, and what messages show of it."""

import pytest

from migma_contract.errors import SettingsError
from migma_contract.redaction import Secret, mask_message
from migma_mock.settings import Settings
from migma_mock.sharing.store.store_url import DEFAULT_PREFIX, StoreUrl, parse_store_url


@pytest.mark.parametrize(
    ("text", "url", "place"),
    [
        ("valkey://127.0.0.1", StoreUrl("127.0.0.1"), "valkey://127.0.0.1:6379"),
        ("redis://store.example:7000/", StoreUrl("store.example", 7000), "valkey://store.example:7000"),
        (
            "valkeys://ann:p%40ss%2F@store.example/3?prefix=team-1",
            StoreUrl("store.example", is_tls=True, user="ann", password=Secret("p@ss/"), database=3, prefix="team-1"),
            "valkeys://store.example:6379",
        ),
        (
            "rediss://:geheim@[::1]:7000",
            StoreUrl("::1", 7000, is_tls=True, password=Secret("geheim")),
            "valkeys://[::1]:7000",
        ),
        ("unix:///run/a%20b.sock", StoreUrl(path="/run/a b.sock"), "unix:///run/a b.sock"),
        ("unix:///run/s?prefix=team", StoreUrl(path="/run/s", prefix="team"), "unix:///run/s"),
    ],
)
def test_a_url_says_where_the_store_is_and_who_may_use_it(text, url, place):
    assert parse_store_url(text) == url
    assert parse_store_url(text).place == place
    assert "geheim" not in repr(parse_store_url(text))
    assert parse_store_url("valkey://h").prefix == DEFAULT_PREFIX


SCHEMES = "to begin with valkey://, redis://, valkeys://, rediss:// or unix://"
HOST = "expected a host that is a name, an IPv4 address, or an IPv6 address in brackets"
PORT = "expected a port from 1 to 65535"
ENCODED = "in which these characters are percent-encoded: / as %2F"
SOCKET = "expected three slashes and the path of a Unix socket"
ANY = "expected memory, embedded, or the URL of a store, such as valkey://127.0.0.1:6379"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("http://:geheim@store.example", SCHEMES),
        ("valky://:geheim@store.example", f"{SCHEMES}; did you mean 'valkey'?"),
        ("valkey://:geheim@", HOST),
        ("valkey://:geheim@[::1", HOST),
        ("valkey://:geheim@[::1::]", HOST),
        ("valkey://:geheim@a b", HOST),
        ("valkey://:geheim@store.example:٣", PORT),
        ("valkey://:geheim@store.example/٣", "expected a path that is the number of a database"),
        ("valkey://:geheim@store.example:70000", PORT),
        ("valkey://:geheim@store.example:", PORT),
        ("valkey://store.example:geheim", PORT),
        ("valkey://:geheim@store.example/database", "expected a path that is the number of a database"),
        ("valkey://:geheim@store.example?prefix={a}", "expected a prefix of 1 to 64 letters"),
        ("valkey://:geheim@store.example?prefix=", "expected a prefix of 1 to 64 letters"),
        ("valkey://:geheim@store.example?prefx=a", "no query but ?prefix=NAME; did you mean 'prefix'?"),
        ("valkey://:geheim@store.example?timeout=1", "no query but ?prefix=NAME"),
        ("valkey://:geheim@store.example?", "no query but ?prefix=NAME"),
        ("valkey://:geheim@store.example#part", "expected no part after #"),
        ("valkey://:geheim/1@store.example", ENCODED),
        ("valkey://:geheim?1@store.example", ENCODED),
        ("valkey://:geheim#1@store.example", ENCODED),
        ("valkey://:geheim@1@store.example", ENCODED),
        ("valkey://:geheim 1@store.example", ENCODED),
        ("unix://geheim/s", SOCKET),
        ("unix:///", SOCKET),
        ("geheim", ANY),
        ("embeded", "; did you mean 'embedded'?"),
    ],
)
def test_a_wrong_part_of_a_url_is_named_without_repeating_it(text, why):
    for read in (parse_store_url, lambda text: Settings(state=text)):
        with pytest.raises((ValueError, SettingsError)) as caught:
            read(text)
        assert why in str(caught.value)
        assert "geheim" not in str(caught.value)
        assert mask_message(str(caught.value)) == str(caught.value), "messages hide what looks like a password"


@pytest.mark.parametrize("word", ["memory", "embedded"])
def test_the_other_states_are_no_urls(word):
    with pytest.raises(ValueError, match="expected the URL of a store"):
        parse_store_url(word)
