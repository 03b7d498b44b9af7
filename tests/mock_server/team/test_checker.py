"""The checker of the team's proofs: it accepts what one process did, and finds each kind of contradiction in it."""

import itertools
import math
from copy import deepcopy
from dataclasses import replace

import pytest

from benchmarks.team import proving
from benchmarks.team.check import Moved, violations
from benchmarks.team.evidence import Entry
from benchmarks.team.load_client import MARKED, Answer
from benchmarks.team.plan import KINDS, Planned
from benchmarks.team.proving import Size, prove
from benchmarks.team.served import Served

_GAP = "the journal lacks {} that came while the store could not be reached"
_SMALL = Size(requests=400, accounts=len(KINDS), connections=16)


@pytest.fixture(scope="module")
def recorded():
    """A proof of one process, and how it was judged."""
    kept = []

    def keep(proof):
        kept.append(proof)
        return violations(proof)

    with pytest.MonkeyPatch.context() as patch, Served("--journal-size", "2000") as mock, mock.control() as control:
        patch.setattr(proving, "violations", keep)
        outcome = prove(mock.address, control, _SMALL)
    return kept[0], outcome


@pytest.fixture
def proof(recorded):
    """A copy of the proof, to be changed."""
    return deepcopy(recorded[0])


def number_of(kind):
    """Return the number of the account of a kind."""
    return list(KINDS).index(kind)


def evidence_of(proof, kind):
    return proof.evidence[number_of(kind)]


def answer_of(proof, kind, is_wanted=lambda answer: True):
    """Return the first such answer to a client of the account."""
    return next(a for a in proof.answers if a.request.account == number_of(kind) and is_wanted(a))


def only(proof, kind):
    """Return the violations, all of which have to be about the account of a kind."""
    found = violations(proof)
    assert found
    assert all(sentence.startswith(f"account {number_of(kind)} ({kind}): ") for sentence in found), found
    return " ".join(found)


