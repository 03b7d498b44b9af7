"""Journals that workers share: records have no secret, tell whose key came, and become the entries that were."""

import re
import sys

import pytest
from account_operations import FIXED
from hypothesis import given
from hypothesis import strategies as st
from model_store import CONTRACT

from migma_contract.redaction import Secret
from migma_mock.accounts.account import AccountKeys
from migma_mock.accounts.journal import Journal
from migma_mock.accounts.record_redactor import RecordRedactor
from migma_mock.memory import Memory
from migma_mock.messages.delivery import NORMAL, Delivery
from migma_mock.messages.reply import Reply
from migma_mock.messages.request import Request
from migma_mock.messages.sending import Sending
from migma_mock.sharing.copies.entry_codec import EntryEncoder, decode_entry
from migma_mock.sharing.copies.shared_journal import SharedJournal
from migma_mock.sharing.store.replies import JournalPage, Record

OWN, OTHER = "own-key-of-the-account", "mgma_sk_test_0123456789abcdef"
PATH = f"/v1/campaigns/{FIXED}/stats".encode()
REPLY = Reply(200, ((b"content-type", b"application/json"),), b'{"a":1}', f"campaign {FIXED}")


class _Account:
    """The account as its journal knows it."""

    keys = AccountKeys(Secret(OWN), Secret(""), Secret(""))


def journal_of(bound=1000, memory=None):
    """A journal of an account, whose key is known."""
    redactor = RecordRedactor(["authorization"], CONTRACT.raw.decode())
    redactor.know([Secret(OWN)])
    journal = SharedJournal(bound, memory, redactor=redactor, encoder=EntryEncoder())
    journal.watch_keys(_Account, lambda: CONTRACT)
    return journal


def recorded(journal, request=None, reply=REPLY, campaign=FIXED):
    """Record a request, and return what goes to the store."""
    journal.record(1_769_852_200.125, request or Request("GET", PATH, []), campaign, reply, 0.00025)
    return journal.take_outbox()


def page(*entries, first=1, unexpected=()):
    """A page of the store with these entries."""
    records = [Record(10 * number, number, entry) for number, entry in enumerate(entries, start=first)]
    return JournalPage(f"{records[-1].order if records else 5}-0", records, [records[index] for index in unexpected])


TEXTS = st.binary(max_size=30) | st.sampled_from([OWN.encode(), f"Bearer {OWN}".encode(), OTHER.encode(), b"%25%36f"])
NAMES = st.sampled_from([b"authorization", b"cookie", b"x-other", b"accept"])


@given(
    headers=st.lists(st.tuples(NAMES, TEXTS), max_size=40),
    query=TEXTS,
    body=st.binary(max_size=50) | st.just(OWN.encode()),
    delivery=st.sampled_from(
        [NORMAL, Delivery("hang"), Delivery("truncate", 3), Delivery("wrong-length", is_short=True)]
    ),
    campaign=st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
)
def test_an_entry_that_is_loaded_shows_what_it_shows_in_one_process(headers, query, body, delivery, campaign):
    request = Request("GET", PATH + b"/" + query, headers, b"token=" + query)
    reply = Reply(404, ((b"content-type", b"text/plain"), (b"x-echo", query)), body, "unknown id", delivery=delivery)
    journal = journal_of()
    plain = Journal(10, redactor=journal.redactor)
    plain.record(1_769_852_200.125, request, campaign, reply, 0.00025)
    for _ in range(2):  # the second one has its texts from the first
        data = recorded(journal, request, reply, campaign).data
        loaded = decode_entry(data, 1, 10, journal.redactor)
        assert loaded.as_dict() == plain.entries[0].as_dict()
        assert OWN.encode() not in data.replace(b"\\u0000", b"")
        assert OTHER.encode() not in data
        for value in (OWN, f"Bearer {OWN}"):
            assert loaded.has_header("Authorization", value) == plain.entries[0].has_header("authorization", value)
            assert loaded.has_parameter("token", value) == plain.entries[0].has_parameter("token", value)


def test_a_key_that_becomes_known_is_in_no_further_record():
    journal, request = journal_of(), Request("GET", PATH, [(b"x-note", b"a-new-secret-key")])
    assert b"a-new-secret-key" in recorded(journal, request).data
    journal.redactor.know([Secret("a-new-secret-key")])
    assert b"a-new-secret-key" not in recorded(journal, request).data


