"""Accounts that two workers share behave as accounts in one process do, whatever the workers do in whatever order."""

from datetime import UTC, datetime, timedelta
from functools import partial
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from model_store import CONTRACT, FIXTURES, ModelStore, PlainMock, Worker

from migma_contract.errors import MigmaError
from migma_mock.accounts import clock as clock_module
from migma_mock.accounts.account import BUILT_IN
from migma_mock.accounts.verification import JournalSnapshot, RequestExpectation, verify
from migma_mock.campaigns.campaign_builder import build_campaign
from migma_mock.engine import engine as engine_module
from migma_mock.faults import parse_fault
from migma_mock.messages.request import Request
from migma_mock.plans import parse_plan
from migma_mock.scenarios import parse_scenario

START = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
STATS = FIXTURES.campaigns["66b2f0a1c4e5d60012a40101"].document["stats"]
ERROR = {"success": False, "error": "Down.", "code": "SERVICE_UNAVAILABLE"}
FIXED, GROWING, SCRIPT = "66b2f0a1c4e5d60012a40101", "66b2f0a1c4e5d60012a40201", "66b2f0a1c4e5d60012a40504"
UNKNOWN_KEY = b"mgma_sk_test_of_nobody_0000"
IDS = st.sampled_from(["a", "ünï", "c d", FIXED, GROWING, SCRIPT])

DOCUMENTS = st.one_of(
    st.just({"stats": STATS}),
    st.builds(lambda number: {"stats": {**STATS, "surplus": number}}, st.integers(1, 3)),
    st.just({"reply": {"status": 503, "headers": {"Retry-After": "3"}, "body": ERROR}, "undocumented": True}),
    st.just({"reply": {"success": True, "data": {**STATS, "extra": 1}}}),
    st.builds(
        lambda sent, refresh: {"growth": {"recipients": 5000, "sentAt": sent, "refreshSeconds": refresh}},
        st.sampled_from(["-2h", "+1m", "-1s", "2026-01-31T08:00:00Z"]),
        st.sampled_from([1, 60]),
    ),
    st.builds(
        lambda times, then: {
            "script": {
                "replies": [
                    {"reply": {"status": 503, "body": ERROR}, "times": times},
                    {"stats": STATS},
                    {"fault": {"kind": "set-field", "field": "totalSent", "value": 7}},
                ],
                "then": then,
            },
            "undocumented": True,
        },
        st.integers(1, 3),
        st.sampled_from(["last", "loop"]),
    ),
)
FAULTS = st.builds(
    lambda kind, campaign, times, skip, probability: {
        **kind,
        **({} if campaign is None else {"campaign": campaign}),
        **({} if times is None else {"times": times}),
        "skip": skip,
        "probability": probability,
    },
    st.sampled_from(
        [
            {"kind": "status", "status": 503},
            {"kind": "delay", "seconds": 0.5},
            {"kind": "set-field", "field": "totalSent", "value": {"a": [1.5, None]}},
            {"kind": "drop-field", "field": "openRate"},
            {"kind": "truncate"},
            {"kind": "timeout"},
            {"kind": "percent-rates"},
        ]
    ),
    st.none() | IDS,
    st.none() | st.integers(1, 3),
    st.integers(0, 2),
    st.sampled_from([1.0, 1.0, 0.5]),
)
PLANS = st.sampled_from(["unlimited", "2/min", "3/min,5/day", "free"])
HEADERS = st.sampled_from(
    [
        [],
        [(b"prefer", b"code=503")],
        [(b"prefer", b"example=" + SCRIPT.encode())],
        [(b"prefer", b"wait=0.25")],
        [(b"user-agent", b"a"), (b"cookie", b"session=1"), (b"accept", b"*/*")],
        [(b"origin", b"http://localhost:3000")],
    ]
)
SECONDS = st.sampled_from([0.0, 0.75, 3.0, 59.5, 60.0, 61.0, 3600.0, 90_000.0])


@st.composite
def requests(draw, keys):
    """Requests with any of these keys, with an unknown one, or without a key."""
    kind = draw(st.sampled_from(["working", "working", "working", "revoked", "withoutPermission", "unknown"]))
    key = UNKNOWN_KEY if kind == "unknown" else getattr(draw(keys), kind).reveal().encode()
    places = {"bearer": [(b"authorization", b"Bearer " + key)], "x-api-key": [(b"x-api-key", key)], "none": []}
    place = draw(st.sampled_from(["bearer", "bearer", "bearer", "x-api-key", "none"]))
    campaign_id = "".join(f"%{byte:02x}" for byte in draw(IDS).encode())
    return Request(
        draw(st.sampled_from(["GET", "GET", "GET", "HEAD", "POST", "OPTIONS"])),
        CONTRACT.operation.request_path(campaign_id, "").encode(),
        [(b"host", b"localhost"), *places[place], *draw(HEADERS)],
        draw(st.sampled_from([b"", b"", b"api_key=" + key, b"a=b&token=x"])),
    )


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
        "unexpected": [(entry.number, repr(entry.time), entry.matched_by) for entry in journal.unexpected_requests],
    }


