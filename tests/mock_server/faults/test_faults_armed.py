"""Armed faults are applied in order, as many times as they allow, and identically in every process."""

import json
import math
import os
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migma_contract.openapi import load_contract
from migma_contract.resources import fixtures_path, openapi_path
from migma_mock.faults import FAULTS, TooManyFaultsError, parse_fault
from migma_mock.faults.armed import MAX_ARMED, ArmedFaults
from migma_mock.messages.reply import ReplyMaker

contract = load_contract(openapi_path())
make = ReplyMaker(contract)
SUCCESS = make.success(
    json.loads((fixtures_path() / "campaigns" / "newsletter.json").read_bytes())["stats"], "campaign"
)
NOT_FOUND = make.error(404, "NOT_FOUND", "Campaign not found.", "unknown id")


def armed(*documents):
    faults = ArmedFaults(contract)
    for document in documents:
        faults.arm(parse_fault(document, "test", contract))
    return faults


def applied_ids(faults, count, campaign="a", reply=SUCCESS):
    """Return the id of the fault applied to each of ``count`` replies; None where none was applied."""
    return [applied_id(faults, campaign, reply) for _ in range(count)]


def applied_id(faults, campaign, reply):
    before = {fault.id: fault.applied for fault in faults.list()}
    changed = faults.apply_next(campaign, reply)
    ids = [fault.id for fault in faults.list() if fault.applied != before[fault.id]]
    assert len(ids) == (changed is not None)
    return ids[0] if ids else None


def test_nothing_armed_is_false():
    assert not armed()
    assert armed().apply_next("a", SUCCESS) is None


@given(
    kind=st.sampled_from(sorted(FAULTS)),
    times=st.integers(1, 5),
    probability=st.floats(0.3, 1),
    seed=st.integers(-(2**63), 2**63 - 1),
    replies=st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from([SUCCESS, NOT_FOUND])), max_size=30),
)
def test_a_fault_with_n_times_changes_n_replies_and_no_other_campaigns(kind, times, probability, seed, replies):
    document = {**FAULTS[kind].example, "campaign": "a", "times": times, "probability": probability, "seed": seed}
    faults = armed(document)
    enough = [("a", SUCCESS)] * 100
    changed = [
        (campaign, reply, after)
        for campaign, reply in [*replies, *enough]
        if (after := faults.apply_next(campaign, reply)) is not None
    ]
    assert len(changed) == times == faults.list()[0].applied
    for campaign, reply, after in changed:
        assert campaign == "a"
        assert replace(after, matched_by=reply.matched_by) != reply
    assert faults.list()[0].exhausted


def test_a_fault_skips_the_first_replies_that_it_could_change():
    faults = armed(
        {"kind": "drop-field", "campaign": "a", "skip": 2, "times": 1}, {"kind": "reset", "skip": 3, "times": 1}
    )
    assert applied_ids(faults, 2, "a", NOT_FOUND) == [None, None]
    assert applied_ids(faults, 4) == [None, "fault-2", "fault-1", None]
    assert [(fault.eligible, fault.applied, fault.exhausted) for fault in faults.list()] == [(3, 1, True), (4, 1, True)]


def test_the_first_armed_fault_that_is_not_exhausted_is_applied():
    faults = armed(
        {"kind": "status", "status": 503, "times": 2},
        {"kind": "reset", "campaign": "b"},
        {"kind": "timeout", "times": 1},
    )
    assert applied_ids(faults, 4) == ["fault-1", "fault-1", "fault-3", None]
    assert applied_ids(faults, 2, campaign="b") == ["fault-2", "fault-2"]
    assert [(fault.eligible, fault.applied, fault.exhausted) for fault in faults.list()] == [
        (2, 2, True),
        (2, 2, False),
        (1, 1, True),
    ]


def test_a_reply_that_a_fault_does_not_apply_to_is_left_to_the_next_and_not_counted_as_eligible():
    faults = armed({"kind": "drop-field", "times": 1}, {"kind": "truncate"})
    assert applied_ids(faults, 2, reply=NOT_FOUND) == ["fault-2", "fault-2"]
    assert faults.list()[0].eligible == 0
    assert applied_ids(faults, 2) == ["fault-1", "fault-2"]


