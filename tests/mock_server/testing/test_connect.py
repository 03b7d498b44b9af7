"""MigmaMock.connect: a mock that runs elsewhere, or one sentence about why it cannot be used."""

from datetime import UTC, datetime

import httpx
import pytest
from freezegun import freeze_time

from migma_contract.version import __version__
from migma_mock import ArgumentError, MigmaMock, MockServer, MockTransport, RemoteMockError
from migma_mock.testing import control_client, remote_account

TOKEN = "a-token-that-only-tests-know"


def status(mock):
    return httpx.get(mock.stats_url(mock.example_id), headers=mock.auth_headers, trust_env=False).status_code


@pytest.fixture(scope="module")
def guarded():
    """A mock whose control API needs a token, with a key that may be a real one."""
    with MockServer(reload=False, control_token=TOKEN, builtin=False, api_key=["mgma_sk_live_maybe_real"]) as server:
        yield server


def refusal(url, *arguments, **options):
    """Return the error of a connection, which is one sentence about what is wrong and one about what to do."""
    with pytest.raises(RemoteMockError) as refused:
        MigmaMock.connect(url, *arguments, **options)
    return str(refused.value)


def test_a_mock_that_cannot_be_reached_says_where_and_why():
    said = refusal("http://127.0.0.1:9")
    assert said.startswith("The mock at http://127.0.0.1:9 cannot be reached: ")
    assert said.endswith(" Start it with 'migma-mock serve', or correct the URL.")


def test_a_mock_that_ends_cannot_be_reached_from_then_on():
    with MockServer(reload=False) as server:
        mock = MigmaMock.connect(server.base_url)
        assert status(mock) == 200
    with pytest.raises(RemoteMockError, match="cannot be reached"):
        mock.requests  # noqa: B018  # reading it is a request


def test_what_is_no_mock_is_told_so(migma_mock_server):
    assert "is not a migma-mock. Give the base URL" in refusal(f"{migma_mock_server.base_url}/elsewhere")


def test_a_mock_of_another_version_is_refused(migma_mock_server, monkeypatch):
    monkeypatch.setattr(control_client, "__version__", "99.1.0")
    said = refusal(migma_mock_server.base_url)
    assert f"is migma-mock {__version__}, and this is 99.1.0. Install the same version" in said


def test_a_token_is_needed_and_must_be_right(guarded):
    assert "The control API needs its token. Pass it: MigmaMock.connect(url, token)." in refusal(guarded.base_url)
    said = refusal(guarded.base_url, "wrong-token")
    assert "The control token is wrong. Pass it" in said
    assert "wrong-token" not in said
    mock = MigmaMock.connect(guarded.base_url, TOKEN)
    assert mock.requests == []
    assert TOKEN not in repr(vars(mock._backend._client))


def test_a_control_api_that_is_off_is_said_to_be_off():
    with MockServer(reload=False, control=False) as server:
        assert "The control API is off (--no-control)." in refusal(server.base_url)


def test_keys_that_may_be_real_are_not_shown_and_accounts_have_their_own(guarded):
    mock = MigmaMock.connect(f"{guarded.base_url}/v1/", TOKEN)
    for read in (lambda: mock.api_key, lambda: mock.auth_headers, lambda: mock.stats_url("a")):
        with pytest.raises(RemoteMockError, match=r"may be real ones. Use an account of its own"):
            read()
    with mock.new_account() as account:
        account.campaign("a")
        assert status(account) == 200


