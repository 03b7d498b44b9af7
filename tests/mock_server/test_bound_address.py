"""A mock needs a token unless its socket is bound to this machine's loopback, whatever the option ``host`` says."""

import socket

import httpx
import pytest

from migma_contract.errors import ServerError
from migma_mock import MockServer
from migma_mock.http import listening

pytestmark = pytest.mark.attack("other-origins")


def has_ipv6():
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


needs_ipv6 = pytest.mark.skipif(not has_ipv6(), reason="needs IPv6")


@pytest.mark.parametrize(
    ("host", "needs_token"),
    [
        ("127.0.0.1", False),
        ("127.8.8.8", False),
        ("localhost", False),
        ("127.1", False),
        ("2130706433", False),
        pytest.param("::1", False, marks=needs_ipv6),
        pytest.param("::ffff:127.0.0.1", False, marks=needs_ipv6),
        ("0.0.0.0", True),
        ("0", True),
        ("0x0", True),
        pytest.param("::", True, marks=needs_ipv6),
        pytest.param("::ffff:0.0.0.0", True, marks=needs_ipv6),
        pytest.param("0::0", True, marks=needs_ipv6),
    ],
)
def test_every_spelling_of_an_address_counts_as_what_it_is(host, needs_token):
    with MockServer(reload=False, host=host) as mock:
        assert mock.is_reachable_by_others is needs_token
        assert mock.mock.control_access.token_is_generated is needs_token
        assert httpx.get(f"{mock.base_url}/__mock__/accounts").status_code == (401 if needs_token else 200)


def test_a_name_of_this_machine_that_resolves_to_another_address_needs_a_token(monkeypatch):
    """As ``localhost`` does with an odd hosts file."""
    resolved = socket.getaddrinfo("0.0.0.0", 0, type=socket.SOCK_STREAM)
    monkeypatch.setattr(listening.socket, "getaddrinfo", lambda *_, **__: resolved)
    mock = MockServer(reload=False, host="localhost")
    assert mock.mock.control_access.token
    assert mock.is_reachable_by_others
    mock.stop()


@pytest.mark.parametrize("host", ["", "[::1]", "no such host"])
def test_what_is_no_address_is_not_listened_on(host):
    """An empty host is every address to some programs."""
    with pytest.raises(ServerError, match="no address"):
        MockServer(reload=False, host=host)


def test_a_token_that_was_given_stays():
    mock = MockServer(reload=False, host="0.0.0.0", control_token="a_token_that_only_tests_know")
    assert mock.mock.control_access.token == "a_token_that_only_tests_know"
    assert not mock.mock.control_access.token_is_generated
    mock.stop()
