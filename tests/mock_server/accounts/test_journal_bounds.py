"""The journal keeps a bounded part of each request, as it was when it was answered."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migma_mock.accounts.journal import Journal
from migma_mock.messages.reply import Reply
from migma_mock.messages.request import Request

REPLY = Reply(200, (), b"{}", "a test")
KIB = 1024


def recorded(request, campaign="", when=0.0):
    journal = Journal(10)
    journal.record(when, request, campaign, REPLY, 0.0)
    return journal.entries[0]


@pytest.mark.attack("memory")
@given(
    path=st.integers(0, 64 * KIB),
    campaign=st.integers(0, 64 * KIB),
    headers=st.lists(st.tuples(st.integers(0, 10 * KIB), st.integers(0, 10 * KIB)), max_size=200),
)
def test_no_entry_takes_more_than_a_few_kib(path, campaign, headers):
    sent = [(b"n" * name, b"v" * value) for name, value in headers]
    entry = recorded(Request("GET", b"/" * path, sent), "c" * campaign)
    kept = sum(len(name) + len(value) for name, value in entry.header_pairs)
    assert len(entry.path) + len(entry.campaign_id or "") + kept <= 8 * KIB
    assert len(entry.header_pairs) <= 32


def test_an_ordinary_request_is_kept_in_full():
    request = Request("GET", b"/v1/campaigns/a/stats", [(b"host", b"localhost"), (b"x", b"y" * 1000)])
    entry = recorded(request, "a")
    assert (entry.method, entry.path, entry.campaign_id) == ("GET", "/v1/campaigns/a/stats", "a")
    assert entry.header_pairs == [("host", "localhost"), ("x", "y" * 1000)]


def test_a_header_that_is_added_later_is_not_in_the_entry():
    headers = [(b"host", b"localhost")]
    entry = recorded(Request("GET", b"/", headers))
    headers.append((b"x-trailer", b"y"))
    assert entry.header_pairs == [("host", "localhost")]


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (-62135596800.0, "0001-01-01T00:00:00.000Z"),
        (-0.25, "1969-12-31T23:59:59.750Z"),
        (1_790_000_000.125, "2026-09-21T14:13:20.125Z"),
        # On Windows the conversions of the platform end at the year 3000.
        (32_536_799_999.0 + 86_400, "3001-01-20T07:59:59.000Z"),
        (253_402_300_799.0, "9999-12-31T23:59:59.000Z"),
    ],
)
def test_every_time_that_a_clock_can_show_is_formatted(seconds, shown):
    assert recorded(Request("GET", b"/", []), when=seconds).as_dict()["time"] == shown
