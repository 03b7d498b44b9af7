"""Random commits of two workers on a real store end as they do on a model that anybody can read."""

import asyncio
import itertools
from collections import defaultdict

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from valkey_server import ValkeyServer

from migma_mock.sharing.store.commit import REGISTRY, UNKNOWN_KEY, Change, Commit, Committed, Stale
from migma_mock.sharing.store.connection import StoreConnection
from migma_mock.sharing.store.store import Store
from migma_mock.sharing.store.store_url import parse_store_url

BOUND = 1000  # more than an example records: that the oldest go is tested elsewhere
WORKERS = st.integers(0, 1)
MAPS = st.sampled_from(["account:a", "account:b", UNKNOWN_KEY])
PARTS = st.lists(
    st.builds(Change, st.sampled_from(["clock", "campaign:ü"]), st.sampled_from([None, "1", "2"])),
    max_size=2,
    unique_by=lambda change: change.name,
)


class Journal:
    """The journal of a map."""

    def __init__(self):
        self.records, self.unexpected, self.gap = [], [], 0


class Model:
    """The state of the store, as one worker alone would keep it."""

    def __init__(self):
        self.order = 1
        self.versions = defaultdict(int, {REGISTRY: 1})
        self.parts = defaultdict(dict)
        self.journals = defaultdict(Journal)

    def commit(self, commit):
        """Apply a commit, or not."""
        versions, name = self.versions, commit.account
        if (versions[REGISTRY], versions[name]) != (commit.registry, commit.version):
            return Stale(versions[REGISTRY], versions[name])
        self.order += 1
        self._change(name, commit.changes)
        self._change(REGISTRY, commit.registry_changes)
        journal = self.journals[name]
        if commit.clears_journal:
            self._change(name, [Change("journal", f'{{"began":{self.order - 1}}}')])
            journal.records, journal.gap = [], 0
        journal.gap += commit.unrecorded
        if commit.entry is not None:
            record = (self.order, sum(number > 0 for _, number, _ in journal.records) + 1, commit.entry)
            journal.records.append(record)
            if commit.is_unexpected:
                journal.unexpected = [*journal.unexpected, record][-20:]
        for deleted in commit.deleted:
            del versions[deleted], self.parts[deleted], self.journals[deleted]
        return Committed(versions[REGISTRY], versions[name], self.order)

    def amend(self, name, data):
        """Add an amendment to a journal that has entries."""
        if self.journals[name].records:
            self.order += 1
            self.journals[name].records.append((self.order, 0, data))

    def _change(self, name, changes):
        for part, text in changes:
            self.versions[name] = self.order
            self.parts[name][part] = text
        self.parts[name] = {part: text for part, text in self.parts[name].items() if text is not None}


class Copy:
    """A worker's copy of a map."""

    def __init__(self):
        self.version, self.parts = 0, {}

    def load(self, changes):
        """Take over what changed."""
        if changes.is_whole:
            self.parts = {}
        self.parts |= dict(changes.changes)
        self.parts = {part: text for part, text in self.parts.items() if text is not None}
        self.version = changes.version


