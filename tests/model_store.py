"""A store in memory, as simple as can be, and workers that share accounts through it as texts."""

import json
from dataclasses import dataclass, field

from migma_contract.errors import MigmaError
from migma_contract.openapi import load_contract
from migma_contract.resources import fixtures_path, openapi_path
from migma_mock.accounts.registry import Accounts
from migma_mock.campaigns.fixtures import load_fixtures
from migma_mock.engine.cors import Cors
from migma_mock.engine.engine import Engine
from migma_mock.generation import Generator
from migma_mock.memory import Memory
from migma_mock.sharing.copies.kinds import shared_kinds
from migma_mock.sharing.copies.registry_copy import RegistryCopy
from migma_mock.sharing.store.commit import ACCOUNT, REGISTRY, Change, Commit, Committed, Stale
from migma_mock.sharing.store.replies import Changes, JournalPage, Record

CONTRACT = load_contract(openapi_path())
FIXTURES = load_fixtures([fixtures_path()], CONTRACT, [], iter)
JOURNAL_BOUND = 1000


@dataclass
class _Map:
    version: int = 0
    parts: dict = field(default_factory=dict)
    changed: dict = field(default_factory=dict)
    number: int = 0
    records: list = field(default_factory=list)
    unexpected: list = field(default_factory=list)

    def change(self, changes, order):
        for name, text in changes:
            self.version = order
            self.changed[name] = order
            if text is None:
                self.parts.pop(name, None)
            else:
                self.parts[name] = text


class ModelStore:
    """Maps with versions, and journals: what the scripts of the real store do."""

    def __init__(self):
        self.maps = {}
        self.order = 0

    def map(self, name):
        """Return the map with a name, which may be empty."""
        return self.maps.setdefault(name, _Map())

    def commit(self, commit: Commit):
        """Apply a commit unless it is stale."""
        registry, map_ = self.map(REGISTRY), self.map(commit.account)
        if (registry.version, map_.version) != (commit.registry, commit.version):
            return Stale(registry.version, map_.version)
        self.order += 1
        map_.change(commit.changes, self.order)
        registry.change(commit.registry_changes, self.order)
        if commit.clears_journal:
            map_.records, map_.number = [], 0
            map_.change([Change("journal", json.dumps({"began": self.order - 1}))], self.order)
        if commit.entry is not None:
            map_.number += 1
            record = Record(self.order, map_.number, commit.entry)
            map_.records.append(record)
            if commit.is_unexpected:
                map_.unexpected = [*map_.unexpected, record][-20:]
        for name in commit.deleted:
            del self.maps[name]
        return Committed(registry.version, map_.version, self.order)

    def amend(self, name, data):
        """Add an amendment to a journal."""
        self.order += 1
        self.map(name).records.append(Record(self.order, 0, data))

    def changes(self, name, since):
        """Return the parts of a map that changed."""
        map_ = self.map(name)
        names = [each for each, order in map_.changed.items() if order > since] if since else map_.parts
        changes = [Change(each, map_.parts.get(each)) for each in names]
        return Changes(map_.version, changes, bool(map_.version), 0, is_whole=not since)

    def journal(self, name, after):
        """Return the records of a journal."""
        order = int(after.partition("-")[0])
        map_ = self.map(name)
        records, unexpected = (
            [each for each in kept if each.order > order] for kept in (map_.records, map_.unexpected)
        )
        last = max((each.order for each in [*records, *unexpected]), default=order)
        return JournalPage(f"{last}-0", records, unexpected)


class PlainMock:
    """Accounts in memory and the engine that serves them."""

    def __init__(self, kinds=None):
        self.accounts = Accounts(CONTRACT, Memory(10**9), JOURNAL_BOUND, 2, kinds=kinds)
        self.accounts.set_built_in(FIXTURES.campaigns, FIXTURES.keys)
        generator = Generator(CONTRACT, seed=0, profile="realistic")
        self.engine = Engine(CONTRACT, self.accounts, generator, Cors(["*"], print))

    def run(self, _account_id, operation):
        """Run an operation."""
        return operation(self)

    def catch_up(self):
        """Do nothing: there is no other process."""