def test_a_mock_that_speaks_https_is_trusted_by_its_ca_file():
    with MockServer(reload=False, tls=True) as server:
        assert refusal(server.base_url).endswith("authority: MigmaMock.connect(url, ca_file=…).")
        mock = MigmaMock.connect(server.base_url, ca_file=server.ca_file)
        assert mock.ca_file == str(server.ca_file)
        mock.assert_requested(times=0)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"url": "127.0.0.1:4010"}, "connect(url): expected a base URL such as http://127.0.0.1:4010, got '127.0.0.1"),
        ({"url": 4010}, "connect(url): expected a base URL"),
        ({"url": "http://user:secret@host"}, "got 'http://[redacted]@host'"),
        ({"url": "http://host:99999"}, "connect(url)"),
        (
            {"url": "http://h", "token": "größe"},
            "connect(token): expected the token of the control API, as text, got Sec",
        ),
        ({"url": "http://h", "token": 7}, "connect(token)"),
        ({"url": "http://h", "ca_file": "no-such.pem"}, "connect(ca_file): expected a file with certificates in PEM"),
    ],
)
def test_an_impossible_argument_is_refused(arguments, expected):
    with pytest.raises(ArgumentError) as refused:
        MigmaMock.connect(**arguments)
    assert expected in str(refused.value)


def test_neither_proxies_nor_a_frozen_time_come_between(migma_mock_server, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    with freeze_time("2020-02-29"), MigmaMock.connect(migma_mock_server.base_url).new_account() as mock:
        assert mock.campaign("a")["lastUpdated"] == "2020-02-29T00:00:00Z"
        assert mock.clock.set(datetime(2030, 1, 1, tzinfo=UTC)).year == 2030
        assert status(mock) == 200
        mock.assert_requested(mock.example_id, times=1)


def test_a_forked_process_has_connections_of_its_own(migma_mock_server, monkeypatch):
    with MigmaMock.connect(migma_mock_server.base_url).new_account() as mock:
        client = mock._backend._client
        of_parent = client._http
        with monkeypatch.context() as in_child:
            in_child.setattr(control_client.os, "getpid", lambda: 1)
            assert mock.requests == []
            assert client._http is not of_parent


def test_a_long_journal_is_read_in_pages(migma_mock_server, monkeypatch):
    monkeypatch.setattr(remote_account, "_PAGE", "2")
    with MigmaMock.connect(migma_mock_server.base_url).new_account(empty=True) as mock:
        mock.campaign("a")
        with httpx.Client(transport=MockTransport(migma_mock_server), headers=mock.auth_headers) as client:
            for _ in range(5):
                client.get(mock.stats_url("a"))
        requests = mock.requests
        assert [request.number for request in requests] == [1, 2, 3, 4, 5]
        assert dict(requests[0].response_headers)["content-type"] == "application/json"


def test_records_are_the_same_as_in_the_process_of_the_mock(migma_mock_server, state_of):
    with (
        MigmaMock.connect(migma_mock_server.base_url).new_account(start=datetime(2026, 3, 1, tzinfo=UTC)) as mock,
        httpx.Client(transport=MockTransport(migma_mock_server), headers=mock.auth_headers) as client,
    ):
        client.get(mock.stats_url("größe"), params={"a": "ä", "key": mock.api_key}, headers={"x-a": "1, 2"})
        mock.fault("truncate", times=1)
        mock.fault("reset", times=1)
        for _ in range(2):
            with pytest.raises(httpx.TransportError):
                client.get(mock.stats_url(mock.example_id))
        client.head(mock.stats_url(mock.example_id))
        here, elsewhere = state_of(mock).journal.entries, mock.requests
        assert [request.as_dict() for request in elsewhere] == [request.as_dict() for request in here]
        assert [repr(request) for request in elsewhere] == [repr(request) for request in here]
        names = ("failure", "headers", "parameters", "is_unexpected", "is_preflight", "response_headers", "time")
        for name in names:
            assert [getattr(each, name) for each in elsewhere] == [getattr(each, name) for each in here], name


def test_a_transport_without_a_socket_needs_a_mock_in_this_process(migma_mock_server):
    with pytest.raises(ArgumentError, match=r"MockTransport\(mock\): expected"):
        MockTransport(MigmaMock.connect(migma_mock_server.base_url))
