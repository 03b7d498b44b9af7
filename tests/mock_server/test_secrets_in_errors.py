"""No exception shows a secret that a setting carries: not its text, its chain, nor the local variables on its way."""

import io
import os
import pprint
import re
import socket
import traceback
from unittest.mock import patch

import httpx
import pytest
from _pytest._io.saferepr import saferepr
from pydantic import SecretStr
from rich.console import Console
from rich.traceback import Traceback

from migma_contract.errors import MigmaError
from migma_contract.redaction import Secret
from migma_mock import Mock, MockServer, MockTransport, Settings, create_app
from migma_mock.api_keys import Key
from migma_mock.messages.request import Request
from migma_mock.settings import SECRET_SETTINGS, flag, variable

pytestmark = pytest.mark.attack("secrets-in-errors")

GOOD, BAD = "hunter2-hunter2-hunter2", "hunter2 hunter2 hunter2!"
SECRET = re.compile("hunter2")

SECRETS = sorted(SECRET_SETTINGS)
DOORS = {"Settings": Settings, "read": Settings.read, "Mock": Mock, "create_app": create_app, "MockServer": MockServer}


def secrets(suffix=""):
    """Return every secret setting; the values are in no local variable of the functions on the way."""
    return {f"{name}{suffix}": with_secret(name, os.environ["TEST_SECRET"]) for name in SECRETS}


def with_secret(name, text):
    """Return a value of a setting that has a secret."""
    return [text] if name == "api_key" else f"valkey://me:{text}@store:6379" if name == "state" else text


def call_with_port_in_use(door):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        door(port=taken.getsockname()[1], **secrets())


def call_without_extra(door):
    with patch("migma_contract.extras.find_spec", return_value=None):
        door(profile="schema", unknown_id="generate", **secrets())


def fail_beside(door):
    built = door(**secrets())
    settings = getattr(built, "settings", built)
    assert built is settings is None, (built, settings, vars(settings))


ARGUMENTS = {
    "bad form": (BAD, lambda door: door(**secrets())),
    "another type": (BAD, lambda door: door(**{name: {"key": value} for name, value in secrets().items()})),
    "unknown option": (GOOD, lambda door: door(prot=1, **secrets())),
    "misspelt option": (GOOD, lambda door: door(**secrets("s"))),
    "bad other option": (GOOD, lambda door: door(port="x", **secrets())),
    "exception beside it": (GOOD, fail_beside),
}
OF_MOCKS = {
    "no contract": (GOOD, lambda door: door(contract="missing.json", **secrets())),
    "no fixtures": (GOOD, lambda door: door(fixtures="missing", **secrets())),
    "missing extra": (GOOD, call_without_extra),
}
CASES = [
    *((door, *case) for door in DOORS for case in ARGUMENTS.items()),
    *((door, *case) for door in ("create_app", "MockServer") for case in OF_MOCKS.items()),
    ("MockServer", "port in use", (GOOD, call_with_port_in_use)),
]


def rendered(error):
    """Yield an exception, and each that led to it, as Python, pytest and Rich show it with local variables."""
    yield repr(error)
    yield "".join(traceback.format_exception(error))
    while error is not None:
        yield "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
        yield str(pytest.ExceptionInfo.from_exception(error).getrepr(showlocals=True, style="long", tbfilter=False))
        console = Console(file=io.StringIO(), width=200)
        console.print(Traceback.from_exception(type(error), error, error.__traceback__, show_locals=True))
        yield console.file.getvalue()
        error = error.__cause__ or error.__context__


def assert_hides_secrets(call, *arguments):
    with pytest.raises(BaseException) as caught:  # whatever it is, it shows nothing
        call(*arguments)
    error = caught.value
    # Without the frame of the test itself, which knows the secret.
    shown = list(rendered(error.with_traceback(error.__traceback__.tb_next)))
    assert shown
    assert not [text for text in shown if SECRET.search(text)]
    return error


@pytest.mark.parametrize(("door", "failure", "case"), CASES, ids=lambda part: part if isinstance(part, str) else "")
def test_no_exception_shows_a_secret_that_was_given_as_an_argument(monkeypatch, door, failure, case):
    text, call = case
    monkeypatch.setenv("TEST_SECRET", text)
    error = assert_hides_secrets(call, DOORS[door])
    assert isinstance(error, AssertionError if failure == "exception beside it" else MigmaError)


