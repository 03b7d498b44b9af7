"""Settings: one list, of which flags, variables and keyword arguments are made."""

import re
from pathlib import Path
from typing import Literal, get_args, get_origin

import pytest
from pydantic import ValidationError

from migma_contract.errors import SettingsError
from migma_contract.redaction import Secret, mask_message
from migma_mock import create_app
from migma_mock.settings import Settings, flag, unknown_variables, variable
from migma_mock.sharing.store.store_url import parse_store_url
from migma_mock.state_url import STATE_EXPECTED

SECRET = "mgma_sk_live_abcdefgh"

# A value other than the default for each setting, as text, and what it is read as.
OTHER = {
    "host": ("0.0.0.0", "0.0.0.0"),
    "port": ("5010", 5010),
    "tls": ("on", True),
    "tls_cert": ("cert.pem", Path("cert.pem")),
    "tls_key": ("key.pem", Path("key.pem")),
    "tls_ca": ("ca.pem", Path("ca.pem")),
    "fixtures": ("mine", [Path("mine")]),
    "builtin": ("false", False),
    "contract": ("new.json", "new.json"),
    "refresh": ("yes", True),
    "strict_nullable": ("true", True),
    "rates": ("percent", "percent"),
    "seed": ("-7", -7),
    "unknown_id": ("generate", "generate"),
    "profile": ("edge", "edge"),
    "api_key": (f"{SECRET},another_key", [Secret(SECRET), Secret("another_key")]),
    "cors_origin": ("https://a.example,*", ["https://a.example", "*"]),
    "strict_auth": ("true", True),
    "delay": ("200ms", 0.2),
    "fault": ("faults.json", Path("faults.json")),
    "scenario": ("outage-503, slow-tail", ["outage-503", "slow-tail"]),
    "plan": ("25/min", "25/min"),
    "upstream": ("https://api.migma.ai/v1/", "https://api.migma.ai/v1"),
    "record": ("recordings", Path("recordings")),
    "retry_after": ("date", "date"),
    "gzip": ("1", True),
    "metadata": ("1", True),
    "reload": ("no", False),
    "journal_size": ("0", 0),
    "max_accounts": ("5", 5),
    "max_memory": ("64MB", "64MB"),
    "control": ("false", False),
    "control_token": (SECRET, Secret(SECRET)),
    "state": ("valkey://me:hunter2@store:6379/1?prefix=team", Secret("valkey://me:hunter2@store:6379/1?prefix=team")),
    "workers": ("4", 4),
    "drain": ("2.5", 2.5),
    "instance": ("mock-2", "mock-2"),
    "fast_path": ("off", False),
    "log_format": ("json", "json"),
    "telemetry": ("on", True),
    "quiet": ("on", True),
}

BAD = {
    "port": ["-1", "65536", "http", "4010.5", "1e3"],
    "tls": ["1.3"],
    "builtin": ["perhaps"],
    "refresh": ["again"],
    "strict_nullable": ["2"],
    "rates": ["percentage", "Percent"],
    "seed": ["x", "1.5"],
    "unknown_id": ["404", "Generate"],
    "profile": ["real", ""],
    "api_key": ["short", "with a space", "emoji🦊emoji"],
    "cors_origin": ["a.example", "https://a.example/path", "null", "https://*.example", "https://me@a.example"],
    "strict_auth": ["perhaps"],
    "delay": ["5", "200", "-1s", "long"],
    "plan": ["25", "gold"],
    "upstream": ["api.migma.ai", "http://api.migma.ai", "https://me:pw@api.migma.ai", "https://api.migma.ai/?a=b", "x"],
    "retry_after": ["minutes"],
    "gzip": ["zip"],
    "metadata": ["maybe"],
    "reload": ["soon"],
    "journal_size": ["-1", "1000001"],
    "max_accounts": ["0", "many"],
    "max_memory": ["0MB", "999KB", "64", "many"],
    "control": ["perhaps"],
    "control_token": ["short", "x" * 15, "with a space in it", "line\nend of a token"],
    "state": [
        "here",
        "http://me:hunter2@store:6379",
        "valkey://",
        "valkey://me:hunter2@store:99999",
        "valkey://me:hunter2@store/first",
        "valkey://me:hunter2@store?prefx=team",
        "valkey://me:hunter2@store?prefix=a{b}",
        "unix://store.sock",
    ],
    "workers": ["0", "65", "many", "1.5"],
    "drain": ["-1", "601", "nan", "inf", "a while"],
    "instance": ["a b", "x" * 65],
    "fast_path": ["slow"],
    "log_format": ["JSON", "xml"],
    "telemetry": ["perhaps"],
    "quiet": ["silent"],
}


