"""``migma-mock wait`` returns when the mock answers, and says why it does not."""

import socket
import threading

import httpx
import pytest

from migma_mock import MockServer
from migma_mock.cli.wait import _why_not_ready


def test_two_mocks_at_one_address_are_told_apart(command):
    """A script that starts a mock must not take one that was left over for it."""
    with MockServer(reload=False, instance="ci-42") as mock:
        assert command("wait", mock.base_url, "--instance", "ci-42") == (0, "", "")
        other = command("wait", mock.base_url, "--instance", "ci-43", "--timeout", 0)
    assert other.code == 1
    assert other.err.endswith("the mock there is another instance, 'ci-42'.\n")


def test_a_mock_without_an_id_of_its_own_gets_a_random_one():
    with MockServer(reload=False) as one, MockServer(reload=False) as other:
        found = [httpx.get(f"{each.base_url}/__mock__/health").json()["instance"] for each in (one, other)]
    assert found == [one.mock.instance, other.mock.instance]
    assert len(set(found)) == 2


@pytest.mark.parametrize("body", [b"{}", b"[]", b"x", b'{"instance": 1}'])
def test_what_has_no_such_id_is_not_the_mock_that_is_meant(command, answering, body):
    head = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body)
    with answering(head + body) as port:
        assert command("wait", f"http://127.0.0.1:{port}", "--instance", "ci-42", "--timeout", 0).code == 1


@pytest.mark.parametrize("path", ["", "/v1", "/v1/"])
def test_it_returns_when_the_mock_is_ready(command, mock, path):
    assert command("wait", mock.base_url + path) == (0, "", "")


def test_it_needs_no_token(command):
    """As in a network of containers."""
    with MockServer(reload=False, host="0.0.0.0") as mock:
        assert mock.mock.control_access.token
        assert command("wait", mock.base_url) == (0, "", "")


def test_it_is_a_command_of_the_process_too(run_mock, mock):
    assert run_mock("wait", mock.base_url) == (0, "", "")


def test_it_waits_for_a_mock_that_starts_later(command):
    mock = MockServer(reload=False)
    starting = threading.Timer(0.3, mock.start)
    starting.start()
    try:
        assert command("wait", mock.base_url, "--timeout", 600).code == 0
    finally:
        starting.join()
        mock.stop()


def test_it_ends_with_1_and_the_last_reason_when_the_time_is_up(command):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        refused = command("wait", url, "--timeout", "0.1")
        listener.listen()
        silent = command("wait", url, "--timeout", "0.1")
    assert "refused" in refused.err
    for outcome in (refused, silent):
        assert (outcome.code, outcome.out) == (1, "")
        assert outcome.err.startswith(f"migma-mock: The mock at {url} was not ready after 0.1 s. Last attempt: ")
        assert outcome.err.count("\n") == 1


def test_it_names_another_server(command, answering):
    with answering(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n") as port:
        outcome = command("wait", f"http://127.0.0.1:{port}", "--timeout", 0)
    assert outcome.code == 1
    assert "/__mock__/health answered 404, so something else may listen there" in outcome.err


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "127.0.0.1:4010",
        "ftp://x",
        "http://",
        "http://[::1",
        "http://x:port",
        "http://x:0",
        "http://x:99999",
    ],
)
def test_it_ends_with_2_for_an_invalid_url(command, url):
    outcome = command("wait", url, "--timeout", "0.1")
    assert (outcome.code, outcome.out) == (2, "")
    assert "expected a base URL such as http://127.0.0.1:4010" in outcome.err


@pytest.mark.parametrize("text", ["127.0.0.1:4014", "localhost:4010/v1", "[::1]:4010", "mock:4010"])
def test_an_address_without_a_scheme_gets_the_url_that_may_be_meant(command, text):
    done = command("wait", text)
    assert (done.code, f"Did you mean http://{text}?" in done.err) == (2, True)


@pytest.mark.parametrize("text", ["nonsense", "user:secret@host", "ftp://host:1"])
def test_another_text_gets_no_such_proposal(command, text):
    done = command("wait", text)
    assert (done.code, "Did you mean" in done.err, "secret" in done.err) == (2, False, False)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"reason": "It is about to stop."}', "the mock is not ready: It is about to stop"),
        (b"[]", "the mock is not ready"),
        (b"no JSON", "the mock is not ready"),
    ],
)
def test_a_mock_that_answers_and_is_not_ready_is_waited_for(body, said):
    """While it looks for its store, for example."""
    answers = {"/__mock__/health": httpx.Response(200, json={}), "/__mock__/ready": httpx.Response(503, content=body)}
    with httpx.Client(transport=httpx.MockTransport(lambda request: answers[request.url.path])) as client:
        assert _why_not_ready(client, "http://127.0.0.1:4010", 600, None) == said


def test_a_mock_without_the_route_of_an_older_release_is_ready_when_it_answers():
    def answer(request):
        return httpx.Response(200 if request.url.path == "/__mock__/health" else 404, json={})

    with httpx.Client(transport=httpx.MockTransport(answer)) as client:
        assert _why_not_ready(client, "http://127.0.0.1:4010", 600, None) == ""


def test_a_mock_that_drains_is_not_ready():
    with MockServer(reload=False) as mock, httpx.Client() as client:
        mock.mock.draining = True
        said = _why_not_ready(client, mock.base_url, 600, None)
    assert said == "the mock is not ready: The mock is about to stop, and still answers what it gets"
