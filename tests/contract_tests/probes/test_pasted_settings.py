"""Ids and URLs as people paste them: one meaning is understood, the rest is refused with what was meant."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migma_contract.errors import SettingsError
from migma_contract.redaction import Secret
from migma_contract_tests.probes.campaign_ids import check_campaign_ids
from migma_contract_tests.probes.urls import check_base_url, require_encryption

KEY = "mgma_sk_live_4zT9qLw8XbR2vN6sKd3F"
A, B = "507f1f77bcf86cd799439011", "507f191e810c19729de860ea"


@pytest.mark.parametrize(
    "text",
    [
        f"{A},{B}",
        f"{A} {B}",
        f"{A}, {B}",
        f"{A};{B};",
        f"{A}\n{B}\n",
        f"{A}\r\n{B}\r\n",
        f"{A}\t{B}",
        f"{A} | {B}",
        f" {A} ,, {B} ,",
        f'"{A}","{B}"',
        f'["{A}", "{B}"]',
        f"['{A}', '{B}']",
        f"[{A}, {B}]",
        f"“{A}” “{B}”",
        f"\ufeff{A},{B}",
        f"MIGMA_CAMPAIGN_IDS={A},{B}",
        f'export MIGMA_CAMPAIGN_IDS="{A} {B}"',
        f"{A},{B},{A}",
        f"https://api.migma.ai/v1/campaigns/{A}/stats https://api.migma.ai/v1/campaigns/{B}/stats?x=1",
        f"https://app.migma.ai/campaigns/{A}/report,/v1/campaigns/{B}",
        f"campaigns/{A}/stats,campaigns/{B}/",
    ],
)
def test_ids_are_found_in_what_people_paste(contract, text):
    assert check_campaign_ids([text], "MIGMA_CAMPAIGN_IDS", Secret(KEY), contract.operation) == (A, B)


@pytest.mark.parametrize(
    "text", ["<id>", "{id}", '{"id": "a"}', "..", "a/b", "https://api.migma.ai", "a?b", "a\x00b", "$ID"]
)
def test_what_is_no_id_is_refused(contract, text):
    with pytest.raises(SettingsError, match="expected campaign ids such as"):
        check_campaign_ids([text], "--campaign-id", Secret(KEY), contract.operation)


@pytest.mark.parametrize(
    "text", ["CAMPAIGN_ID", "ID", "ID,ID", "YOUR_CAMPAIGN_ID", "<id>", "<campaign id>", "{id}", "…", "..."]
)
def test_the_placeholder_of_an_id_is_refused(contract, text):
    with pytest.raises(SettingsError, match="expected campaign ids such as"):
        check_campaign_ids([text], "--campaign-id", Secret(KEY), contract.operation)


@pytest.mark.parametrize("text", ["spring-sale", "keynote", "idea", "ids-2026", "key-launch", "4711"])
def test_an_id_that_only_begins_like_a_placeholder_is_none(contract, text):
    assert check_campaign_ids([text], "--campaign-id", Secret(KEY), contract.operation) == (text,)


@pytest.mark.parametrize("text", ["summer sale", "autumn, summer sale", "summer 2026", '"a b"'])
def test_words_with_blanks_between_them_are_not_taken_for_several_ids(contract, text):
    """A campaign "summer" was asked for, and reported as missing."""
    with pytest.raises(SettingsError, match=r"one id, write it as in a URL: /.*campaigns/[a-z]+%20") as caught:
        check_campaign_ids([text], "--campaign-id", Secret(KEY), contract.operation)
    assert "Separate several ids by commas." in str(caught.value)


IDS = ["a+b", "urn:x:1", "_V1St", "ab" * 100, "é", "a.b~c-d_e"]
AWKWARD_IDS = ["two words", "a,b", "a/b", "50%", "'quoted'", "a?b#c", "%2F"]


@pytest.mark.parametrize("id_", IDS)
def test_an_id_that_the_mock_can_serve_is_one_of_the_check_too(contract, id_):
    assert check_campaign_ids([id_], "--campaign-id", Secret(KEY), contract.operation) == (id_,)


@pytest.mark.parametrize("id_", [*IDS, *AWKWARD_IDS])
@pytest.mark.parametrize("form", ["https://api.migma.ai/v1/campaigns/{}/stats", "campaigns/{}", "/v1/campaigns/{}"])
def test_any_id_can_be_given_as_in_a_url(contract, id_, form):
    """Some ids could not be given at all."""
    text = form.format(quote(id_, safe=""))
    assert check_campaign_ids([text], "--campaign-id", Secret(KEY), contract.operation) == (id_,)


@pytest.mark.parametrize("id_", ["a/b", "50%", "a?b#c"])
def test_the_refusal_of_an_unusual_id_says_how_to_write_it(contract, id_):
    with pytest.raises(SettingsError, match="If this is one id, write it as in a URL") as caught:
        check_campaign_ids([id_], "--campaign-id", Secret(KEY), contract.operation)
    text = str(caught.value).rpartition(": ")[2].removesuffix(".")
    assert check_campaign_ids([text], "--campaign-id", Secret(KEY), contract.operation) == (id_,)


@pytest.mark.parametrize(
    ("text", "usable"),
    [
        ("http://0.0.0.0:4010", "http://127.0.0.1:4010"),
        ("http://0.0.0.0:4010/v1", "http://127.0.0.1:4010/v1"),
        ("http://[::]:4010", "http://127.0.0.1:4010"),
        ("http://[0:0:0:0:0:0:0:0]:4010", "http://127.0.0.1:4010"),
        ("https://0.0.0.0", "https://127.0.0.1"),
        ("0.0.0.0:4010", "http://127.0.0.1:4010"),
        ("[::]:4010", "http://127.0.0.1:4010"),
    ],
)
def test_an_address_on_which_servers_listen_is_refused_with_the_one_to_use(contract, text, usable):
    with pytest.raises(SettingsError) as caught:
        check_base_url(text, "--base-url", contract.operation)
    assert str(caught.value).endswith(f"For a server on this machine, write {usable}.")


@pytest.mark.attack("secrets-in-errors")
@pytest.mark.parametrize("text", [KEY, f"{A},{KEY}", "mgma_sk_test_another", "my-own-key-0123456"])
def test_a_key_in_place_of_an_id_is_refused_and_not_shown(contract, text):
    with pytest.raises(SettingsError, match="got the API key") as caught:
        check_campaign_ids([text], "--campaign-id", Secret("my-own-key-0123456"), contract.operation)
    assert text not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "base_url"),
    [
        ("https://api.migma.ai", "https://api.migma.ai"),
        (' "https://api.migma.ai/" ', "https://api.migma.ai"),
        ("“https://api.migma.ai/v1”\r\n", "https://api.migma.ai/v1"),
        ("MIGMA_BASE_URL=https://api.migma.ai", "https://api.migma.ai"),
        ("export MIGMA_BASE_URL='https://api.migma.ai/v1'", "https://api.migma.ai/v1"),
        ("HTTPS://API.Migma.ai", "https://API.Migma.ai"),
        (f"https://api.migma.ai/v1/campaigns/{A}/stats", "https://api.migma.ai"),
        (f"https://api.migma.ai/v1/campaigns/{A}/stats/", "https://api.migma.ai"),
        (f"https://api.migma.ai/v1/campaigns/{A}", "https://api.migma.ai"),
        ("https://api.migma.ai/v1/campaigns/{id}/stats", "https://api.migma.ai"),
        ("https://api.migma.ai/v1/campaigns", "https://api.migma.ai"),
        ("https://api.migma.ai/v1/campaigns/", "https://api.migma.ai"),
        ("https://v1/campaigns/x", "https://v1/campaigns/x"),
        (f"http://localhost:4010/proxy/v1/campaigns/{A}/stats", "http://localhost:4010/proxy"),
    ],
)
def test_a_base_url_is_found_in_what_people_paste(contract, text, base_url):
    assert check_base_url(text, "--base-url", contract.operation) == base_url


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("api.migma.ai", "Write https://api.migma.ai."),
        ("api.migma.ai/v1", "Write https://api.migma.ai/v1."),
        ("localhost:4010", "Write http://localhost:4010."),
        ("127.0.0.1:4010", "Write http://127.0.0.1:4010."),
        ("[::1]:4010", "Write http://[::1]:4010."),
        ("mock:4010", "Write https://mock:4010."),
        ("[1e9]", "Write https://[1e9]."),
        ("/v1", "Start it with http:// or https://."),
        ("https:/api.migma.ai", "Start it with http:// or https://."),
        ("https://https://api.migma.ai", "Remove all that is not part of it."),
        ("https://api.migma.ai//v1", "Remove all that is not part of it."),
        ("https://api.migma.ai MIGMA_RATE=1/s", "Remove all that is not part of it."),
        (f"https://api.migma.ai/v1/campaigns/{A}/metrics/x", "Write https://api.migma.ai."),
        ("https://bücher.example", "Write an international host name in its xn-- form."),
        ("https://api.migma.ai?key=x", "Remove them; keys have their own options."),
    ],
)
def test_a_base_url_that_is_none_is_refused_with_what_was_meant(contract, text, hint):
    with pytest.raises(SettingsError) as caught:
        check_base_url(text, "--base-url", contract.operation)
    assert str(caught.value).endswith(hint)


@pytest.mark.attack("secrets-in-errors")
@pytest.mark.parametrize(
    "text", [KEY, f"https://me:{KEY}@h", f"https://h/{KEY}#x", "http://me:hunter2", "http://me:hunter2@"]
)
def test_a_secret_in_place_of_a_base_url_is_not_shown(contract, text):
    with pytest.raises(SettingsError) as caught:
        check_base_url(text, "--base-url", contract.operation)
    assert KEY not in str(caught.value)
    assert "hunter2" not in str(caught.value)


@given(text=st.text(max_size=40) | st.text("https:/.@[]?#%a1 ", max_size=40))
def test_any_text_is_a_base_url_or_refused(contract, text):
    try:
        base_url = check_base_url(text, "--base-url", contract.operation)
    except SettingsError:
        return
    assert base_url.startswith(("http://", "https://"))
    assert check_base_url(base_url, "--base-url", contract.operation) == base_url


@pytest.mark.parametrize("url", ["http://localhost:1", "http://127.0.0.1", "http://[::1]:1", "https://api.migma.ai"])
def test_a_key_may_go_over_https_and_to_this_machine(url):
    require_encryption(url, "--base-url", "--allow-http")


@pytest.mark.attack("key-elsewhere")
@pytest.mark.parametrize("url", ["http://api.migma.ai", "http://10.0.0.1:4010", "http://localhost.example.com"])
def test_a_key_may_not_go_over_http_to_another_machine(url):
    with pytest.raises(SettingsError, match="http does not encrypt the API key") as caught:
        require_encryption(url, "MIGMA_BASE_URL", "MIGMA_ALLOW_HTTP=1")
    assert "Use https://, or MIGMA_ALLOW_HTTP=1" in str(caught.value)
