"""Pytest shows no secret that the mock was given, with all local variables and all frames."""

import pytest

from migma_mock.settings import OF_THE_COMMAND, SECRET_SETTINGS, variable

pytest_plugins = ["pytester"]
pytestmark = pytest.mark.attack("secrets-in-errors")

LOUD = ("-l", "-vv", "--tb=long", "-rA")
TEXT = "hunter2"

FAILING = """
import httpx

def test_asserts(migma_mock, migma_mock_server):
    server, settings, mock = migma_mock_server, migma_mock_server.settings, migma_mock_server.mock
    keys, account, accounts = mock.accounts.built_in.keys, mock.accounts.built_in, mock.accounts
    known = accounts.authenticate(b"x-api-key", settings.api_key[0].reveal().encode())
    assert settings.api_key == [], (server, settings, keys, account, known)

def test_runs_into_a_time_out(migma_mock_server, migma_transport):
    with httpx.Client(transport=migma_transport, headers={"X-API-Key": key(migma_mock_server)}) as client:
        client.get(f"http://mock/{key(migma_mock_server)}?api_key={key(migma_mock_server)}")
        migma_mock_server.fault("timeout")
        client.get(migma_mock_server.stats_url(migma_mock_server.example_id))

def test_expects_another_request(migma_mock_server, migma_mock):
    migma_mock_server.assert_requested(
        method="PUT", path=f"/{key(migma_mock_server)}", headers={"x-api-key": key(migma_mock_server)}
    )

@pytest.mark.migma_mock(strict=True)
def test_sends_an_unexpected_request(migma_mock_server, migma_mock, migma_transport):
    with httpx.Client(transport=migma_transport, headers=migma_mock.auth_headers) as client:
        client.get(f"http://mock/{key(migma_mock_server)}?api_key={key(migma_mock_server)}")
    assert not migma_mock.unexpected_requests

def key(server):
    return server.settings.api_key[0].reveal()
"""


def test_a_failing_test_shows_no_secret(run, monkeypatch):
    for name in SECRET_SETTINGS:
        monkeypatch.setenv(variable(name), f"{TEXT}-{TEXT}-{TEXT}")
    result = run(FAILING, *LOUD)
    assert "unexpected requests (migma_mock strict mode)" in result.stdout.str()
    result.assert_outcomes(failed=4, errors=1)
    assert TEXT not in result.stdout.str() + result.stderr.str()


@pytest.mark.parametrize("ini", ["[pytest]\n", "[pytest]\nmigma_mock_seed = 3\n"], ids=["no ini option", "ini option"])
@pytest.mark.parametrize("name", sorted(SECRET_SETTINGS - set(OF_THE_COMMAND)))
def test_a_setting_that_cannot_be_used_is_named_and_not_shown(run, monkeypatch, name, ini):
    monkeypatch.setenv(variable(name), f"{TEXT} {TEXT}!")
    result = run("def test(migma_mock): pass", *LOUD, ini=ini)
    output = result.stdout.str() + result.stderr.str()
    assert result.ret != 0
    assert f"{variable(name)}: expected" in output
    assert TEXT not in output