def test_the_lists_here_are_complete():
    assert list(OTHER) == list(Settings.model_fields)
    files = {"tls_cert", "tls_key", "tls_ca", "fixtures", "contract", "fault", "record"}
    assert set(BAD) == set(Settings.model_fields) - {"host", "scenario", *files}


@pytest.mark.parametrize("name", OTHER)
def test_every_setting_is_a_variable(monkeypatch, name):
    text, value = OTHER[name]
    assert getattr(Settings.read(), name) != value
    monkeypatch.setenv(f"MIGMA_MOCK_{name.upper()}", text)
    assert getattr(Settings.read(), name) == value


@pytest.mark.parametrize("name", OTHER)
def test_every_setting_is_a_keyword_that_wins_over_the_variable(monkeypatch, name):
    text, value = OTHER[name]
    default = Settings.model_fields[name].default
    monkeypatch.setenv(variable(name), text)
    assert getattr(Settings.read(**{name: None}), name) == value, "None means not given"
    if default is not None:
        assert getattr(Settings.read(**{name: default}), name) == default
    monkeypatch.delenv(variable(name))
    assert getattr(Settings.read(**{name: text}), name) == value
    assert getattr(Settings.read(), name) == default


@pytest.mark.parametrize("name", OTHER)
def test_every_setting_is_a_flag_with_a_description(command, name):
    outcome = command("serve", "--help")
    assert outcome.code == 0
    assert re.search(rf"(^|[\s,/]){flag(name)}\b", outcome.out)
    words = " ".join(outcome.out.split())
    assert variable(name) in words
    assert Settings.model_fields[name].description in words
    if get_origin(Settings.model_fields[name].annotation) is Literal:
        assert "|".join(get_args(Settings.model_fields[name].annotation)) in words


@pytest.mark.parametrize("name", OTHER)
def test_every_flag_reaches_the_settings(command, monkeypatch, name):
    """Asked of the command itself, with a server that only notes its settings."""
    text, value = OTHER[name]
    seen = []

    class Server:
        def __init__(self, *, settings, progress_hook):
            seen.append(settings)
            raise SettingsError([])

    monkeypatch.setattr("migma_mock.cli.serve.MockServer", Server)
    monkeypatch.setenv(variable("port"), "1")
    default = Settings.model_fields[name].default
    if isinstance(default, bool):
        arguments = [flag(name) if value else f"--no-{flag(name)[2:]}"]
    elif isinstance(value, list):
        texts = [each.reveal() if isinstance(each, Secret) else each for each in value]
        arguments = [part for each in texts for part in (flag(name), each)]
    else:
        arguments = [f"{flag(name)}={text}"]
    if name == "workers":
        arguments.append("--no-control")  # or they would need a shared state
    assert command(*arguments).code == 2
    assert getattr(seen[0], name) == value
    assert seen[0].port == (value if name == "port" else 1), "flags win over variables, which win over defaults"


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in BAD.items() for text in texts if text])
def test_a_bad_variable_is_named(monkeypatch, name, text):
    monkeypatch.setenv(variable(name), text)
    with pytest.raises(SettingsError) as caught:
        Settings.read()
    (problem,) = caught.value.problems
    assert problem.file == variable(name)
    assert problem.expected
    assert "should" not in problem.expected


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (name, text)
        for name, texts in BAD.items()
        for text in texts
        if Settings.model_fields[name].annotation is not bool
    ],
)
def test_a_bad_flag_is_named(command, name, text):
    outcome = command("serve", f"{flag(name)}={text}")
    assert outcome.code == 2
    assert outcome.out == ""
    assert flag(name) in outcome.err
    assert "expected" in outcome.err


@pytest.mark.parametrize("name", OTHER)
def test_an_empty_variable_is_as_good_as_none(monkeypatch, name):
    """CI systems set variables that have no value to nothing; a folder of that name would be the working directory."""
    monkeypatch.setenv(variable(name), "")
    assert getattr(Settings.read(), name) == Settings.model_fields[name].default