def test_a_delayed_reply_is_amended_once_it_is_sent():
    journal, amendments = journal_of(), []
    journal.on_amend = amendments.append
    reply = Reply(404, REPLY.headers, b"late", "unknown id", delay=1.0, sending=Sending(lambda: None))
    journal.load(page(recorded(journal, reply=reply).data, unexpected=[0]))
    assert journal.entries[0].failure == "no response (delayed)"
    cleared = journal.cleared()
    assert cleared.on_amend is journal.on_amend
    reply.sending.begin()
    cleared.load(JournalPage("11-0", [Record(11, 0, amendments[0])], []))
    (unexpected,) = cleared.unexpected_requests
    assert (unexpected.status, unexpected.response_body) == (404, "late")
    cleared.load(JournalPage("12-0", [Record(12, 0, b'"0123456789abcdef"')], []))  # of an entry that was dropped


def test_requests_that_are_dropped_before_they_are_loaded_are_told():
    journal = journal_of(bound=3)
    data = recorded(journal).data
    journal.load(page(data, data))
    journal.load(page(data, data, first=7))
    assert [entry.number for entry in journal.entries] == [7, 8]
    assert [entry.number for entry in journal.between(1, 100)] == [7, 8]
    assert (journal.recorded, journal.dropped) == (8, 6)
    assert journal.gap == "the journal lacks the first 6 of 8 requests, which were dropped (--journal-size)"
    journal.unrecorded = 2
    assert journal.gap.endswith("; the journal lacks 2 requests that came while the store could not be reached")
    assert "keeps no requests" in journal_of(bound=0).gap


def test_a_journal_that_forgets_has_nothing_and_loads_everything_again():
    memory, told = Memory(10**9), []
    journal = journal_of(memory=memory)
    journal.listeners.append(lambda: told.append(1))
    pages = page(recorded(journal).data, recorded(journal).data, unexpected=[1])
    for _ in range(2):
        journal.load(pages)
        assert ([entry.number for entry in journal.entries], journal.position) == ([1, 2], "20-0")
        assert [entry.number for entry in journal.unexpected_requests] == [2]
        assert memory.used == journal.bytes > 0
        journal.forget()
        assert (journal.entries, list(journal.unexpected_requests), journal.position) == ([], [], "0")
        assert (memory.used, journal.recorded, journal.gap) == (0, 0, "")
    assert len(told) == 2


def test_a_journal_that_begins_later_replaces_what_was_loaded():
    journal = journal_of()
    assert journal.begun(5) is journal
    journal.load(page(recorded(journal).data, unexpected=[0]))
    later = journal.begun(30)
    assert later is not journal
    assert (later.began, later.entries, later.position) == (30, [], "0")
    assert len(later.unexpected_requests) == 1
    later.load(page(recorded(journal).data, unexpected=[0]))  # the store keeps the unexpected one too
    assert len(later.unexpected_requests) == 1


def test_a_long_body_is_cut():
    reply = Reply(200, REPLY.headers, b"x" * 300_000, "campaign x")
    data = recorded(journal_of(), reply=reply).data
    assert re.search(rb"x{65536}", data)
    assert not re.search(rb"x{65537}", data)


def test_a_request_like_the_one_before_is_recorded_with_few_calls():
    """No header is looked at again, and nothing is encoded again; a test of the time would depend on the machine."""
    journal = journal_of()
    headers = [(b"host", b"localhost"), (b"authorization", f"Bearer {OWN}".encode()), (b"accept", b"*/*")]
    recorded(journal, Request("GET", PATH, headers))
    request, called = Request("GET", PATH, list(headers)), []
    sys.setprofile(lambda frame, event, _: called.append(frame.f_code.co_name) if event == "call" else None)
    try:
        journal.record(1_769_852_201.5, request, FIXED, REPLY, 0.00025)
    finally:
        sys.setprofile(None)
    assert len(called) < 20, called
    assert not {"header", "text", "data", "query", "bounded_headers"} & {*called}


@pytest.mark.parametrize("name", ["authorization", "x-api-key"])
def test_only_keys_of_the_account_leave_a_mark(name):
    journal = journal_of()
    for value, is_marked in ((OWN, True), (OTHER, False), ("Basic dXNlcjpwYXNz", False)):
        data = recorded(journal, Request("GET", PATH, [(name.encode(), value.encode())])).data
        assert data.endswith(b",[]]") is not is_marked


@pytest.mark.parametrize("data", [b"{", b"[1,2]", b"\xff", b"null", b"[" * 100_000])
def test_a_record_that_no_mock_wrote_is_missed_and_told_as_a_gap(data):
    """The others are loaded."""
    journal = journal_of()
    first, last = recorded(journal).data, recorded(journal).data
    records = [Record(1, 1, first), Record(2, 0, data), Record(3, 2, data), Record(4, 3, last)]
    journal.load(JournalPage("4-3", records, [Record(3, 2, data)]))
    assert [entry.number for entry in journal.entries] == [3]
    assert "lacks the first 2 of 3 requests" in journal.gap