@pytest.mark.parametrize("door", DOORS)
def test_no_exception_shows_a_secret_of_a_variable(monkeypatch, door):
    for name in SECRETS:
        monkeypatch.setenv(variable(name), BAD)
    error = assert_hides_secrets(DOORS[door])
    read = set(SECRETS) - ({"state"} if DOORS[door] in (Mock, create_app, MockServer) else set())
    assert {problem.file for problem in error.problems} == set(map(variable, read))


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize("rest", [(), ("--port", "x"), ("--contract", "missing.json"), ("--no-such-option",)])
@pytest.mark.parametrize("subcommand", ["serve", "doctor"])
def test_no_message_of_the_command_shows_a_secret(command, name, rest, subcommand):
    given = with_secret(name, GOOD if rest else BAD)
    outcome = command(subcommand, flag(name), given[0] if name == "api_key" else given, *rest)
    assert outcome.code == 2
    assert not SECRET.search(outcome.out + outcome.err)


@pytest.mark.parametrize("name", SECRETS)
def test_an_argument_that_is_not_expected_is_not_shown(command, name):
    """With a space after the =, a key is one."""
    outcome = command("serve", f"{flag(name)}=", GOOD)
    assert outcome.code == 2
    assert "unexpected extra argument" in outcome.err
    assert not SECRET.search(outcome.out + outcome.err)


@pytest.mark.parametrize("url", ["http://user:{}@127.0.0.1:1", "ftp://user:{}@host", "http://127.0.0.1:1/?token={}"])
def test_the_url_to_wait_for_is_shown_without_a_password(command, url):
    outcome = command("wait", url.replace("{}", GOOD), "--timeout", "0")
    assert outcome.code in {1, 2}
    assert "127.0.0.1" in outcome.err or "host" in outcome.err
    assert not SECRET.search(outcome.out + outcome.err)


def test_an_error_within_the_mock_shows_no_key_of_a_request(monkeypatch):
    monkeypatch.setenv("TEST_SECRET", GOOD)
    mock = Mock(reload=False, api_key=[GOOD])
    monkeypatch.setattr(mock.engine.negotiator, "negotiate", {}.__getitem__)
    headers = {"authorization": f"Bearer {GOOD}"}
    with httpx.Client(transport=MockTransport(mock), base_url="http://mock/v1", headers=headers) as client:
        error = assert_hides_secrets(client.get, f"/campaigns/{mock.example_id}/stats")
    assert "in _serve" in "".join(error.__notes__), "where it happened is still told"


def test_every_setting_whose_name_tells_of_a_secret_is_one():
    """A new one is in all tests here, since they take the names from the settings."""
    telling = {name for name in Settings.model_fields if re.search("key|token|secret|password|credential", name)}
    # tls_key is the name of a file, and state is a URL that may have a password.
    assert telling - {"tls_key"} | {"state"} == SECRET_SETTINGS
    assert len(SECRETS) == 3


@pytest.mark.parametrize(
    "holder",
    [
        Secret(GOOD),
        Key(key=Secret(GOOD)),
        Settings(api_key=[GOOD], control_token=GOOD),
        Mock(api_key=[GOOD], builtin=False, reload=False).accounts.built_in.keys,
        Mock(api_key=[GOOD], builtin=False, reload=False).accounts.authenticate(b"x-api-key", GOOD.encode()),
        Request("GET", b"/", [(b"authorization", GOOD.encode())], b"key=" + GOOD.encode()),
    ],
    ids=lambda holder: type(holder).__name__,
)
def test_what_holds_a_secret_does_not_show_it(holder):
    for text in (repr(holder), str(holder), f"{holder}", pprint.pformat(holder), saferepr(holder)):
        assert text
        assert not SECRET.search(text)


def test_what_is_made_of_settings_for_people_and_programs_does_not_show_a_secret():
    settings = Settings(api_key=[GOOD], control_token=GOOD)
    assert not SECRET.search(settings.model_dump_json() + str(settings.model_dump()))
    assert settings.model_dump()["api_key"] == [Secret(GOOD)]


def test_a_token_of_pydantics_own_type_is_accepted():
    assert Settings(control_token=SecretStr(GOOD)).control_token == Secret(GOOD)
