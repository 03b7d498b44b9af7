"""The bytes that a mock counts for its accounts are not below those that Python allocates for them."""

import gc
import json
import tracemalloc
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from migma_contract.resources import fixtures_path
from migma_mock.accounts.state import TooManyCampaignsError
from migma_mock.campaigns.campaign_builder import build_campaign
from migma_mock.engine import negotiator
from migma_mock.faults import parse_fault
from migma_mock.memory import MemoryLimitError
from migma_mock.messages.request import Request
from migma_mock.mock import Mock
from migma_mock.plans import parse_plan

pytestmark = pytest.mark.attack("memory")

FILES = [path.read_bytes() for path in sorted((fixtures_path() / "campaigns").glob("*.json"))]
LISTS = "[" + ",".join(["[]"] * 20_000) + "]"


def a_plan(number):
    return parse_plan(f"{number * 100}/min" if number else "unlimited")


def error_campaign(text="x", more="null"):
    body = f'{{"success": false, "error": {json.dumps(text)}, "code": "X", "more": {more}}}'
    head = '{"id": "b", "title": "t", "description": "d", "incoherent": true, "reply": {"status": 404, "body": '
    return f"{head}{body}}}}}".encode()


class Driver:
    """Does to a mock what clients and tests do, with texts that nothing else shares."""

    def __init__(self, mock):
        self.mock, self.accounts = mock, [mock.accounts.built_in]

    def put(self, account, document, number=0):
        """Put a campaign from the text of its file."""
        campaign = build_campaign(json.loads(document) | {"id": f"c{number}"}, "x", self.mock.contract)
        assert not isinstance(campaign, list), campaign[:3]
        account.state.put(campaign)

    def arm(self, account, **members):
        """Arm a fault."""
        account.state.faults.arm(parse_fault(members, "x", self.mock.contract))

    def ask(self, account, number=0, headers=(), path=None):
        """Request a campaign, or a path, with the account's key."""
        key = account.keys.working.reveal().encode()
        sent = [(b"host", b"127.0.0.1:4010"), (b"authorization", b"Bearer " + key), *headers]
        copied = [(bytes(bytearray(name)), bytes(bytearray(value))) for name, value in sent]
        path = b"/v1/campaigns/c%d/stats" % number if path is None else path
        self.mock.engine.answer(Request("GET", bytes(bytearray(path)), copied))


def counted_and_real(mock, act):
    """Return the bytes that are counted for an act, and those that are allocated.

    All new objects stay in the youngest generation, which is collected at once; with the objects of all other tests, it
    would take a second.
    """
    gc.disable()
    tracemalloc.start()
    before = mock.accounts.memory.used
    try:
        act()
        gc.collect(0)
        return mock.accounts.memory.used - before, tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
        gc.enable()


ACTS = {
    "accounts": lambda d: [d.mock.accounts.create("n" * 200) for _ in range(100)],
    "requests": lambda d: [d.ask(d.accounts[0]) for _ in range(200)],
    "many headers": lambda d: [d.ask(d.accounts[0], 0, [(b"n%d" % i, b"v") for i in range(60)]) for _ in range(50)],
    "large headers": lambda d: [d.ask(d.accounts[0], 0, [(b"user-agent", b"v" * 60_000)]) for _ in range(100)],
    "headers at the bound": lambda d: [d.ask(d.accounts[0], 0, [(b"user-agent", b"v" * 4000)]) for _ in range(100)],
    "origins": lambda d: [
        d.ask(d.accounts[0], 0, [(b"origin", b"http://127.0.0.1:%d" % n), (b"x", b"v" * 9000)]) for n in range(1, 100)
    ],
    "long paths": lambda d: [d.ask(d.accounts[0], 0, (), b"/" + b"%d" % n * 2000) for n in range(100)],
    "campaigns": lambda d: [d.put(d.accounts[0], file, n) for n, file in enumerate(FILES * 3)],
    "long texts": lambda d: [d.put(d.accounts[0], error_campaign("x" * 50_000), n) for n in range(10)],
    "lists of nothing": lambda d: d.put(d.accounts[0], error_campaign(more=LISTS)),
    "faults": lambda d: [
        d.arm(d.accounts[0], kind="unknown-field", value={"v": "x" * 10_000, "n": n}) for n in range(50)
    ],
    "growing": lambda d: [
        d.ask(d.accounts[0], 0, (), b"/v1/campaigns/66b2f0a1c4e5d60012a40201/stats") for _ in range(3)
    ],
    "rate limit": lambda d: [
        limited.state.retry_after(limited.keys.working)
        for limited in [d.mock.accounts.create(limits=parse_plan("2000/min"), start=datetime(2026, 1, 1, tzinfo=UTC))]
        for _ in range(2000)
    ],
    "changed bodies": lambda d: (
        d.put(d.accounts[0], error_campaign("x" * 50_000)),
        d.arm(d.accounts[0], kind="invalid-json"),
        [d.ask(d.accounts[0]) for _ in range(50)],
    ),
}


