"""The mock on a socket: broken requests, a complete check, and the contract as published."""

import socket
from collections.abc import Iterator

import pytest

from migma_contract.redaction import Secret
from migma_contract_tests.check.runner import run_check
from migma_contract_tests.probes.options import CheckOptions
from migma_contract_tests.suites.mock_suite import ask, received
from migma_contract_tests.suites.test_mock.mocks import APP, CAMPAIGN, CONTRACT, KEY, KNOWN, PLAIN
from migma_mock import MockServer


def test_contract_is_served_as_published() -> None:
    """Schemathesis reads the vendor's document here, byte by byte."""
    response = ask(APP, "/openapi.json")
    assert (response.status_code, response.headers["content-type"]) == (200, ["application/json"])
    assert response.content == CONTRACT.raw


@pytest.fixture(scope="module")
def server() -> Iterator[MockServer]:
    """The mock on a socket."""
    with MockServer(**PLAIN) as mock:
        yield mock


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET /v1/campaigns/%b/stats HTTP/1.1\r\nHost: x\r\n\r\n" % (b"a" * 9000), 414),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX-Large: %b\r\n\r\n" % (b"a" * 70000), 431),
    ],
)
def test_broken_request_gets_an_error_in_the_contracts_format(
    server: MockServer, request_bytes: bytes, status: int
) -> None:
    with socket.create_connection(("127.0.0.1", int(server.base_url.rpartition(":")[2])), timeout=10) as connection:
        connection.sendall(request_bytes)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): [value] for name, _, value in (line.partition(": ") for line in lines)}
    assert first.split(" ")[1] == str(status)
    assert headers["connection"] == ["close"]
    KNOWN.check_format(received(status, headers, body))


def test_check_of_the_mock_conforms(server: MockServer) -> None:
    options = CheckOptions(base_url=server.base_url, campaign_ids=(CAMPAIGN,), key=Secret(KEY), rate=None)
    report = run_check(options, CONTRACT)
    assert (report.verdict, report.findings) == ("conforms", ())