@pytest.mark.parametrize(("probability", "applied"), [(0, 0), (0.1, 99), (0.5, 492), (0.9, 896), (1, 1000)])
def test_probability_is_kept(probability, applied):
    """The counts are exact, since the selection is seeded, and within three standard deviations."""
    faults = armed({"kind": "reset", "probability": probability, "seed": 1})
    count = sum(each is not None for each in applied_ids(faults, 1000))
    assert (faults.list()[0].eligible, faults.list()[0].applied) == (1000, count)
    assert count == applied
    assert abs(count - 1000 * probability) <= 3 * math.sqrt(1000 * probability * (1 - probability))


def test_seeds_differ():
    patterns = {
        tuple(applied_ids(armed({"kind": "reset", "probability": 0.5, "seed": seed}), 64))
        for seed in (0, 1, 2, -1, 2**62)
    }
    assert len(patterns) == 5


def test_each_reply_gets_a_delay_of_its_own_from_the_distribution():
    faults = armed({"kind": "delay", "distribution": {"uniform": [1, 3]}})
    delays = [faults.apply_next("a", SUCCESS).delay for _ in range(1000)]
    assert len(set(delays)) == 1000
    assert 1 < min(delays) < 1.01
    assert 2.99 < max(delays) < 3
    assert sum(delays) / 1000 == pytest.approx(2, abs=0.06)


PRINT_APPLIED = """
import json, sys
from migma_contract.openapi import load_contract
from migma_contract.resources import openapi_path
from migma_mock.faults import parse_fault
from migma_mock.faults.armed import ArmedFaults
from migma_mock.messages.reply import ReplyMaker
contract = load_contract(openapi_path())
documents, stats, calls = json.load(sys.stdin)
success = ReplyMaker(contract).success(stats, "campaign")
faults = ArmedFaults(contract)
for document in documents:
    faults.arm(parse_fault(document, "test", contract))
for campaign in calls:
    print(faults.apply_next(campaign, success), [(fault.eligible, fault.applied) for fault in faults.list()])
"""


def test_the_same_calls_give_the_same_faults_in_any_process():
    documents = [{**entry.example, "probability": 0.2, "seed": 5, "times": 9} for entry in FAULTS.values()]
    documents = [{**document, "campaign": "b"} if index % 3 else document for index, document in enumerate(documents)]
    stats = json.loads(SUCCESS.body)["data"]
    calls = [("a", "b", "c")[number % 3] for number in range(300)]

    there = subprocess.run(
        [sys.executable, "-c", PRINT_APPLIED],
        input=json.dumps([documents, stats, calls]),
        env={**os.environ, "PYTHONHASHSEED": "1"},
        capture_output=True,
        encoding="utf-8",
        check=True,
    ).stdout.splitlines()
    faults = armed(*documents)
    here = []
    for campaign in calls:
        changed = faults.apply_next(campaign, SUCCESS)
        here.append(f"{changed} {[(fault.eligible, fault.applied) for fault in faults.list()]}")
    assert there == here
    assert len(set(there)) > 60


def test_disarm_and_clear():
    faults = armed({"kind": "reset"}, {"kind": "timeout"}, {"kind": "html", "times": 1})
    assert faults.disarm("fault-1").spec.kind == "reset"
    assert faults.disarm("fault-1") is None
    assert applied_ids(faults, 1) == ["fault-2"]
    faults.disarm("fault-2")
    assert applied_ids(faults, 2) == ["fault-3", None]
    assert faults.disarm("fault-3").exhausted
    faults.arm(parse_fault({"kind": "reset"}, "test", contract))
    faults.clear()
    assert (bool(faults), faults.list(), applied_ids(faults, 1)) == (False, [], [None])
    assert faults.arm(parse_fault({"kind": "reset"}, "test", contract)).id == "fault-5"


def test_a_list_is_a_snapshot():
    faults = armed({"kind": "reset"})
    before = faults.list()
    applied_ids(faults, 3)
    assert (before[0].applied, faults.list()[0].applied) == (0, 3)
    before.clear()
    assert len(faults.list()) == 1


def test_a_new_fault_replaces_the_oldest_exhausted_one_at_the_limit():
    once = {"kind": "reset", "times": 1}
    faults = armed({"kind": "timeout", "campaign": "other"}, *[once] * (MAX_ARMED - 1))
    with pytest.raises(TooManyFaultsError, match="100 faults are armed"):
        faults.arm(parse_fault(once, "test", contract))
    assert applied_ids(faults, 2) == ["fault-2", "fault-3"]
    assert faults.arm(parse_fault(once, "test", contract)).id == f"fault-{MAX_ARMED + 1}"
    assert [fault.id for fault in faults.list()][:2] == ["fault-1", "fault-3"]
    assert len(faults.list()) == MAX_ARMED