def view(mock, account):
    """Everything that the control API shows of an account."""
    state = account.state
    snapshot = JournalSnapshot.take(account, mock.accounts.unknown_key_requests, CONTRACT)
    key = account.keys.working.reveal()
    expectations = [
        RequestExpectation(headers={"Authorization": f"Bearer {key}"}, atLeast=50),
        RequestExpectation(query={"api_key": key}, times=1),
        RequestExpectation(headers={"x-api-key": key}, times=0),
    ]
    return {
        "account": (account.id, account.name, account.keys, account.initial, account.resets),
        "campaigns": dict(state.campaigns),
        "own": dict(state._changes),
        "sizes": set(state._sizes),
        "growth": {id_: state.growth(campaign) for id_, campaign in state.campaigns.items()},
        "stats": {id_: state.current_stats(campaign) for id_, campaign in state.campaigns.items()},
        "scripts": {id_: state.script_requests(campaign) for id_, campaign in state.campaigns.items()},
        "clock": (state.clock.now(), state.clock.is_frozen),
        "faults": [(fault, fault.spec.model_fields_set) for fault in state.faults.list()],
        "limits": state.limits,
        "journal": journal_of(state.journal),
        "verified": [
            (result.ok, result.message, result.matches, [entry.number for entry in result.matched], result.note)
            for result in (verify(each, snapshot) for each in expectations)
        ],
    }


