"""The baseline accepts findings by rule and place, until a last day, and its file is checked strictly."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migma_contract.finding import Finding, Level
from migma_contract_tests.results.baseline import (
    NO_OWNER,
    NO_REASON,
    Baseline,
    Entry,
    apply,
    updated,
)
from migma_contract_tests.results.baseline_file import BaselineError, load_baseline, save_baseline

TODAY = date(2026, 6, 15)


def finding(rule="new-field", where="200 /data/x", message="m", exchange=0):
    return Finding(rule, Level.WARNING, where, message, "e", "g", exchange)


def entry(rule="new-field", where="200 /data/x", expires=None):
    return Entry(rule, where, "known", "ana", expires)


def test_a_finding_is_accepted_whatever_its_wording_and_however_often_it_appears():
    findings = [finding(message="one"), finding(message="other", exchange=3), finding("other-rule")]
    applied = apply(Baseline("b", (entry(),)), findings, TODAY, complete=True)
    assert applied.open == (findings[2],)
    assert [one.finding for one in applied.accepted] == findings[:2]
    assert {(one.reason, one.owner) for one in applied.accepted} == {("known", "ana")}
    assert applied.notes == ()


def test_without_a_baseline_everything_is_open():
    assert apply(None, [finding()], TODAY, complete=True) == ((finding(),), (), ())


@pytest.mark.parametrize(
    ("expires", "accepts"), [(date(2026, 6, 14), False), (TODAY, True), (date(2026, 6, 16), True), (None, True)]
)
def test_an_entry_accepts_until_its_last_day_and_then_a_note_says_that_it_expired(expires, accepts):
    applied = apply(Baseline("b", (entry(expires=expires),)), [finding()], TODAY, complete=True)
    assert bool(applied.accepted) is accepts
    assert bool(applied.open) is not accepts
    assert accepts or "Expired on 2026-06-14" in applied.notes[0]


def test_an_unmatched_entry_is_noted_only_after_a_complete_run():
    baseline = Baseline("b", (entry(),))
    (note,) = apply(baseline, [], TODAY, complete=True).notes
    assert "No longer found" in note
    assert "new-field at 200 /data/x (ana: known)" in note
    assert apply(baseline, [], TODAY, complete=False).notes == ()


def test_an_update_accepts_exactly_the_findings_and_keeps_reasons_and_owners():
    baseline = Baseline("b", (entry(), entry("gone"), entry("old", expires=date(2020, 1, 1))))
    findings = [finding("z-new"), finding(), finding("old")]
    new = updated(baseline, findings, TODAY, complete=True)
    assert new.entries == (entry(), entry("old"), Entry("z-new", "200 /data/x", NO_REASON, NO_OWNER))
    assert apply(new, findings, TODAY, complete=True).open == ()


def test_an_update_after_an_incomplete_run_removes_nothing():
    assert entry("gone") in updated(Baseline("b", (entry("gone"),)), [], TODAY, complete=False).entries


text = st.text(st.characters(codec="utf-8"), min_size=1).filter(str.strip)
entries = st.builds(Entry, text, text, text, text, st.none() | st.dates())


@given(some=st.lists(entries, unique_by=lambda one: one.fingerprint))
def test_a_written_baseline_is_read_back_and_the_order_does_not_matter(tmp_path_factory, some):
    file = tmp_path_factory.mktemp("baseline") / "known.json"
    known = updated(Baseline(str(file), tuple(some)), [], TODAY, complete=False)
    save_baseline(known, file)
    first = file.read_bytes()
    assert load_baseline(file) == known
    save_baseline(updated(Baseline(str(file), tuple(reversed(some))), [], TODAY, complete=False), file)
    assert file.read_bytes() == first


GOOD = {"rule": "r", "where": "200", "reason": "known", "owner": "ana"}


@pytest.mark.parametrize(
    ("document", "at", "says"),
    [
        ([], "", "an object with version and accepted"),
        ({"version": 2, "accepted": []}, "/version", "1"),
        ({"version": True, "accepted": []}, "/version", "1"),
        ({"version": 1}, "/accepted", "an array"),
        ({"version": 1, "accepted": [], "more": 1}, "/more", "unknown field 'more'"),
        ({"version": 1, "accepted": [3]}, "/accepted/0", "an object"),
        (
            {"version": 1, "accepted": [{**GOOD, "resaon": "x"}]},
            "/accepted/0/resaon",
            "unknown field 'resaon'; did you mean 'reason'?",
        ),
        ({"version": 1, "accepted": [{**GOOD, "reason": " "}]}, "/accepted/0/reason", "why the finding is accepted"),
        ({"version": 1, "accepted": [{**GOOD, "owner": 7}]}, "/accepted/0/owner", "who is responsible for it"),
        ({"version": 1, "accepted": [{**GOOD, "expires": "soon"}]}, "/accepted/0/expires", "a date such as"),
        ({"version": 1, "accepted": [{**GOOD, "expires": "20261231"}]}, "/accepted/0/expires", "a date such as"),
        (
            {"version": 1, "accepted": [{**GOOD, "fingerprint": "0"}]},
            "/accepted/0/fingerprint",
            "the fingerprint of rule and where",
        ),
        ({"version": 1, "accepted": [GOOD, GOOD]}, "/accepted/1", "each rule and place once"),
    ],
)
def test_a_problem_in_the_file_is_named_with_its_place(tmp_path, document, at, says):
    file = tmp_path / "known.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(BaselineError) as caught:
        load_baseline(file)
    (problem,) = caught.value.problems
    assert (problem.file, problem.pointer) == (str(file), at)
    assert says in problem.text


def test_every_problem_is_named(tmp_path):
    file = tmp_path / "known.json"
    file.write_text(json.dumps({"version": 3, "accepted": [{}, GOOD]}), encoding="utf-8")
    with pytest.raises(BaselineError, match="5 problems"):
        load_baseline(file)


def test_a_missing_file_and_invalid_json_are_refused(tmp_path):
    file = tmp_path / "known.json"
    with pytest.raises(BaselineError, match="--update-baseline"):
        load_baseline(file)
    file.write_bytes(b'{"version": 1, "version": 1, "accepted": []}')
    with pytest.raises(BaselineError, match="each key once"):
        load_baseline(file)


def test_an_unwritable_file_is_an_error_and_leaves_no_temporary_file(tmp_path):
    with pytest.raises(BaselineError, match="a writable file"):
        save_baseline(Baseline("b"), tmp_path / "no" / "known.json")
    (tmp_path / "known.json").mkdir()
    with pytest.raises(BaselineError, match="a writable file"):
        save_baseline(Baseline("b"), tmp_path / "known.json")
    assert [one.name for one in tmp_path.iterdir()] == ["known.json"]