def test_one_process_is_exact(recorded):
    """The same proof that workers and replicas have to pass."""
    proof, outcome = recorded
    assert outcome.violations == []
    assert len(proof.answers) == 3 * (_SMALL.requests // 3)
    assert str(outcome).endswith("exact")


def test_every_kind_of_account_met_what_it_is_for(recorded):
    """The proof is not empty: faults were applied, limits reached, scripts passed, clocks moved, connections reset."""
    proof, _ = recorded
    assert evidence_of(proof, "times").faults[0][1] > 0
    assert evidence_of(proof, "one campaign").faults[0][1] > 0
    assert all(applied for _, applied in evidence_of(proof, "chance").faults)
    assert any(answer.is_lost for answer in proof.answers)
    assert {entry.status for entry in evidence_of(proof, "quota").entries} == {200, 429}
    assert len({entry.sent for entry in evidence_of(proof, "script").entries}) == 7
    assert len({entry.time for entry in evidence_of(proof, "growing").entries}) == 2
    assert len({entry.body for entry in evidence_of(proof, "growing").entries}) == 2


def test_a_missing_entry_is_found(proof):
    evidence = evidence_of(proof, "plain")
    lost = evidence.entries.pop()
    evidence.recorded = evidence.requests = len(evidence.entries)
    assert f"request {lost.tag} was answered with 200, and is not in its journal" in only(proof, "plain")


def test_an_entry_that_comes_twice_is_found(proof):
    evidence = evidence_of(proof, "plain")
    evidence.entries.append(replace(evidence.entries[0], number=len(evidence.entries) + 1))
    evidence.recorded = evidence.requests = len(evidence.entries)
    assert "is in its journal 2 times" in only(proof, "plain")


def test_a_request_that_was_answered_twice_is_found(proof):
    proof.answers.append(answer_of(proof, "plain"))
    assert "answered twice" in only(proof, "plain")


def test_a_gap_in_the_numbers_is_found(proof):
    evidence_of(proof, "plain").entries[3].number += 1
    assert "have a gap or come twice" in only(proof, "plain")


@pytest.mark.parametrize("field", ["recorded", "requests"])
def test_a_wrong_count_of_the_journal_is_found(proof, field):
    setattr(evidence_of(proof, "plain"), field, 1)
    assert "requests" in only(proof, "plain")


def test_an_entry_in_the_journal_of_another_account_is_found(proof):
    evidence = evidence_of(proof, "plain")
    foreign = evidence_of(proof, "script").entries[0]
    evidence.entries.append(replace(foreign, number=len(evidence.entries) + 1))
    evidence.recorded = evidence.requests = len(evidence.entries)
    found = only(proof, "plain")
    assert "was not sent with its key" in found
    assert "a campaign of another account" in found


def test_stats_of_another_account_are_found(proof):
    answer, other = (answer_of(proof, kind, lambda a: a.status == 200) for kind in ("plain", "script"))
    entry = next(e for e in evidence_of(proof, "plain").entries if e.tag == answer.request.number)
    answer.body, entry.body = other.body, other.body.decode()
    found = only(proof, "plain")
    assert "got stats of another account" in found
    assert f"entry {entry.number}: expected status 200 with totalSent" in found


@pytest.mark.parametrize("change", [{"status": 404}, {"body": b"{}"}])
def test_an_answer_that_the_journal_has_otherwise_is_found(proof, change):
    answer = answer_of(proof, "growing", lambda a: a.status == 200)
    entry = next(e for e in evidence_of(proof, "growing").entries if e.tag == answer.request.number)
    answer.status, answer.body = change.get("status", answer.status), change.get("body", answer.body)
    if "body" in change:
        answer.body = entry.body.replace('"success":true', '"success": true').encode()
    assert "and its journal says" in only(proof, "growing") or "another body" in only(proof, "growing")


def test_a_response_that_the_journal_says_was_reset_is_found(proof):
    evidence = evidence_of(proof, "reset")
    entry = next(entry for entry in evidence.entries if entry.status is None)
    answer = answer_of(proof, "reset", lambda a: a.request.number == entry.tag)
    answer.status = 503
    assert "got 503, and its journal says None" in only(proof, "reset")


@pytest.mark.parametrize("kind", ["times", "chance", "one campaign", "quota", "script", "all"])
def test_an_order_that_one_process_would_not_give_is_found(proof, kind):
    """Two entries with different replies change places: a count was claimed twice or in the wrong order."""
    entries = evidence_of(proof, kind).entries
    one, two = next(
        (one, two)
        for one, two in itertools.combinations(entries, 2)
        if one.campaign == two.campaign and one.time == two.time and (one.status, one.sent) != (two.status, two.sent)
    )
    entries[one.number - 1], entries[two.number - 1] = replace(two, number=one.number), replace(one, number=two.number)
    assert "expected" in only(proof, kind)


def test_a_fault_that_was_applied_once_too_often_is_found(proof):
    evidence = evidence_of(proof, "times")
    (eligible, applied), *_ = evidence.faults
    evidence.faults = [(eligible, applied + 1)]
    assert "its faults were eligible and applied" in only(proof, "times")


def test_one_request_too_many_within_a_limit_is_found(proof):
    entry = next(entry for entry in evidence_of(proof, "quota").entries if entry.status == 429)
    answer = answer_of(proof, "quota", lambda a: a.request.number == entry.tag)
    allowed = answer_of(proof, "quota", lambda a: a.status == 200)
    entry.status = answer.status = 200
    answer.body, entry.body, entry.matched_by = allowed.body, allowed.body.decode(), "campaign"
    assert "expected status 429" in only(proof, "quota")


def test_other_stats_at_the_same_time_are_found(proof):
    entries = evidence_of(proof, "growing").entries
    late, early = entries[-1], entries[0]
    answer = answer_of(proof, "growing", lambda a: a.request.number == late.tag)
    late.body, answer.body = early.body, early.body.encode()
    found = only(proof, "growing")
    assert "other stats than before at the same time" in found
    assert "totalOpens went down" in found


def test_a_clock_that_a_later_request_did_not_see_is_found(proof):
    """The control call had returned before the first request was sent, which saw the old time all the same."""
    proof = replace(proof, moves=[Moved(number_of("growing"), "2026-09-20T10:01:01Z", 0.0)])
    assert "was sent after the clock was set" in only(proof, "growing")


def test_requests_without_a_known_key_are_found(proof):
    assert violations(replace(proof, unknown_key=1)) == ["1 requests came without a known key, expected none"]


def test_a_lost_request_is_accepted_only_if_something_was_broken(proof):
    """The journal may have it or not."""
    lost = Answer(Planned(10**6, number_of("plain"), answer_of(proof, "plain").request.campaign), 0.0)
    proof.answers.append(lost)
    assert "got no response, and is not in its journal" in only(proof, "plain")
    assert violations(replace(proof, may_lose=True)) == []


@pytest.mark.parametrize(
    ("body", "is_accepted"),
    [(b'{"success":false,"error":"The store cannot be reached."}', True), (b"<html>store</html>", False)],
)
def test_a_refusal_needs_the_reason_in_the_form_of_the_vendor(proof, body, is_accepted):
    """It is in no journal, and counts for nothing."""
    request = Planned(10**6, number_of("times"), answer_of(proof, "times").request.campaign)
    proof.answers.append(Answer(request, 0.0, 503, body, {MARKED: b"unreachable"}))
    assert (violations(replace(proof, may_lose=True)) == []) is is_accepted
    assert violations(proof)


def test_answers_without_the_store_need_a_gap(proof):
    """They are in no journal, which has to say so."""
    request = Planned(10**6, number_of("plain"), answer_of(proof, "plain").request.campaign)
    body = answer_of(proof, "plain", lambda a: a.request.campaign == request.campaign).body
    proof.answers.append(Answer(request, 0.0, 200, body, {MARKED: b"unreachable"}))
    evidence = evidence_of(proof, "plain")
    assert "1 requests were answered without the store, and its journal says ''" in only(proof, "plain")
    evidence.gap, evidence.verifies = _GAP.format("3 requests"), False
    assert "1 requests were answered without the store, and its journal says" in only(proof, "plain")
    evidence.gap, evidence.verifies = _GAP.format("1 request"), False
    assert violations(proof) == []


def test_a_gap_without_a_reason_is_found(proof):
    evidence = evidence_of(proof, "plain")
    evidence.gap, evidence.verifies = "the journal lacks a request", False
    assert "tells of a gap" in only(proof, "plain")


@pytest.mark.parametrize(("gap", "verifies"), [("", False), ("1 request", True)])
def test_a_verification_that_does_not_fit_the_gap_is_found(proof, gap, verifies):
    """It passes exactly if the journal has all requests."""
    evidence = evidence_of(proof, "plain")
    evidence.gap, evidence.verifies = gap, verifies
    assert "a verification of its" in only(proof, "plain")


@pytest.mark.parametrize(("ended", "is_accepted"), [(0.0, False), (math.inf, True)])
def test_an_answer_without_the_store_that_should_have_counted_is_found(proof, ended, is_accepted):
    """Before its fault was exhausted, nobody knew without the store if it applies; after that, everybody knows."""
    request = Planned(10**6, number_of("times"), answer_of(proof, "times").request.campaign)
    body = answer_of(proof, "times", lambda a: a.status == 200).body
    proof.answers.append(Answer(request, 0.0, 200, body, {MARKED: b"unreachable"}, ended))
    evidence = evidence_of(proof, "times")
    evidence.gap, evidence.verifies = _GAP.format("1 request"), False
    assert ("answered without the store, which has its counts" not in "".join(violations(proof))) is is_accepted


def test_a_recorded_request_that_says_it_is_not_is_found(proof):
    answer_of(proof, "plain").headers[MARKED] = b"unreachable"
    evidence = evidence_of(proof, "plain")
    evidence.gap, evidence.verifies = _GAP.format("1 request"), False
    assert "says that it was not recorded" in only(proof, "plain")


def test_an_entry_without_the_number_of_its_request_is_found(proof):
    shown = {"number": 1, "time": "", "campaign": "", "status": 200, "matchedBy": "", "body": ""}
    entry = Entry.of(shown | {"requestHeaders": []})
    assert entry.tag == -1
    evidence = evidence_of(proof, "plain")
    evidence.entries[0] = replace(evidence.entries[0], tag=-1)
    assert "which was not sent with its key" in only(proof, "plain")
