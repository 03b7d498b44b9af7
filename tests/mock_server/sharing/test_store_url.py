"""The URL of a store: what it says, and what messages show of it."""

import pytest

from migma_contract.redaction import Secret
from migma_mock.sharing.store_url import DEFAULT_PREFIX, StoreUrl, parse_store_url


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


@pytest.mark.parametrize(
    "text",
    [
        "http://:geheim@store.example",
        "valkey://:geheim@",
        "valkey://:geheim@store.example:70000",
        "valkey://:geheim@store.example/database",
        "valkey://:geheim@store.example?prefix={a}",
        "valkey://:geheim@store.example?prefix=",
        "valkey://:geheim@store.example?timeout=1",
        "valkey://:geheim@store.example#part",
        "valkey://:geheim@[::1",
        "unix://geheim/s",
        "geheim",
    ],
)
def test_what_is_no_url_is_refused_without_repeating_it(text):
    with pytest.raises(ValueError, match=r"the URL of a store, such as valkey://127\.0\.0\.1:6379") as caught:
        parse_store_url(text)
    assert "geheim" not in str(caught.value)
