"""``--log-format json``: whatever happens, every line on standard error is one JSON object."""

import asyncio
import io
import json
import logging
import os
import re
import socket
import sys
import warnings
from urllib.parse import urlsplit

import httpx
import pytest
from raw_requests import GET

from migma_contract.command_exit import INTERNAL_ERROR, exit_codes
from migma_mock.http.json_log import JsonLog, JsonStream, json_line

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
KEY = "mgma_sk_test_local_development_0001"


def events(text):
    """Return the events of a log; every line must be one."""
    found = [json.loads(line) for line in text.splitlines()]
    for event in found:
        assert TIME.fullmatch(event["time"])
        assert event["level"] in {"info", "warning", "error"}
        assert isinstance(event["pid"], int)
    return found


@pytest.fixture
def logged():
    """Return the events that a log has after some calls of it."""

    def log_in_memory(act, **options):
        stream = io.StringIO()
        log = JsonLog(stream, **options)

        async def run():
            act(log)

        asyncio.run(run())
        log.flush()
        assert stream.getvalue().isascii()
        return events(stream.getvalue())

    return log_in_memory


def test_a_request_is_an_event_with_what_a_query_needs(logged):
    def act(log):
        log.request("GET", b"/v1/campaigns/a/stats", 200, "campaign a", 0.0012345, account=lambda: "account-1")
        log.request("GET", b'/"\xff', "no response (reset)", "fault reset, campaign a", 0)

    answered, reset = logged(act)
    del answered["time"], reset["time"]
    common = {"level": "info", "event": "request", "method": "GET", "pid": os.getpid()}
    assert answered == common | {
        "path": "/v1/campaigns/a/stats",
        "status": 200,
        "matched_by": "campaign a",
        "milliseconds": 1.234,
        "account": "account-1",
    }
    assert reset == common | {
        "path": '/"\\xff',
        "failure": "no response (reset)",
        "matched_by": "fault reset, campaign a",
        "milliseconds": 0,
    }


@pytest.mark.attack("secrets-in-records")
def test_secrets_are_removed_before_escapes_hide_them(logged):
    secret = 'a "secret" with\\escapes'

    def act(log):
        log.request("GET", f"/{secret}".encode(), 404, f"campaign {secret}", 0)
        log.note(f"a note with {secret}")
        with log.collecting():
            logging.getLogger("some.library").error("an error with %s", secret)

    found = logged(act, redact=lambda text: text.replace(secret, "[redacted]"))
    assert len(found) == 3
    assert "secret" not in json.dumps(found)
    assert json.dumps(found).count("[redacted]") == 4


@pytest.mark.attack("ci-commands")
@pytest.mark.attack("control-characters")
def test_hostile_text_is_escaped_and_stays_the_same_text(logged):
    texts = ["##vso[task.complete]", "a\n::error::b", "\x1b[2J", "\u202e", "##[group]x", "travis_fold:start"]
    found = logged(lambda log: [log.note(text) for text in texts])
    assert [event["message"] for event in found] == texts
    assert "##vso[" not in json_line("info", "note", message=texts[0])


def test_what_libraries_log_or_print_is_an_event_with_its_traceback(logged):
    def act(log):
        with log.collecting():
            logging.getLogger("uvicorn.error").warning("a %s", "warning")
            try:
                int("line one\nline two")
            except ValueError:
                logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
            with warnings.catch_warnings():
                warnings.simplefilter("always")
                warnings.warn("old", DeprecationWarning, stacklevel=1)
            sys.stderr.writelines(["printed ", "in two pieces", "\n"])

    warning, error, deprecation, printed = logged(act)
    assert (warning["level"], warning["logger"], warning["message"]) == ("warning", "uvicorn.error", "a warning")
    assert (error["level"], error["message"]) == ("error", "Exception in ASGI application")
    assert error["exception"].startswith("Traceback")
    assert "\nValueError: invalid literal" in error["exception"]
    assert "DeprecationWarning: old" in deprecation["message"]
    assert (printed["event"], printed["message"]) == ("message", "printed in two pieces")


def test_a_log_has_three_levels_whatever_libraries_call_theirs(logged):
    def act(log):
        log.note("fixtures reloaded")
        log.note("fixtures not reloaded", is_warning=True)
        logger = logging.getLogger("migma_mock.level_test")
        logger.setLevel(1)
        with log.collecting():
            for level in (5, logging.INFO, 35, logging.CRITICAL):
                logger.log(level, "logged")

    levels = [event["level"] for event in logged(act)]
    assert levels == ["info", "warning", "info", "info", "warning", "error"]


