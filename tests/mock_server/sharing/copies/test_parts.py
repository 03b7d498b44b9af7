"""Accounts that two workers share behave as accounts in one process do, whatever the workers do in whatever order."""

from functools import partial
from types import SimpleNamespace

import pytest
from account_operations import (
    CAMPAIGN_CHANGES,
    CLEARINGS,
    FAULT_CHANGES,
    OTHER_CHANGES,
    PLANS,
    SECONDS,
    START,
    requests,
)
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from model_store import CONTRACT, ModelStore, PlainMock, Worker

from migma_contract.errors import MigmaError
from migma_mock.accounts import clock as clock_module
from migma_mock.accounts.account import BUILT_IN
from migma_mock.accounts.verification import JournalSnapshot, RequestExpectation, verify
from migma_mock.engine import engine as engine_module
from migma_mock.plans import parse_plan

WORKERS = st.integers(0, 1)


def created(seed, plan, start, empty, mock):
    """Create an account, and return its keys."""
    limits = parse_plan(plan)
    return mock.accounts.create(f"of {seed}", empty=empty, limits=limits, key_seed=seed, start=start).keys


def answered(request, replies, mock):
    """Let a mock answer a request, add its reply to a list, and return what a client sees of it."""
    reply = mock.engine.answer(request)
    replies.append(reply)
    return shown(reply)


def shown(reply):
    """A reply as a client sees it, and how it was chosen."""
    delivery = reply.delivery
    return reply.status, reply.headers, reply.body, reply.matched_by, reply.delay, delivery, reply.hold is not None


def entry_of(entry):
    """An entry without what differs from run to run."""
    return {**entry.as_dict(), "milliseconds": None}


def journal_of(journal):
    """Everything that can be read of a journal."""
    return {
        "entries": [entry_of(entry) for entry in journal.entries],
        "recorded": journal.recorded,
        "dropped": journal.dropped,
        "gap": journal.gap,
        # Without what follows from their sending: of requests before a clear, the store does not keep that.
        "unexpected": [(entry.number, entry.time, entry.matched_by) for entry in journal.unexpected_requests],
    }


def verified(mock, account):
    """Return the results of verifications of requests with the keys of an account."""
    snapshot = JournalSnapshot.take(account, mock.accounts.unknown_key_requests, CONTRACT)
    key = account.keys.working.reveal()
    expectations = (
        RequestExpectation(headers={"Authorization": f"Bearer {key}"}, atLeast=50),
        RequestExpectation(query={"api_key": key}, times=1),
        RequestExpectation(headers={"x-api-key": key}, times=0),
    )
    results = [verify(each, snapshot) for each in expectations]
    return [(each.message, each.matches, [entry.number for entry in each.matched], each.note) for each in results]


def view(mock, account):
    """Everything that the control API shows of an account."""
    state = account.state
    campaigns = state.campaigns
    changing = [campaign for campaign in campaigns.values() if not campaign.is_fixed]
    return {
        "account": (account.id, account.name, account.keys, account.initial, account.resets),
        "campaigns": campaigns,
        "own": {id_: campaign is None for id_, campaign in state._changes.items()},
        "sizes": set(state._sizes),
        "growth": {each.id: (state.growth(each), state.current_stats(each)) for each in changing},
        "scripts": {each.id: state.script_requests(each) for each in changing},
        "clock": (state.clock.now(), state.clock.is_frozen),
        "faults": [(fault, fault.spec.model_fields_set) for fault in state.faults.list()],
        "limits": state.limits,
        "journal": journal_of(state.journal),
        "verified": verified(mock, account),
    }


def require_same(shared, plain, at=""):
    """Fail with the first place at which two views differ, and what is there."""
    if isinstance(shared, dict) and isinstance(plain, dict):
        assert shared.keys() == plain.keys(), at
        for name in plain:
            require_same(shared[name], plain[name], f"{at}/{name}")
    elif isinstance(shared, list) and isinstance(plain, list) and len(shared) == len(plain):
        for index, (one, other) in enumerate(zip(shared, plain, strict=True)):
            require_same(one, other, f"{at}/{index}")
    else:
        assert shared == plain, (at, shared, plain)


