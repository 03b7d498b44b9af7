"""Copies of accounts: what is noted, undone and let go; what a request without claims costs."""

import sys
from datetime import timedelta

import pytest
from account_operations import FIXED, GROWING, SCRIPT
from hypothesis import given
from hypothesis import strategies as st
from model_store import CONTRACT, ModelStore, Worker

from migma_mock.accounts.rate_limit import RateLimiter
from migma_mock.campaigns.campaign_builder import build_campaign
from migma_mock.faults import parse_fault
from migma_mock.messages.request import Request
from migma_mock.plans import parse_plan
from migma_mock.sharing.copies.account_copy import AccountCopy
from migma_mock.sharing.copies.window_parts import counted_requests, window_changes
from migma_mock.sharing.store.commit import Change


@pytest.fixture
def workers():
    """Two workers that share a store, and an account that both have."""
    store = ModelStore()
    first, second = Worker(store), Worker(store)
    first.run(None, lambda mock: mock.accounts.create("shared"))
    second.catch_up()
    return first, second


def account_of(worker):
    """The account that the workers share."""
    return worker.registry.copies["account-1"].account


def change(worker, operation):
    """Run an operation on the shared account, and commit it."""
    return worker.run("account-1", lambda mock: operation(mock.accounts.get("account-1")))


def request_for(worker, campaign_id):
    """A request with the working key of the shared account."""
    path = CONTRACT.operation.request_path(campaign_id, "").encode()
    key = account_of(worker).keys.working.reveal().encode()
    return Request("GET", path, [(b"authorization", b"Bearer " + key)])


def answer(worker, campaign_id):
    """The reply of a worker, whose claims are committed."""
    return worker.run("account-1", lambda mock: mock.engine.answer(request_for(worker, campaign_id)))


def arm(worker, **fault):
    """Arm a fault."""
    spec = parse_fault(fault, "fault", CONTRACT)
    return change(worker, lambda account: account.state.faults.arm(spec)).id


def test_replies_that_a_fault_skips_are_counted_over_all_workers(workers):
    arm(workers[0], kind="status", status=418, skip=3, times=1)
    assert [answer(workers[number % 2], FIXED).status for number in range(6)] == [200, 200, 200, 418, 200, 200]


def test_a_request_without_claims_looks_at_no_part(workers):
    """The functions that turn state into texts are not called."""
    worker, copy = workers[0], workers[0].registry.copies["account-1"]
    request = request_for(worker, FIXED)
    called = set()

    def note(frame, event, _):
        if event == "call":
            called.add((frame.f_code.co_filename.rpartition("/")[2], frame.f_code.co_name))

    sys.setprofile(note)
    try:
        assert not copy.may_claim(FIXED.encode())
        worker.engine.answer(request)
        assert copy.claimed_changes() == ()
    finally:
        sys.setprofile(None)
    modules = ("known_parts.py", "small_parts.py", "window_parts.py", "campaign_parts.py", "parts.py")
    assert {name for module, name in called if module in modules} <= {"state_of"}


def test_only_requests_that_can_claim_something_may_claim(workers):
    worker, copy = workers[0], workers[0].registry.copies["account-1"]
    fixed = FIXED.encode()
    assert not copy.may_claim(fixed)
    assert not copy.may_claim(None)
    assert copy.may_claim(SCRIPT.encode())
    assert copy.may_claim(fixed, prefers=True)
    arm(worker, kind="status", status=418, campaign=GROWING)
    assert not copy.may_claim(fixed)
    arm(worker, kind="status", status=418, times=1)
    assert copy.may_claim(fixed)
    answer(worker, FIXED)
    assert not copy.may_claim(fixed)  # the fault is exhausted
    change(worker, lambda account: account.state.set_rate_limit(parse_plan("free")))
    assert copy.may_claim(None)


