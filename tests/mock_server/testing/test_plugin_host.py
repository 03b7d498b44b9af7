"""No variable of the environment makes a test run listen elsewhere than on loopback."""

import pytest

from migma_mock import Mock, MockServer, Settings

pytest_plugins = ["pytester"]

ELSEWHERE = {
    "all addresses": {"MIGMA_MOCK_HOST": "0.0.0.0"},
    "all addresses of version 6": {"MIGMA_MOCK_HOST": "::"},
    "small letters": {"migma_mock_host": "0.0.0.0"},
    "a name without an address": {"MIGMA_MOCK_HOST": "no-such-host.invalid"},
    "nothing": {"MIGMA_MOCK_HOST": ""},
    "a port too": {"MIGMA_MOCK_HOST": "0.0.0.0", "MIGMA_MOCK_PORT": "1"},
    "a port that is none": {"MIGMA_MOCK_PORT": "http"},
}

MODULE = """
import pytest

def test_on_loopback(migma_mock, migma_mock_server):
    assert migma_mock.base_url.startswith("http://127.0.0.1:")
    assert migma_mock_server._socket.getsockname()[0] == "127.0.0.1"
    assert ask(migma_mock, migma_mock.example_id) == 200
"""


@pytest.fixture(params=ELSEWHERE.values(), ids=ELSEWHERE)
def elsewhere(request, monkeypatch):
    for name, value in request.param.items():
        monkeypatch.setenv(name, value)


@pytest.mark.attack("environment")
@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize("ini", ["[pytest]\n", "[pytest]\nmigma_mock_seed = 3\n"])
def test_the_fixtures_listen_on_loopback(run, ini):
    run(MODULE, ini=ini).assert_outcomes(passed=1)


@pytest.mark.attack("environment")
@pytest.mark.usefixtures("elsewhere")
def test_a_server_in_a_test_listens_on_loopback():
    with MockServer(reload=False) as mock:
        assert mock.base_url.startswith("http://127.0.0.1:")
        assert mock.mock.control_access.token is None, "nobody else can reach it"


def test_whoever_says_so_in_the_program_is_heard(monkeypatch):
    with MockServer(reload=False, host="0.0.0.0") as mock:
        assert mock._socket.getsockname()[0] == "0.0.0.0"
    monkeypatch.setenv("MIGMA_MOCK_HOST", "0.0.0.0")
    for server in (MockServer(settings=Settings.read(port=0)), MockServer(mock=Mock(port=0, reload=False))):
        assert server._socket.getsockname()[0] == "0.0.0.0"