class TwoWorkers(RuleBasedStateMachine):
    """Two workers, each with copies that may be old, on one store."""

    url = ""
    prefixes = itertools.count()

    def __init__(self):
        super().__init__()
        self.runner = asyncio.Runner()
        self.run = self.runner.run
        url = parse_store_url(f"{self.url}?prefix=m{next(self.prefixes)}")
        self.connections = [StoreConnection(url, limit=60) for _ in range(2)]
        self.stores = [Store(connection, BOUND) for connection in self.connections]
        self.copies = [defaultdict(Copy), defaultdict(Copy)]
        self.model = Model()
        self.run(self._open())

    async def _open(self):
        for connection, store in zip(self.connections, self.stores, strict=True):
            await connection.open()
            await store.open(None, "", [])

    def teardown(self):
        """Close the connections."""

        async def close():
            for connection in self.connections:
                await connection.close()

        self.run(close())
        self.runner.close()

    @rule(worker=WORKERS, name=MAPS | st.just(REGISTRY))
    def catch_up(self, worker, name):
        """Read what changed since the copy was up to date."""
        copy = self.copies[worker][name]
        changes = self.run(self.stores[worker].changes(name, copy.version))
        copy.load(changes)
        assert copy.parts == self.model.parts[name]
        assert copy.version == self.model.versions[name]
        assert changes.gap == self.model.journals[name].gap

    @rule(
        worker=WORKERS,
        name=MAPS,
        changes=PARTS,
        registry_changes=PARTS | st.just([]),
        flags=st.tuples(st.booleans(), st.booleans(), st.booleans()),
        unrecorded=st.sampled_from([0, 0, 3]),
        is_recorded=st.booleans(),
        is_current=st.booleans(),
    )
    def commit(self, worker, name, *, registry_changes, flags, is_recorded, is_current, **others):
        """Commit with copies that are up to date, or may be old."""
        if is_current:
            self.catch_up(worker, name)
            self.catch_up(worker, REGISTRY)
        is_unexpected, clears, marks = flags
        self._commit(
            worker,
            name,
            registry_changes=registry_changes,
            entry=b"%d" % self.model.order if is_recorded else None,
            is_unexpected=is_unexpected,
            clears_journal=clears,
            marks_used=marks,
            **others,
        )

    @rule(worker=WORKERS, name=MAPS, count=st.integers(1, 30))
    def record(self, worker, name, count):
        """Many requests at once, as a worker sends them that does not wait for one before the next."""
        store, copies = self.stores[worker], self.copies[worker]
        commits = [
            Commit(copies[REGISTRY].version, name, copies[name].version, entry=b"%d" % number)
            for number in range(count)
        ]

        async def commit_all():
            return await asyncio.gather(*map(store.commit, commits))

        assert self.run(commit_all()) == [self.model.commit(commit) for commit in commits]

    @rule(worker=WORKERS, name=MAPS)
    def delete(self, worker, name):
        """Remove a map, also one that never was."""
        self.catch_up(worker, name)
        self.catch_up(worker, REGISTRY)
        self._commit(worker, name, deleted=[name])
        self.copies[worker][name] = Copy()

    @rule(worker=WORKERS, name=MAPS)
    def amend(self, worker, name):
        """Say of an earlier request that its reply was sent."""
        self.run(self.stores[worker].amend(name, b"sent"))
        self.model.amend(name, b"sent")

    @invariant()
    def journals_are_the_same(self):
        """Compare the journals, for a worker that reads them from the start."""
        for name, journal in self.model.journals.items():
            page = self.run(self.stores[0].journal(name, "0"))
            assert page.records == journal.records
            assert page.unexpected == journal.unexpected

    def _commit(self, worker, name, **what):
        copies = self.copies[worker]
        commit = Commit(copies[REGISTRY].version, name, copies[name].version, **what)
        outcome = self.run(self._outcome(worker, commit))
        assert outcome == self.model.commit(commit)
        if isinstance(outcome, Committed):
            # What the commit changed is in the worker's copy already.
            copies[REGISTRY].version, copies[name].version = outcome.registry, outcome.version
            copies[REGISTRY].parts = dict(self.model.parts[REGISTRY])
            copies[name].parts = dict(self.model.parts[name])

    async def _outcome(self, worker, commit):
        return await self.stores[worker].commit(commit)


def _run_examples(count):
    with ValkeyServer() as server:
        TwoWorkers.url = server.unix_url
        run_state_machine_as_test(TwoWorkers, settings=settings(max_examples=count, stateful_step_count=30))


def test_two_workers_and_the_store_agree_with_a_model():
    _run_examples(15)


@pytest.mark.long
def test_two_workers_and_the_store_agree_with_a_model_for_long():
    _run_examples(500)