class SharedAccounts(RuleBasedStateMachine):
    """The same operations on a mock in memory, and on one of two workers; all answers and views are the same.

    A worker does not load what is new before an operation. So most operations are tried on old copies first, undone,
    and done again.
    """

    def __init__(self):
        super().__init__()
        self.time = START.timestamp()
        self.patch = pytest.MonkeyPatch()
        for module in (clock_module, engine_module):
            fake = SimpleNamespace(time=lambda: self.time, perf_counter=lambda: 0.0)
            self.patch.setattr(module, "time", fake)
        self.plain = PlainMock()
        store = ModelStore()
        self.workers = [Worker(store), Worker(store)]
        self.keys = [self.plain.accounts.built_in.keys]
        self.pending = []
        self.operations = 0

    def teardown(self):
        """Compare everything that either worker shows in the end."""
        for worker in self.workers:
            self.compare(worker)
        self.patch.undo()

    def both(self, worker, account_id, operation):
        """Run an operation on the mock in memory and on one of the workers, and compare what it returns or raises."""
        results = []
        for mock in (self.plain, self.workers[worker]):
            try:
                results.append(mock.run(account_id, operation))
            except MigmaError as error:
                results.append((type(error), str(error)))
        require_same(results[1], results[0])
        self.operations += 1
        return results[0]

    def change(self, worker, change, place=-1):
        """Change an account: the newest one, or another by its place."""
        account_id = self.ids[max(place, -len(self.ids))]
        self.both(worker, account_id, lambda mock: change(mock.accounts.get(account_id)))

    @property
    def ids(self):
        """The ids of all accounts, the newest one at last."""
        return [BUILT_IN, *sorted(account.id for account in self.plain.accounts.all[1:])]

    @initialize(plan=PLANS, frozen=st.booleans())
    def begin(self, plan, frozen):
        """Begin with the built-in account and another one."""
        self.create(0, plan, start=frozen, empty=False, seed="first")

    @rule(worker=WORKERS, plan=PLANS, start=st.booleans(), empty=st.booleans(), seed=st.sampled_from(["one", "two"]))
    def create(self, worker, plan, start, empty, seed):
        """Create an account; one may have to make room for it."""
        self.workers[worker].catch_up()
        self.workers[worker].accounts.order_by_use([account.id for account in self.plain.accounts.all])
        self.keys.append(self.both(worker, None, partial(created, seed, plan, START if start else None, empty)))

    @rule(worker=WORKERS)
    @precondition(lambda self: len(self.ids) > 1)
    def delete(self, worker):
        """Delete the newest account."""
        account_id = self.ids[-1]
        self.both(worker, account_id, lambda mock: mock.accounts.delete(account_id))

    @rule(worker=WORKERS, change=CAMPAIGN_CHANGES)
    def change_campaigns(self, worker, change):
        """Put or delete a campaign."""
        self.change(worker, change)

    @rule(worker=WORKERS, change=FAULT_CHANGES)
    def change_faults(self, worker, change):
        """Arm or disarm faults."""
        self.change(worker, change)

    @rule(worker=WORKERS, change=OTHER_CHANGES, place=st.sampled_from([-1, -1, -2]))
    def change_other(self, worker, change, place):
        """Change the clock, the refreshes or the rate limit."""
        self.change(worker, change, place)

    @rule(worker=WORKERS, change=CLEARINGS, what=st.sampled_from(["newest", "earlier", "unknown key"]))
    def clear(self, worker, change, what):
        """Reset an account or clear its journal, or clear that of the requests without a known key."""
        if what == "unknown key":
            self.both(worker, None, lambda mock: mock.accounts.clear_unknown_key_requests())
        else:
            self.change(worker, change, -1 if what == "newest" else -2)

    @rule(seconds=SECONDS)
    def wait(self, seconds):
        """Let real time pass."""
        self.time += seconds

    def send(self, data, workers):
        """Send the same request a few times, each through one of the workers."""
        request = data.draw(requests(st.sampled_from([*self.keys[-1:] * 5, *self.keys])))
        account = self.plain.engine.subject(request).account
        for worker in workers:
            replies = []
            self.both(worker, account and account.id, partial(answered, request, replies))
            if replies[0].sending:
                self.pending.append((replies[0], replies[-1]))

    @rule(data=st.data(), workers=st.lists(WORKERS, min_size=1, max_size=4))
    def send_requests(self, data, workers):
        """Send a request a few times."""
        self.send(data, workers)

    @rule(data=st.data(), workers=st.lists(WORKERS, min_size=1, max_size=4), change=CAMPAIGN_CHANGES | FAULT_CHANGES)
    def change_and_send(self, data, workers, change):
        """Change something, and send a request a few times."""
        self.change(workers[0], change)
        self.send(data, workers)

    @rule(data=st.data(), worker=WORKERS)
    def send_many_requests(self, data, worker):
        """Send as many requests as need more than one chunk of times."""
        self.send(data, [worker, *[1 - worker] * 65, worker])

    @rule(data=st.data())
    @precondition(lambda self: self.pending)
    def send_delayed(self, data):
        """Send a reply after its delay."""
        for reply in self.pending.pop(data.draw(st.integers(0, len(self.pending) - 1))):
            reply.sending.begin()

    @invariant()
    def look(self):
        """Now and then, a worker shows everything as the mock in memory does, after it read what is new."""
        if self.operations % 4 == 3:
            self.compare(self.workers[self.operations // 4 % 2])

    def compare(self, worker):
        """Compare everything that a worker shows with the mock in memory."""
        worker.catch_up()
        assert worker.accounts.last_number == self.plain.accounts.last_number
        shared, plain = ({each.id: each for each in mock.accounts.all} for mock in (worker, self.plain))
        assert shared.keys() == plain.keys()
        for account_id, account in plain.items():
            require_same(view(worker, shared[account_id]), view(self.plain, account))
        unknown = [journal_of(mock.accounts.unknown_key_requests) for mock in (worker, self.plain)]
        require_same(*unknown)


TestSharedAccounts = SharedAccounts.TestCase
TestSharedAccounts.settings = settings(
    max_examples=60, stateful_step_count=30, suppress_health_check=[HealthCheck.too_slow]
)