def test_lines_that_were_dropped_are_an_event(logged, monkeypatch):
    monkeypatch.setattr("migma_mock.http.log_writer.MAX_WAITING", 1)

    class Slow(io.StringIO):
        """A stream that is written only when everything waits."""

        def write(self, text):
            while not writer._dropped and not self.getvalue():
                pass
            return super().write(text)

    stream = Slow()
    log = JsonLog(stream)
    writer = log.writer
    for number in range(5):
        log.note(f"note {number}")
    log.flush()
    first, *rest, gap = events(stream.getvalue())
    assert first["message"] == "note 0"
    assert (gap["event"], gap["level"], gap["lines"]) == ("gap", "warning", 4 - len(rest))


def test_a_stream_joins_what_comes_in_pieces():
    stream = io.StringIO()
    target = JsonStream(stream, "error")
    for text in ("one ", "line", "\n", "\n", "a\nb\n"):
        target.write(text)
    assert [event["message"] for event in events(stream.getvalue())] == ["one line", "a\nb"]


def test_an_internal_error_of_the_command_is_one_event(monkeypatch):
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", JsonStream(stream, "error"))
    with pytest.raises(SystemExit) as ended, exit_codes("migma-mock"):
        int("no number")
    assert ended.value.code == INTERNAL_ERROR
    (event,) = events(stream.getvalue())
    assert event["message"].startswith("Traceback")
    assert event["message"].endswith("'no number'")


def test_a_command_says_everything_as_json(serve):
    """Requests that are valid, odd, invalid or answered by a fault; the banner; the end."""
    mock = serve("--log-format", "json")
    address = urlsplit(mock.url)
    path = "/v1/campaigns/66b2f0a1c4e5d60012a40101/stats"
    account = httpx.post(f"{mock.url}/__mock__/accounts", json={}).json()
    headers = {"authorization": f"Bearer {account['keys']['working']}"}
    assert httpx.get(mock.url + path, headers=headers).status_code == 200
    httpx.get(f"{mock.url}/v1/%22%00%ff/{KEY}?api_key={KEY}")
    fault = {"kind": "reset", "times": 1}
    httpx.post(f"{mock.url}/__mock__/accounts/{account['id']}/faults", json=fault)
    with pytest.raises(httpx.HTTPError):
        httpx.get(mock.url + path, headers=headers)
    for data in (b"\x16\x03\x01\n::error::\r\n\r\n", GET + b"X\x00: \x1b[2J\r\n\r\n"):
        with socket.create_connection((address.hostname, address.port)) as connection:
            connection.sendall(data)
            assert connection.recv(12) == b"HTTP/1.1 400"
    _, code, out, err = mock.end()
    assert (code, out) == (0, f"ready {mock.url}\n"), "the ready line stays as it is"
    found = events(err)
    start = found[0]
    assert (start["event"], start["url"], start["contract_version"]) == ("start", mock.url, "1.0.0")
    assert {"note", "request"} == {event["event"] for event in found[1:]}
    requests = [event for event in found if event["event"] == "request"]
    of_account = [event for event in requests if event.get("account") == account["id"]]
    assert [event.get("status", event.get("failure")) for event in of_account] == [200, "no response (reset)"]
    assert [event["status"] for event in requests if event.get("matched_by") == "invalid request"] == [400]
    assert KEY not in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--fixtures", "none"), "migma-mock: the fixtures cannot be used: none: expected a folder"),
        (("--workers", "2"), "migma-mock: the settings cannot be used: --workers: expected 1"),
    ],
)
def test_an_error_at_the_start_is_an_event(command, arguments, message):
    outcome = command("serve", "--port", 0, "--log-format", "json", *arguments)
    assert (outcome.code, outcome.out) == (2, "")
    (event,) = events(outcome.err)
    assert event["level"] == "error"
    assert event["message"].startswith(message)


def test_quiet_tells_only_what_nobody_knows_otherwise(serve):
    mock = serve("--log-format", "json", "--quiet", "--host", "0.0.0.0", MIGMA_MOCK_PROT="1")
    _, code, _, err = mock.end()
    start, note = events(err)
    assert code == 0
    assert len(start["control_token"]) >= 32
    assert note["message"] == "MIGMA_MOCK_PROT is set, but there is no setting PROT; did you mean 'PORT'?"