@pytest.mark.parametrize("name", [*ACTS, "requests, metadata"])
def test_no_less_is_counted_than_is_allocated_and_not_four_times_as_much(name):
    """With metadata, every request gets a body of its own."""
    act, metadata = ACTS[name.partition(",")[0]], name.endswith(("metadata", "bodies"))
    mock = Mock(max_memory="1GB", metadata=metadata, reload=False)
    driver = Driver(mock)
    driver.put(driver.accounts[0], FILES[0])
    driver.ask(driver.accounts[0])
    counted, real = counted_and_real(mock, lambda: act(driver))
    # Tables of other parts of the program may grow at any moment.
    assert real - 20_000 <= counted <= 4 * real + 20_000


def create(driver, _account, number, _which):
    start = datetime(2026, 1, 1, tzinfo=UTC)
    driver.mock.accounts.create(limits=a_plan(number), start=start, empty=number % 2 == 0)
    driver.accounts[1:] = driver.mock.accounts.all[1:]


def delete(driver, account, _number, _which):
    if not account.is_built_in:
        driver.mock.accounts.delete(account.id)
        driver.accounts.remove(account)


def remove(_driver, account, number, which):
    account.state.delete(f"c{number}")
    account.state.delete(json.loads(FILES[which])["id"])


def disarm(_driver, account, number, _which):
    account.state.faults.disarm(f"fault-{number}")
    if number == 0:
        account.state.faults.clear()


def clear(driver, account, _number, _which):
    account.state.clear_journal()
    driver.mock.accounts.clear_unknown_key_requests()


def ask(driver, account, number, which):
    path = f"/v1/campaigns/{json.loads(FILES[which])['id']}/stats".encode() if number % 2 else None
    driver.ask(account, number, [(b"x", b"v" * which * 100)], path)
    driver.mock.engine.answer(Request("GET", b"/v1/campaigns/a/stats", []))


OPERATIONS = {
    "create": create,
    "delete": delete,
    "reset": lambda _driver, account, _number, _which: account.reset(),
    "put": lambda driver, account, number, which: driver.put(account, FILES[which], number),
    "remove": remove,
    "arm": lambda driver, account, _number, which: driver.arm(
        account, kind="unknown-field", value="x" * which * 1000, times=1
    ),
    "disarm": disarm,
    "clear": clear,
    "ask": ask,
    "plan": lambda _driver, account, number, _which: account.state.set_rate_limit(a_plan(number)),
    "reload": lambda driver, _account, _number, _which: driver.mock.reload_fixtures(),
}
STEPS = st.lists(
    st.tuples(st.sampled_from(sorted(OPERATIONS)), st.integers(0, 7), st.integers(0, len(FILES) - 1)), max_size=60
)


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=30)
@given(STEPS, st.sampled_from(["1MB", "64MB"]))
def test_the_sum_is_right_after_any_operations_and_nothing_is_left_of_deleted_accounts(steps, limit):
    mock = Mock(max_memory=limit, max_accounts=5, reload=False)
    memory, driver = mock.accounts.memory, Driver(mock)
    fresh = memory.used
    for name, number, which in steps:
        try:
            OPERATIONS[name](driver, driver.accounts[number % len(driver.accounts)], number, which)
        except (MemoryLimitError, TooManyCampaignsError):
            assert limit == "1MB"
        journals = [mock.accounts.unknown_key_requests, *(each.state.journal for each in mock.accounts.all)]
        shares = [each.state._share for each in mock.accounts.all]
        assert memory.used == sum(each.bytes for each in journals) + sum(each.bytes for each in shares)
        assert memory.used <= memory.limit
        assert all(each.bytes >= 0 for each in [*journals, *shares])
    for account in mock.accounts.all[1:]:
        mock.accounts.delete(account.id)
    mock.accounts.built_in.reset()
    for journal in (mock.accounts.built_in.state.journal, mock.accounts.unknown_key_requests):
        journal.cut(0)
    assert memory.used == fresh


def test_generated_replies_are_kept_up_to_a_number_of_bytes_and_stay_the_same(monkeypatch):
    """A client that asks for ever new ids made the mock keep 4096 replies, however long they were."""
    monkeypatch.setattr(negotiator, "_GENERATED_BYTES_KEPT", 50_000)
    mock = Mock(unknown_id="generate", reload=False)
    state, negotiate = mock.accounts.built_in.state, mock.engine.negotiator.negotiate
    first = negotiate(b"i0", state)
    for number in range(200):
        negotiate(b"i%d" % number, state)
        kept = mock.engine.negotiator._generated.values()
        assert sum(len(reply.body) for reply in kept) <= 50_000
    assert negotiate(b"i199", state) is negotiate(b"i199", state)
    assert negotiate(b"i0", state).body == first.body
