"""API keys as people paste them: one meaning is understood, the rest is refused with what was meant, and not shown."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migma_contract.errors import SettingsError
from migma_contract_tests.probes.api_key import check_key, read_key

KEY = "mgma_sk_live_4zT9qLw8XbR2vN6sKd3F"
KEYS = [
    KEY,
    f"  {KEY}\r\n",
    f'"{KEY}"',
    f"'{KEY}'\n",
    f"“{KEY}”",
    f"„{KEY}“",
    f"‘{KEY}’",
    f"«\u00a0{KEY}\u00a0»",
    f"`{KEY}`",
    f"\ufeff{KEY}\u200b",
    f"{KEY},",
    f"Bearer {KEY}",
    f"bearer  {KEY}",
    f'"Bearer {KEY}"',
    f'Bearer "{KEY}"',
    f"Bearer: {KEY}",
    f"ApiKey {KEY}",
    f"Authorization: Bearer {KEY}",
    f"authorization:Bearer {KEY}",
    f"Authorization: ApiKey {KEY}",
    f"X-API-Key: {KEY}",
    f'-H "Authorization: Bearer {KEY}"',
    f"--header 'X-Api-Key: {KEY}'",
    f"API_KEY={KEY}",
    f"MIGMA_API_KEY={KEY}",
    f'MIGMA_API_KEY = "{KEY}"',
    f"export MIGMA_API_KEY={KEY}",
    f'export MIGMA_API_KEY="{KEY}";',
    f"set MIGMA_API_KEY={KEY}",
    f'$env:MIGMA_API_KEY = "{KEY}"',
    f"MIGMA_API_KEY: {KEY}",
    f'"MIGMA_API_KEY": "{KEY}",',
    f'MIGMA_API_KEY="Bearer {KEY}"  # production',
    f"# the key\n\n{KEY}\n",
    f"{KEY}\n{KEY}\n",
    f"# .env\r\nSTRIPE_API_KEY=sk_live_other\r\nMIGMA_API_KEY='{KEY}'\r\nDEBUG=1\r\n",
    f"MIGMA_API_KEY={KEY}\nMIGMA_BASE_URL=https://api.migma.ai\n",
    f"Accept: application/json\nAuthorization: Bearer {KEY}\n",
]


@pytest.mark.parametrize("text", KEYS)
def test_a_key_is_found_in_what_people_paste(text):
    assert check_key(text, "MIGMA_API_KEY").reveal() == KEY


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("text", KEYS[:3] + KEYS[-3:])
def test_a_file_may_have_any_of_these_and_a_byte_order_mark(tmp_path, encoding, text):
    file = tmp_path / "key"
    file.write_bytes(text.encode(encoding))
    assert read_key(file).reveal() == KEY


def test_a_file_in_utf_16_with_the_other_byte_order_is_read_too(tmp_path):
    file = tmp_path / "key"
    file.write_bytes(codecs.BOM_UTF16_BE + KEY.encode("utf-16-be"))
    assert read_key(file).reveal() == KEY


@pytest.mark.attack("secrets-in-errors")
@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "an API key, got nothing"),
        ('""', "an API key, got nothing"),
        ("MIGMA_API_KEY=", "an API key, got nothing"),
        ("Bearer ", "an API key, got nothing"),
        ("# only a comment", "an API key, got nothing"),
        (f"{KEY}\n{KEY[:-1]}x", "one API key, got 2 different lines"),
        (f"MIGMA_API_KEY={KEY}\nexport MIGMA_API_KEY={KEY}2", "one API key, got 2 different lines"),
        ("STRIPE_API_KEY=sk_live_4242", "the key alone, or MIGMA_API_KEY=KEY, got another name before ="),
        ("OTHER=value", "the key alone, or MIGMA_API_KEY=KEY, got another name before ="),
        ("$MIGMA_API_KEY", "the character U+0024 at position 1 of 14"),
        ("${{ secrets.MIGMA_API_KEY }}", "the character U+0024"),
        ("<your key>", "the character U+003C"),
        (f'{{"MIGMA_API_KEY":"{KEY}"}}', "the character U+007B"),
        ("mgma_sk_live_…", "the character U+2026"),
        ("mgma_sk_live_****3F", "the character U+002A"),
        ("Basic dXNlcjpwYXNz", "the character U+0020"),
        ("two words", "the character U+0020"),
        (f"curl -H 'X-API-Key: {KEY}'", "the character U+0020"),
    ],
)
def test_what_is_no_single_key_is_refused_and_not_shown(text, says):
    with pytest.raises(SettingsError) as caught:
        check_key(text, "MIGMA_API_KEY")
    assert says in str(caught.value)
    assert KEY not in str(caught.value)
    assert "sk_live_4242" not in str(caught.value)


def test_a_key_file_that_is_too_long_is_refused_and_not_cut(tmp_path):
    file = tmp_path / "key"
    file.write_text(f"{'# a comment' * 6000}\n{KEY}\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="more than 64 KiB"):
        read_key(file)


@given(key=st.text("abcXYZ019_-.~+/", min_size=1, max_size=40).map(lambda text: f"k{text}0"))
def test_any_key_that_can_be_sent_stays_as_it_is(key):
    assert check_key(key, "MIGMA_API_KEY").reveal() == key
    assert check_key(f"MIGMA_API_KEY={key}", "MIGMA_API_KEY").reveal() == key
    assert check_key(f"{key}==", "MIGMA_API_KEY").reveal() == f"{key}=="


@pytest.mark.attack("secrets-in-errors")
@given(text=st.text(max_size=60))
def test_any_text_is_a_key_or_refused_without_being_shown(text):
    secret = f"{text}hunter2"
    try:
        shown = "" if check_key(secret, "MIGMA_API_KEY").reveal() in secret else secret
    except SettingsError as error:
        shown = str(error)
    assert "hunter2" not in shown


@pytest.mark.parametrize(
    "text",
    ["YOUR_API_KEY", "MIGMA_API_KEY=YOUR_API_KEY", "Bearer YOUR_API_KEY", "KEY", "API_KEY", "your-api-key", "xxxxx"],
)
def test_the_placeholder_of_a_key_is_refused(text):
    with pytest.raises(SettingsError, match="expected your API key, got the placeholder of an example"):
        check_key(text, "MIGMA_API_KEY")


@pytest.mark.parametrize(
    "text", [f"Bearer Bearer {KEY}", f"Authorization: Bearer bearer {KEY}", f"bearer: Bearer {KEY}"]
)
def test_a_scheme_that_is_there_twice_is_named(text):
    with pytest.raises(SettingsError, match=r"got the word [Bb]earer twice") as caught:
        check_key(text, "MIGMA_API_KEY")
    assert KEY not in str(caught.value)
