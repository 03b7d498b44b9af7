"""The event feed of all accounts has requests in the order in which they came, whatever the accounts' clocks show."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migma_mock import Mock
from migma_mock.control.event_feed import EventFeed
from migma_mock.messages.request import Request

CLOCKS = [datetime(2031, 5, 17, tzinfo=UTC), datetime(1999, 12, 31, tzinfo=UTC), None]


class Party:
    """A mock, three accounts with clocks of their own and somebody without a key; and a feed of all."""

    def __init__(self, journal_size=1000):
        self.mock = Mock(reload=False, journal_size=journal_size)
        self.accounts = [self.mock.accounts.create(empty=True) for _ in CLOCKS]
        for account, at in zip(self.accounts, CLOCKS, strict=True):
            if at:
                account.state.clock.freeze(at)
        self.keys = [account.keys.working.reveal() for account in self.accounts] + ["nobody"]
        self.sent = 0
        self.feed = self.follow()

    def follow(self):
        """Return a feed that begins now."""
        accounts = self.mock.accounts
        return EventFeed(lambda: accounts.all, lambda: accounts.unknown_key_requests, self.mock)

    def send(self, number):
        """Answer a request of an account, or of nobody."""
        headers = [(b"authorization", f"Bearer {self.keys[number]}".encode())]
        self.mock.engine.answer(Request("GET", b"/v1/campaigns/%d/stats" % self.sent, headers))
        self.sent += 1

    def news(self):
        """Return the numbers of the requests that the feed has since the last call, of which it missed none."""
        events = [event.data for event in self.feed.news() if event.name == "entries"]
        assert sum(event["missed"] for event in events) == 0
        return ids(events)


def ids(events):
    """The numbers of requests in events."""
    return [int(entry["campaign"]) for event in events for entry in event["entries"]]


@pytest.fixture(scope="module")
def party():
    return Party()


@settings(max_examples=30)
@given(senders=st.lists(st.lists(st.integers(0, 3), max_size=8), max_size=5))
def test_new_requests_come_in_their_order(party, senders):
    party.news()
    for group in senders:
        first = party.sent
        for number in group:
            party.send(number)
        assert party.news() == list(range(first, party.sent))


def test_many_new_requests_come_in_their_order_in_several_parts():
    """An account with many must not let later requests of another one overtake its own."""
    party = Party()
    for number in [0] * 150 + [1] * 20 + [0, 1, 3] * 30:
        party.send(number)
    read = []
    while part := party.news():
        assert len(part) <= 100
        read += part
    assert read == list(range(party.sent))


def test_past_requests_are_newest_first():
    party = Party()
    for number in [1, 0, 3, 2, 1, 1, 0] * 40:
        party.send(number)
    events = [event.data for event in party.follow().past(250)]
    assert ids(events) == list(range(party.sent))[::-1][:250]


def test_requests_that_the_journals_lost_are_counted_for_each_account():
    party = Party(journal_size=3)
    for number in [0, 0, 1, 0, 0, 1, 0]:
        party.send(number)
    events = [event.data for event in party.feed.news() if event.name == "entries"]
    assert ids(events) == [2, 3, 4, 5, 6]
    missed = {}
    for event in events:
        missed[event["account"]] = missed.get(event["account"], 0) + event["missed"]
    assert missed == {party.accounts[0].id: 2, party.accounts[1].id: 0}


def test_a_cleared_journal_keeps_the_order():
    party = Party()
    for number in (0, 1, 0):
        party.send(number)
    party.accounts[0].state.clear_journal()
    for number in (1, 0, 1):
        party.send(number)
    names = [event.name for event in party.feed.news()]
    assert names[0] == "cleared"
    party.feed = party.follow()
    events = [event.data for event in party.feed.past(10)]
    assert ids(events) == [5, 4, 3, 1]