class Worker(PlainMock):
    """One of the workers that share accounts: each operation is tried on its copies, whatever others did meanwhile."""

    def __init__(self, store):
        super().__init__(shared_kinds())
        self.store = store
        self.registry = RegistryCopy(self.accounts)
        self.stale = 0
        if not store.map(REGISTRY).version:
            store.order += 1
            store.map(REGISTRY).change(self.registry.parts(), store.order)
        self.catch_up()

    def copy(self, account_id):
        """The copy of an account; that of the requests without a known key for None."""
        return self.registry.unknown_key if account_id is None else self.registry.copies.get(account_id)

    def load_registry(self):
        """Load what is new in the registry."""
        changes = self.store.changes(REGISTRY, self.registry.version)
        self.registry.load(changes.changes, is_whole=changes.is_whole)
        self.registry.version = changes.version
        self.watch_journals()

    def watch_journals(self):
        """Send the amendments of all journals to the store, those of new accounts too."""
        for copy in [*self.registry.copies.values(), self.registry.unknown_key]:
            copy.journal.on_amend = lambda record, name=copy.map: self.store.amend(name, record)

    def load(self, copy):
        """Load what is new in the map of a copy."""
        changes = self.store.changes(copy.map, copy.version)
        copy.load(changes.changes, is_whole=changes.is_whole)
        copy.version = changes.version

    def catch_up(self):
        """Load everything, with all journals."""
        self.load_registry()
        for copy in [*self.registry.copies.values(), self.registry.unknown_key]:
            self.load(copy)
            copy.journal.load(self.store.journal(copy.map, copy.journal.position))

    def run(self, account_id, operation):
        """Run an operation on the copies as they are, and commit it; if it is stale, load what is new and run again."""
        while True:
            attempt = _Attempt(self, account_id)
            try:
                result, error = operation(self), None
            except MigmaError as raised:
                result, error = None, raised
            if attempt.commits():
                if error is not None:
                    raise error
                return result
            self.stale += 1
            self.registry.unknown_key.journal.take_outbox()
            self.registry.roll_back()
            self.load_registry()
            copy = self.copy(account_id)
            if copy:
                copy.journal.take_outbox()
                self.load(copy)


class _Attempt:
    """One run of an operation on an account, and its commit."""

    def __init__(self, worker, account_id):
        self.worker = worker
        self.copy = worker.copy(account_id)
        self.journal = self.copy and self.copy.journal

    def commits(self):
        """Commit what the operation changed; False if it is stale."""
        registry, store = self.worker.registry, self.worker.store
        registry_changes = registry.changes()
        accounts = [change for change in registry_changes if change.name.startswith(ACCOUNT)]
        created = [change.name for change in accounts if change.text is not None]
        deleted = [change.name for change in accounts if change.text is None]
        target = registry.copies[created[0].removeprefix(ACCOUNT)] if created else self.copy or registry.unknown_key
        is_kept = target.map not in deleted
        changes = target.changes() if is_kept else []
        outgoing = self.journal and self.journal.take_outbox()
        clears = bool(created) or (is_kept and target is self.copy and target.journal is not self.journal)
        outcome = store.commit(
            Commit(
                registry.version,
                target.map,
                target.version,
                changes,
                registry_changes,
                deleted,
                outgoing and outgoing.data,
                bool(outgoing and outgoing.is_unexpected),
                clears_journal=clears,
            )
        )
        if isinstance(outcome, Stale):
            return False
        registry.accept(registry_changes)
        registry.version = outcome.registry
        self.worker.watch_journals()
        if is_kept:
            target.accept(changes)
            if clears:
                self.worker.load(target)
            target.version = outcome.version
        return True