def views(mock):
    """Everything that the control API shows of a mock."""
    accounts = sorted(mock.accounts.all, key=lambda account: account.id)
    return {
        "last": mock.accounts.last_number,
        "accounts": {account.id: view(mock, account) for account in accounts},
        "unknown": journal_of(mock.accounts.unknown_key_requests),
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
    """The same operations on a mock in memory, and on one of two workers; all answers and views are the same."""

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
        self.ids = [BUILT_IN]
        self.keys = [self.plain.accounts.built_in.keys]
        self.pending = []
        self.last, self.looks = (None, 0), 0

    def teardown(self):
        """Compare everything that either worker shows in the end."""
        expected = views(self.plain)
        for worker in self.workers:
            worker.catch_up()
            require_same(views(worker), expected)
            event(f"stale: {min(worker.stale, 5)}")
        self.patch.undo()

    def both(self, worker, account_id, operation):
        """Run an operation on the mock in memory and on one of the workers, and compare what it returns or raises."""
        results = []
        self.last = account_id, worker
        for mock in (self.plain, self.workers[worker]):
            try:
                results.append(mock.run(account_id, operation))
            except MigmaError as error:
                results.append((type(error), str(error)))
        assert results[0] == results[1]
        return results[0]

    def on(self, data, operation):
        """Run an operation on some account, by one of the workers."""
        account_id = data.draw(st.sampled_from(self.ids))
        worker = data.draw(st.integers(0, 1))
        return self.both(worker, account_id, lambda mock: operation(mock.accounts.get(account_id)))

    @initialize(plan=PLANS, frozen=st.booleans())
    def begin(self, plan, frozen):
        """Begin with the built-in account and another one."""
        self.create(0, plan, start=frozen, empty=False, seed="first")

    @rule(
        worker=st.integers(0, 1),
        plan=PLANS,
        start=st.booleans(),
        empty=st.booleans(),
        seed=st.sampled_from(["one", "two"]),
    )
    def create(self, worker, plan, start, empty, seed):
        """Create an account; one may have to make room for it."""

        def operation(mock):
            account = mock.accounts.create(
                f"of {seed}",
                empty=empty,
                limits=parse_plan(plan),
                key_seed=seed,
                start=START if start else None,
            )
            return account.id, account.keys

        for each in self.workers:  # the accounts that all used least make room
            each.load_registry()
            each.accounts.order_by_use([account.id for account in self.plain.accounts.all])
        _, keys = self.both(worker, None, operation)
        self.ids = [account.id for account in self.plain.accounts.all]
        self.keys.append(keys)

    @rule(data=st.data())
    @precondition(lambda self: len(self.ids) > 1)
    def delete(self, data):
        """Delete an account."""
        account_id = data.draw(st.sampled_from(self.ids[1:]))
        self.both(data.draw(st.integers(0, 1)), account_id, lambda mock: mock.accounts.delete(account_id))
        self.ids.remove(account_id)

    @rule(data=st.data())
    def reset(self, data):
        """Reset an account."""
        self.on(data, lambda account: account.reset())

    @rule(data=st.data(), campaign_id=IDS, document=DOCUMENTS, source=st.sampled_from(["request", "test"]))
    def put(self, data, campaign_id, document, source):
        """Put a campaign of any kind."""
        campaign = build_campaign({"id": campaign_id, **document}, source, CONTRACT)
        assert not isinstance(campaign, list)
        self.on(data, lambda account: account.state.put(campaign))

    @rule(data=st.data(), campaign_id=IDS)
    def delete_campaign(self, data, campaign_id):
        """Delete a campaign, or one of the fixtures."""
        self.on(data, lambda account: account.state.delete(campaign_id))

    @rule(data=st.data(), document=FAULTS)
    def arm(self, data, document):
        """Arm a fault."""
        spec = parse_fault(document, "fault", CONTRACT)
        self.on(data, lambda account: account.state.faults.arm(spec))

    @rule(data=st.data(), number=st.integers(1, 6))
    def disarm(self, data, number):
        """Disarm a fault, if there is one with this number."""
        self.on(data, lambda account: account.state.faults.disarm(f"fault-{number}"))

    @rule(data=st.data(), name=st.sampled_from(["outage-503", "empty-stats"]), campaign=st.none() | IDS)
    def arm_scenario(self, data, name, campaign):
        """Arm a scenario."""
        scenario = parse_scenario({"name": name, "campaign": campaign}, "body", CONTRACT)
        self.on(data, lambda account: account.state.faults.arm_scenario(name, scenario.faults))

    @rule(data=st.data(), name=st.sampled_from(["outage-503", "empty-stats"]), campaign=st.none() | IDS)
    def disarm_scenario(self, data, name, campaign):
        """Disarm a scenario, if it is armed."""
        self.on(data, lambda account: account.state.faults.disarm_scenario(name, campaign))

    @rule(data=st.data())
    def clear_faults(self, data):
        """Disarm all faults."""
        self.on(data, lambda account: account.state.faults.clear())

    @rule(data=st.data(), seconds=SECONDS, is_set=st.booleans())
    def freeze(self, data, seconds, is_set):
        """Freeze a clock now, or at a moment."""
        moment = START + timedelta(seconds=seconds) if is_set else None
        self.on(data, lambda account: account.state.clock.freeze(moment))

    @rule(data=st.data(), seconds=SECONDS)
    def set_clock(self, data, seconds):
        """Set a clock."""
        self.on(data, lambda account: account.state.clock.set(START + timedelta(seconds=seconds)))

    @rule(data=st.data(), seconds=SECONDS)
    def advance(self, data, seconds):
        """Advance a clock."""
        self.on(data, lambda account: account.state.clock.advance(timedelta(seconds=seconds)))

    @rule(data=st.data())
    def resume(self, data):
        """Let a clock run."""
        self.on(data, lambda account: account.state.clock.resume())

    @rule(data=st.data(), seconds=SECONDS)
    def pause_refresh(self, data, seconds):
        """Pause the refreshes of growing campaigns."""
        self.on(data, lambda account: account.state.pause_refresh(timedelta(seconds=seconds)))

    @rule(data=st.data(), plan=PLANS)
    def set_rate_limit(self, data, plan):
        """Set the rate limit of an account."""
        self.on(data, lambda account: account.state.set_rate_limit(parse_plan(plan)))

    @rule(data=st.data())
    def clear_journal(self, data):
        """Clear the journal of an account."""
        self.on(data, lambda account: account.state.clear_journal())

    @rule(worker=st.integers(0, 1))
    def clear_unknown_key_requests(self, worker):
        """Clear the journal of the requests without a known key."""
        self.both(worker, None, lambda mock: mock.accounts.clear_unknown_key_requests())

    @rule(seconds=SECONDS)
    def wait(self, seconds):
        """Let real time pass."""
        self.time += seconds

    @rule(data=st.data(), worker=st.integers(0, 1), times=st.integers(1, 4))
    def request(self, data, worker, times):
        """Send the same request a few times, through one of the workers."""
        request = data.draw(requests(st.sampled_from(self.keys)))
        account = self.plain.engine.subject(request).account
        for _ in range(times):
            replies = []
            self.both(worker, account and account.id, partial(answered, request, replies))
            if replies[0].sending:
                self.pending.append((replies[0], replies[-1]))

    @rule(data=st.data())
    @precondition(lambda self: self.pending)
    def send_delayed(self, data):
        """Send a reply after its delay."""
        plain, shared = self.pending.pop(data.draw(st.integers(0, len(self.pending) - 1)))
        plain.sending.begin()
        shared.sending.begin()

    @invariant()
    def look(self):
        """Either worker shows the account as the mock in memory does, after it read what is new."""
        account_id, last_worker = self.last
        worker = self.workers[(last_worker + self.looks) % 2]
        self.looks += 1
        worker.catch_up()
        accounts = {account.id: account for account in self.plain.accounts.all}
        if account_id in accounts:
            require_same(view(worker, worker.copy(account_id).account), view(self.plain, accounts[account_id]))
        else:
            require_same(journal_of(worker.copy(None).journal), journal_of(self.plain.accounts.unknown_key_requests))


TestSharedAccounts = SharedAccounts.TestCase
TestSharedAccounts.settings = settings(
    max_examples=100, stateful_step_count=30, suppress_health_check=[HealthCheck.too_slow]
)
