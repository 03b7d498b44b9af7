"""A request has one answer: what it was answered is what the journal has, and a refused one uses up nothing."""

import contextlib

import pytest
from raw_requests import CAMPAIGN, CHUNKED, END, GET, POST

from migma_mock import MockServer

ANONYMOUS = b"GET " + CAMPAIGN + b" HTTP/1.1\r\nHost: localhost\r\n"
BROKEN_REST = b"3\r\nabc\r\nzz\r\n"
CASES = {
    "405": (POST, [405, 400]),
    "404": (POST.replace(CAMPAIGN, b"/nowhere"), [404, 400]),
    "404, GET": (GET.replace(CAMPAIGN, b"/nowhere"), [400]),
    "401": (ANONYMOUS, [400]),
    "200": (GET, [400]),
    "HEAD": (GET.replace(b"GET", b"HEAD"), [400]),
    "204": (GET.replace(b"GET", b"OPTIONS"), [204, 400]),
    "held": (GET + b"Prefer: wait=30\r\n", [400]),
    "100-continue": (POST + b"Expect: 100-continue\r\n", [405, 400]),
}
"""Heads of requests, and the statuses that they may have when their body is broken; which one depends on the pieces."""


def read_rest(connection):
    """Read a connection until the server closes it."""
    received = b""
    with contextlib.suppress(ConnectionError):
        while chunk := connection.recv(65536):
            received += chunk
    return received


@pytest.fixture
def send_in_two(connect, read_one):
    """Sends bytes in two pieces over a new connection, which it returns; the server reads them one by one."""

    def send(data, cut):
        connection, other = connect(), connect()
        connection.sendall(data[:cut])
        # Another connection's answer says that the first piece was read.
        other.sendall(GET + b"\r\n")
        assert read_one(other).status == 200
        other.close()
        connection.sendall(data[cut:])
        return connection

    return send


@pytest.fixture
def entries(mock, journalled):
    """Clears the journals; returns the entries for requests with a body since then."""
    mock.mock.on_loop(mock.mock.accounts.built_in.state.clear_journal)
    mock.mock.on_loop(mock.mock.accounts.clear_unknown_key_requests)
    return lambda: [each for each in journalled(mock.mock) if "transfer-encoding" in dict(each.header_pairs)]


@pytest.mark.attack("framing")
@pytest.mark.parametrize("case", ["405", "404", "204", "100-continue"])
def test_an_answered_request_whose_body_breaks_gets_no_second_answer(connect, read_one, case):
    head, (status, _) = CASES[case]
    connection = connect()
    connection.sendall(head + CHUNKED)
    assert read_one(connection).status == status
    connection.sendall(BROKEN_REST)
    assert read_rest(connection) == b""


@pytest.mark.attack("framing")
@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("where", ["head", "body"])
def test_wherever_it_is_cut_it_has_one_answer_and_the_journal_has_that(send_in_two, read_answers, entries, case, where):
    head, statuses = CASES[case]
    request = head + CHUNKED + BROKEN_REST
    begin = len(head + CHUNKED)
    cuts = range(1, begin, 17) if where == "head" else range(begin, len(request))
    answered = []
    for cut in cuts:
        connection = send_in_two(request, cut)
        (answer,) = read_answers(read_rest(connection), [head.split(b" ")[0].decode()] if statuses != [400] else [])
        answered.append(answer.status)
        connection.close()
    assert set(answered) <= set(statuses)
    assert [entry.status for entry in entries()] == answered


@pytest.mark.attack("framing")
@pytest.mark.parametrize("broken", ["zz\r\n", "3\r\nabcdef\r\n", "0\r\nno trailer\r\n\r\n"])
@pytest.mark.parametrize("fast_path", [True, False])
def test_a_refused_request_uses_up_no_fault(exchange, broken, fast_path):
    with MockServer(reload=False, fast_path=fast_path) as mock:
        mock.fail(503, times=1)
        assert [each.status for each in exchange(GET + CHUNKED + broken.encode(), mock)] == [400]
        assert [each.status for each in exchange(GET + END, mock)] == [503]
        assert [each.status for each in exchange(GET + END, mock)] == [200]


@pytest.mark.attack("framing")
def test_a_body_that_comes_is_no_reason_to_refuse(statuses):
    assert statuses(GET + CHUNKED + b"3\r\nabc\r\n0\r\n\r\n" + GET + b"Content-Length: 3\r\n\r\nabc" + GET + END) == [
        *[200] * 3
    ]


@pytest.mark.attack("framing")
def test_a_refused_request_to_the_control_api_has_no_effect(exchange, mock):
    account = mock.new_account("kept")
    target = f"/__mock__/accounts/{account.account_id}".encode()
    head = b"DELETE " + target + b" HTTP/1.1\r\nHost: localhost\r\n"
    assert [each.status for each in exchange(head + CHUNKED + b"zz\r\n")] == [400]
    assert account.account_id in [each.id for each in mock.mock.accounts.all]


@pytest.mark.attack("framing")
def test_a_refusal_waits_for_its_turn_and_is_journalled_then(statuses, entries):
    assert statuses(GET + b"Prefer: wait=0.1\r\n\r\n" + POST + CHUNKED + b"zz\r\n") == [200, 400]
    assert [(entry.method, entry.status, entry.matched_by) for entry in entries()] == [("POST", 400, "invalid request")]