def test_a_run_that_is_undone_leaves_nothing(workers):
    worker, copy = workers[0], workers[0].registry.copies["account-1"]
    growing = {"id": "grows", "growth": {"recipients": 100, "sentAt": "-2h"}}
    change(worker, lambda account: account.state.put(build_campaign(growing, "request", CONTRACT)))
    arm(worker, kind="status", status=418, times=3)
    change(worker, lambda account: account.state.set_rate_limit(parse_plan("5/min")))
    answer(worker, SCRIPT)
    before, campaign = copy.parts(), account_of(worker).state.campaign(b"grows")
    share = account_of(worker).state._share.bytes
    for tried in (
        lambda account: worker.engine.answer(request_for(worker, SCRIPT)),
        lambda account: account.state.put(build_campaign({**growing, "title": "other"}, "request", CONTRACT)),
        lambda account: account.state.delete("grows"),
        lambda account: account.state.delete(SCRIPT),
        lambda account: account.state.faults.clear(),
        lambda account: account.state.set_rate_limit(parse_plan("5/min")),
        lambda account: account.state.clock.advance(timedelta(hours=1)),
        lambda account: account.state.pause_refresh(timedelta(hours=1)),
        lambda account: account.reset(),
    ):
        tried(account_of(worker))
        copy.roll_back()
        assert copy.changes() == []
        assert copy.parts() == before
        assert account_of(worker).state.campaign(b"grows") is campaign  # not built again
        assert account_of(worker).state._share.bytes == share


def test_a_fault_that_another_worker_disarms_lets_its_requests_go_and_others_hold_theirs(workers):
    first, second = workers
    disarmed, kept = arm(first, kind="timeout", campaign=FIXED), arm(first, kind="timeout", campaign=GROWING)
    holds = [answer(second, campaign_id).hold for campaign_id in (FIXED, GROWING)]
    change(first, lambda account: account.state.faults.disarm(disarmed))
    second.catch_up()
    assert [hold.is_over for hold in holds] == [True, False]
    change(first, lambda account: account.state.faults.disarm(kept))
    second.catch_up()
    assert holds[1].is_over


def test_a_reset_by_another_worker_lets_all_requests_go(workers):
    first, second = workers
    arm(first, kind="timeout")
    hold, other = answer(second, FIXED).hold, account_of(second).state.hold
    change(first, lambda account: account.reset())
    second.catch_up()
    assert hold.is_over
    assert other.is_over


def test_all_parts_make_another_copy_the_same(workers):
    first, second = workers
    arm(first, kind="status", status=418, skip=1)
    change(first, lambda account: account.state.set_rate_limit(parse_plan("100/min")))
    change(
        first,
        lambda account: account.state.put(
            build_campaign({"id": "x", "growth": {"recipients": 5, "sentAt": "-2h"}}, "request", CONTRACT)
        ),
    )
    for _ in range(70):
        answer(first, SCRIPT)
    parts = first.registry.copies["account-1"].parts()
    copy: AccountCopy = second.registry.copies["account-1"]
    copy.load([Change(name, text) for name, text in parts if text is not None], is_whole=True)
    assert copy.parts() == parts
    copy.load([], is_whole=True)
    assert copy.parts() == []
    assert account_of(second).state.faults.list() == []


def test_a_campaign_that_this_contract_does_not_allow_says_so(workers, monkeypatch):
    first, second = workers
    change(
        first,
        lambda account: account.state.put(
            build_campaign(
                {"id": "x", "reply": {"status": 404, "body": {"success": False, "error": "E", "code": "C"}}},
                "request",
                CONTRACT,
            )
        ),
    )
    monkeypatch.setattr(
        "migma_mock.sharing.copies.campaign_parts.build_campaign", lambda *_: build_campaign({}, "x", CONTRACT)
    )
    second.catch_up()
    reply = account_of(second).state.campaign(b"x").reply
    assert reply.status == 500
    assert b"another contract" in reply.body


@given(
    steps=st.lists(st.tuples(st.integers(1, 100), st.sampled_from([0.0, 1.0, 20.0, 45.0, -30.0])), max_size=8),
    plan=st.sampled_from(["90/min", "200/min,300/day"]),
)
def test_windows_that_are_loaded_count_the_same_requests(steps, plan):
    """After each burst of requests, only the parts that changed are sent."""
    limits, now, known = parse_plan(plan), 1_000_000.0, {}
    limiter = RateLimiter(limits)
    for number, seconds in steps:
        now += seconds
        for _ in range(number):
            limiter.acquire("key", now)
        for name, text in window_changes("key", limiter.windows("key"), known):
            if text is None:
                del known[name]
            else:
                known[name] = text
        loaded = RateLimiter(limits)
        loaded.restore("key", *counted_requests("key", known))
        assert loaded.windows("key") == limiter.windows("key")
    assert len(known) <= 1 + 300 // 64 + 2
