"""A response that never came, or came incomplete, has no status in any record: the record says what came instead."""

import io

import httpx
import pytest

from migma_mock import MockServer
from migma_mock.accounts.recorded_request import RecordedRequest
from migma_mock.accounts.verification import JournalSnapshot, RequestExpectation, verify
from migma_mock.http.access_log import AccessLog
from migma_mock.messages.delivery import Delivery
from migma_mock.messages.reply import Reply
from migma_mock.messages.sending import Sending

HEADERS = ((b"content-length", b"4"),)

FAILURES = {
    "no response (timeout)": (Delivery("hang"), [], ""),
    "no response (reset)": (Delivery("reset"), [], ""),
    "incomplete response (reset)": (Delivery("reset-mid-body", sent=2), [("content-length", "4")], "bo"),
    "incomplete response (truncated)": (Delivery("truncate", sent=1), [("content-length", "4")], "b"),
    "incomplete response (too short)": (Delivery("wrong-length", is_short=True), [("content-length", "4")], "body"),
}


def recorded(delivery, query=b""):
    reply = Reply(200, HEADERS, b"body", "fault x, campaign a", delivery=delivery)
    return RecordedRequest(1, 0.0, "GET", b"/a", [], "a", reply, 0.0, query)


@pytest.mark.parametrize("failure", FAILURES)
def test_an_incomplete_response_has_no_status(failure):
    delivery, headers, body = FAILURES[failure]
    entry = recorded(delivery)
    assert (entry.status, entry.failure, entry.response_headers, entry.response_body) == (None, failure, headers, body)
    assert (entry.as_dict()["status"], entry.as_dict()["failure"]) == (None, failure)
    assert repr(entry) == f"<1: GET /a {failure}, fault x, campaign a>"
    result = verify(RequestExpectation(status=200), JournalSnapshot([entry]))
    assert not result.ok
    assert result.nearest.differs == [f"got {failure}, not status 200"]


@pytest.mark.parametrize("delivery", [Delivery(), Delivery("drip"), Delivery("wrong-length")])
def test_a_complete_response_has_its_status(delivery):
    entry = recorded(delivery)
    assert (entry.status, entry.failure, entry.as_dict()["failure"]) == (200, None, None)
    assert verify(RequestExpectation(status=200), JournalSnapshot([entry])).ok


def test_a_delayed_response_has_no_status_until_it_is_sent():
    """A client that does not wait for it leaves the record as it is."""
    notified = []
    reply = Reply(
        200, HEADERS, b"body", "fault delay, campaign a", delay=9, sending=Sending(lambda: notified.append(1))
    )
    entry = RecordedRequest(1, 0.0, "GET", b"/a", [], "a", reply, 0.0, b"")
    assert repr(entry) == "<1: GET /a no response (delayed), fault delay, campaign a>"
    assert (entry.status, entry.response_headers, entry.response_body) == (None, [], "")
    reply.sending.begin()
    assert (entry.status, entry.failure, entry.response_body, notified) == (200, None, "body", [1])


def test_a_query_is_shown():
    assert repr(recorded(Delivery(), b"page=2")) == "<1: GET /a?page=2 200, fault x, campaign a>"


def test_the_access_log_shows_what_came_in_place_of_a_status():
    stream = io.StringIO()
    with MockServer() as mock:
        log = mock.mock.log = AccessLog(stream)
        mock.fault("reset", times=1)
        with pytest.raises(httpx.ReadError):
            httpx.get(mock.stats_url(mock.example_id), headers=mock.auth_headers)
        httpx.get(mock.stats_url(mock.example_id), headers=mock.auth_headers)
    log.flush()
    first, second = (line.partition("/stats ")[2] for line in stream.getvalue().splitlines())
    assert first.startswith("no response (reset) fault reset, campaign ")
    assert second.startswith("200 campaign ")
