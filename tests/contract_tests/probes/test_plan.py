"""The plan of a check: its requests, their order, and what the cap skips."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migma_contract_tests.check.runner import run_check
from migma_contract_tests.probes.generated_ids import generated_ids
from migma_contract_tests.probes.plan import in_sending_order, is_unknown_id, plan


def purposes(report):
    return [exchange.purpose for exchange in report.exchanges]


def test_the_default_plan_is_eight_requests_and_a_conforming_server_conforms(stage, contract, conforming):
    report = run_check(stage.options(conforming.url), contract)
    assert (report.verdict, report.reason, report.findings) == ("conforms", "", ())
    assert purposes(report) == [
        *(
            "campaign",
            "missing-key",
            "invalid-key",
            "unknown-id",
            "unknown-id-missing-key",
            "unusual-id",
            "head",
            "campaign",
        ),
    ]
    assert report.requests.sent == len(conforming.requests) == 8
    assert report.skipped == ()


def test_nothing_but_get_and_head_is_sent(stage, contract, conforming):
    run_check(stage.options(conforming.url, samples=4, max_requests=30, fuzz=5), contract)
    assert {request.method for request in conforming.requests} == {"GET", "HEAD"}


def test_a_named_method_is_sent_once(stage, contract, conforming):
    report = run_check(stage.options(conforming.url, methods=("POST",)), contract)
    assert Counter(request.method for request in conforming.requests) == {"GET": 7, "HEAD": 1, "POST": 1}
    assert report.verdict == "conforms"


@pytest.mark.parametrize(("cap", "verdict"), [(1, "inconclusive"), (3, "inconclusive"), (4, "conforms")])
def test_the_verdict_is_inconclusive_only_without_one_of_the_first_four(stage, contract, conforming, cap, verdict):
    report = run_check(stage.options(conforming.url, max_requests=cap), contract)
    assert report.verdict == verdict
    assert purposes(report) == ["campaign", "missing-key", "invalid-key", "unknown-id"][:cap]
    assert len(report.skipped) == 8 - cap
    assert len(conforming.requests) == cap
    assert verdict == "conforms" or "too few requests" in report.reason.lower()


def test_the_second_read_has_priority_over_the_other_probes(stage, contract, conforming):
    report = run_check(stage.options(conforming.url, max_requests=5), contract)
    assert purposes(report) == ["campaign", "missing-key", "invalid-key", "unknown-id", "campaign"]


@given(
    ids=st.lists(st.text("abc", min_size=1), min_size=1, max_size=6, unique=True),
    samples=st.integers(1, 5),
    cap=st.integers(1, 40),
)
def test_sending_order_keeps_every_probe_and_starts_and_ends_with_reads(stage, contract, ids, samples, cap):
    ranked = plan(replace(stage.options("http://h"), campaign_ids=tuple(ids), samples=samples), contract)[:cap]
    order = in_sending_order(ranked)
    assert Counter(order) == Counter(ranked)
    reads = [probe for probe in order if probe.purpose == "campaign"]
    assert order[0] == reads[0]
    assert [probe.sample for probe in reads] == sorted(probe.sample for probe in reads)
    if any(probe.sample > 1 for probe in reads):
        assert order[-1] == reads[-1]


@pytest.mark.parametrize("named", [("a",), ("0" * 24,), ("a", "0" * 24), (f"{1:024}", "a", "0" * 24)])
def test_the_unknown_id_is_not_one_of_the_named_campaigns(stage, contract, named):
    ranked = plan(stage.options("http://h", campaign_ids=named), contract)
    (unknown,) = {probe.campaign_id for probe in ranked if probe.purpose.startswith("unknown")}
    assert unknown not in named
    assert is_unknown_id(unknown, contract)


def test_generated_ids_are_the_same_each_time_and_stay_in_their_path_segment(contract):
    ids = generated_ids(contract, 20)
    assert len(set(ids)) == 20
    assert generated_ids(contract, 20) == ids
    assert not {"", ".", ".."} & set(ids)


def test_fuzz_writes_nothing_into_the_working_directory(run, tmp_path):
    ended = run("check", "--campaign-id", "x", "--fuzz", "2", "--plan")
    assert ended.returncode == 0, ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_fuzz_ids_are_sent_within_the_cap(stage, contract, conforming):
    report = run_check(stage.options(conforming.url, fuzz=20, max_requests=12), contract)
    assert purposes(report).count("unusual-id") == 5
    assert report.requests.sent == len(conforming.requests) == 12
    assert report.verdict == "conforms"
