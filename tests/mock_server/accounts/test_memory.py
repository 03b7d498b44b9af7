"""The memory of all accounts is counted in bytes: journals give way first, the longest before the others."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migma_mock.accounts.journal import Journal
from migma_mock.memory import Memory, MemoryLimitError, Share, parse_size
from migma_mock.messages.reply import Reply
from migma_mock.messages.request import Request

pytestmark = pytest.mark.attack("memory")

REPLY = Reply(200, (), b"{}", "a test")
LIMIT = 1_000_000


def record(journal, count=1, body=b"{}", size=100):
    for _ in range(count):
        request = Request("GET", b"/", [(b"user-agent", b"x" * size)])
        journal.record(0.0, request, "", Reply(200, (), body, "a test"), 0.0)


@given(st.lists(st.integers(0, 60), max_size=8), st.lists(st.integers(0, 40), max_size=4))
def test_journals_are_cut_to_one_size_and_shorter_ones_lose_nothing(lengths, shares):
    memory = Memory(LIMIT // 8)
    journals = [Journal(1000, memory) for _ in lengths]
    for journal, length in zip(journals, lengths, strict=True):
        record(journal, length, size=1000)
    before = [journal.bytes for journal in journals]
    kept = [Share(memory) for _ in shares]
    for share, number in zip(kept, shares, strict=True):
        share.take(number * 1000)
    assert memory.used == sum(journal.bytes for journal in journals) + sum(share.bytes for share in kept)
    most = max((journal.bytes for journal in journals), default=0)
    entry = 2500
    for journal, size in zip(journals, before, strict=True):
        assert journal.bytes == size or most - entry <= journal.bytes <= most
        assert len(journal.entries) == journal.recorded - journal.dropped_for_memory
    if sum(shares) * 1000 <= LIMIT // 8 * 3 // 4:
        assert memory.used <= memory.limit


def test_a_cut_makes_so_much_room_that_it_is_seldom_necessary(monkeypatch):
    """Counted for n and 2n requests: each cut looks at all journals."""
    cuts, cut = [], Memory.cut_journals
    monkeypatch.setattr(Memory, "cut_journals", lambda memory: cuts.append(memory.used) or cut(memory))
    memory = Memory(LIMIT)
    journals = [Journal(10_000, memory) for _ in range(10)]
    numbers = []
    for _ in range(2):
        for journal in journals:
            record(journal, 500, size=1000)
        numbers.append(len(cuts))
    assert memory.used <= LIMIT
    # Every cut frees 125 KB, and every request needs 2 KB.
    assert numbers[0] <= 5000 * 2500 / 125_000
    assert numbers[1] <= 2 * 5000 * 2500 / 125_000


def test_requests_are_recorded_without_a_cut_each_if_there_is_no_room_at_all(monkeypatch):
    cuts, cut = [], Memory.cut_journals
    monkeypatch.setattr(Memory, "cut_journals", lambda memory: cuts.append(memory.used) or cut(memory))
    memory = Memory(LIMIT)
    Share(memory).take(2 * LIMIT)
    record(Journal(1000, memory), 500)
    assert len(cuts) <= 1 + 500 * 1200 / (LIMIT / 8)


def test_the_limit_counts_again_once_there_is_room_again():
    memory = Memory(LIMIT)
    share, journal = Share(memory), Journal(10_000, memory)
    share.take(2 * LIMIT)
    share.release()
    record(journal, 2000)
    assert memory.used <= LIMIT


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 4000)), max_size=40), st.integers(0, 5))
def test_a_large_body_counts_once_for_a_journal_however_many_requests_got_it(requests, bound):
    memory = Memory(LIMIT * 1000)
    journal, bodies = Journal(bound, memory), [b"x" * (10_000 * number) for number in range(6)]
    for which, size in requests:
        record(journal, body=bodies[which], size=size)
    kept = {id(entry.reply_body): len(entry.reply_body) for entry in journal.entries}
    large = sum(length for length in kept.values() if length > 1024)
    assert journal.bytes == sum(entry.size for entry in journal.entries) + large
    assert memory.used == journal.bytes
    journal.cut(0)
    assert memory.used == journal.bytes == 0


def test_unexpected_requests_count_and_give_way_last():
    memory = Memory(LIMIT)
    journal = Journal(1000, memory)
    for _ in range(30):
        journal.record(0.0, Request("GET", b"/", []), "", Reply(404, (), b"{}", "unknown id"), 0.0)
    assert len(journal.unexpected_requests) == 20
    entry = journal.entries[0].size
    assert journal.bytes == 50 * entry
    journal.cut(10 * entry)
    assert (len(journal.entries), len(journal.unexpected_requests), journal.unexpected_dropped) == (0, 10, 10)
    cleared = journal.cleared()
    assert (cleared.bytes, memory.used) == (10 * entry, 10 * entry)
    assert (cleared.unexpected_dropped, cleared.gap) == (10, "")


def test_a_released_journal_can_be_read_and_counts_no_more():
    memory = Memory(LIMIT)
    journal = Journal(10, memory)
    record(journal, 5)
    journal.release()
    journal.release()
    record(journal)
    assert (memory.used, len(journal.entries)) == (0, 6)


def test_what_is_put_gets_three_quarters_and_a_refusal_changes_nothing():
    memory = Memory(LIMIT)
    share = Share(memory)
    share.reserve(750_000)
    with pytest.raises(MemoryLimitError, match=r"all accounts together may keep 1 MB, .*--max-memory\."):
        share.reserve(1)
    assert (share.bytes, memory.used) == (750_000, 750_000)
    share.reserve(-1)
    share.reserve(1)
    share.release()
    assert memory.used == 0
    share.reserve(LIMIT * 1000)
    assert memory.used == 0


@given(st.integers(1, 999_999), st.sampled_from(["MB", "mb", " GB", "MiB", "gib", "KB"]))
def test_a_size_is_its_number_times_its_unit(number, unit):
    factor = {"mb": 10**6, "gb": 10**9, "mib": 2**20, "gib": 2**30, "kb": 1000}[unit.strip().lower()]
    if number * factor < 10**6:
        with pytest.raises(ValueError, match="1MB or more"):
            parse_size(f"{number}{unit}")
    else:
        assert parse_size(f"{number}{unit}") == number * factor


@given(st.text(max_size=8).filter(lambda text: not re.fullmatch(r"\s*[0-9]+ ?[KkMmGg][Ii]?[Bb]\s*", text)))
def test_any_other_text_is_no_size(text):
    with pytest.raises(ValueError, match="a size of 1MB or more, such as 256MB or 2GB"):
        parse_size(text)