def test_all_that_is_wrong_comes_at_once(monkeypatch):
    monkeypatch.setenv(variable("port"), "x")
    with pytest.raises(SettingsError) as caught:
        Settings.read(seed="x", profile="x")
    assert {problem.file for problem in caught.value.problems} == {variable("port"), "--seed", "--profile"}


@pytest.mark.attack("secrets-in-errors")
@pytest.mark.parametrize("key", ["short", "with a space in it", f"{SECRET}\n", SECRET * 20])
def test_a_key_is_never_echoed(command, monkeypatch, key):
    outcome = command("serve", "--port=0", "--api-key", key)
    assert outcome.code == 2
    assert key.strip()[:20] not in outcome.err.replace("a key of the form", "")
    monkeypatch.setenv(variable("api_key"), key + " and more")
    with pytest.raises(SettingsError) as caught:
        Settings.read()
    assert key.strip() not in str(caught.value)


@pytest.mark.attack("guessed-tokens")
def test_a_token_that_could_be_guessed_is_refused_with_the_length_that_it_needs(command):
    outcome = command("serve", "--port=0", "--control-token", "hunter2")
    assert outcome.code == 2
    assert "--control-token: expected control token of at least 16 characters" in outcome.err
    assert "hunter2" not in outcome.err
    assert Settings.read(control_token="x" * 16).control_token


def test_keys_in_the_variable_are_separated_by_commas(monkeypatch):
    monkeypatch.setenv(variable("api_key"), f" {SECRET} , ,key_number_two,")
    assert Settings.read().api_key == [Secret(SECRET), Secret("key_number_two")]


def test_an_unknown_option_of_the_library_names_the_known_ones():
    with pytest.raises(SettingsError) as caught:
        create_app(prot=1)
    assert "settings: unknown setting 'prot'; did you mean 'port'? Known are host, port" in str(caught.value)


def test_an_unknown_variable_is_told_with_the_nearest_name(monkeypatch):
    assert not unknown_variables()
    monkeypatch.setenv("MIGMA_MOCK_PROT", "1")
    monkeypatch.setenv("MIGMA_MOCK_ZZZZZZ", "1")
    monkeypatch.setenv("MIGMA_CONTRACT_PORT", "1")
    near, far = unknown_variables()
    assert near == "MIGMA_MOCK_PROT is set, but there is no setting PROT; did you mean 'PORT'?"
    assert far == "MIGMA_MOCK_ZZZZZZ is set, but there is no setting ZZZZZZ."


@pytest.mark.attack("environment")
def test_a_file_of_variables_in_the_working_directory_is_not_read(monkeypatch, tmp_path):
    (tmp_path / ".env").write_text("MIGMA_MOCK_PORT=1\n")
    monkeypatch.chdir(tmp_path)
    assert Settings.read().port == 4010


def test_settings_do_not_change():
    with pytest.raises(ValidationError):
        Settings.read().port = 1


def test_what_only_the_command_starts_is_refused_in_process():
    with pytest.raises(SettingsError, match="workers: expected 1, since only `migma-mock serve` starts workers, got 2"):
        create_app(workers=2)
    with pytest.raises(SettingsError, match="state: expected memory or the URL of a store, since only `migma-mock"):
        create_app(state="embedded")


STORES = [
    "valkey://store",
    "redis://store:6379",
    "valkeys://:hunter2@store.example:6380/15?prefix=team-1",
    "rediss://me:p%40ss@[::1]:1/0",
    "unix:///run/valkey.sock?prefix=x",
]


@pytest.mark.parametrize("url", STORES)
def test_what_is_accepted_as_the_url_of_a_store_can_be_read_as_one(url):
    assert parse_store_url(Settings(state=url).state.reveal()).prefix


@pytest.mark.attack("secrets-in-records")
def test_the_password_of_a_store_is_a_secret_as_it_is_written_and_as_it_is_meant():
    assert set(Settings(state="rediss://me:p%40ss@store").secrets) == {Secret("p%40ss"), Secret("p@ss")}
    assert Settings(state="valkey://store").secrets == Settings(state="memory").secrets == []


def test_the_expected_form_of_a_state_hides_nothing_where_messages_hide_passwords():
    assert mask_message(STATE_EXPECTED) == STATE_EXPECTED
