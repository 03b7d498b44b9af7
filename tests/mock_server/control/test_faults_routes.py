"""``…/faults``: arm, list and disarm faults, and their effect on the account's replies."""

import pytest

from migma_mock.faults import FAULTS
from migma_mock.faults.armed import MAX_ARMED

BROKEN = {"kind": "status", "status": 503, "times": 2, "retryAfter": 2}


def armed(account):
    return account("GET", "/faults").json()


def test_a_fault_is_applied_as_many_times_as_it_says(account, newsletter):
    fault = account("POST", "/faults", status=201, json=BROKEN).json()
    counts = {"eligible": 0, "applied": 0, "exhausted": False}
    assert fault == {"id": "fault-1", "fault": BROKEN, "scenario": None, **counts, "warnings": []}
    first = account.get(newsletter)
    assert (first.status_code, first.headers["retry-after"], first.json()["success"]) == (503, "2", False)
    assert armed(account) == [fault | {"eligible": 1, "applied": 1}]
    assert account.statuses(newsletter, 3) == [503, 200, 200]
    assert armed(account) == [fault | {"eligible": 2, "applied": 2, "exhausted": True}]
    assert account("GET").json()["armedFaults"] == 0


def test_a_fault_of_one_campaign_does_not_affect_others(account, newsletter, stats):
    account.put("other", stats=stats)
    account("POST", "/faults", json={"kind": "status", "status": 500, "campaign": "other"})
    assert (account.get(newsletter).status_code, account.get("other").status_code) == (200, 500)


def test_a_seeded_probability_gives_the_same_pattern_in_every_account(api, newsletter):
    fault = {"kind": "status", "status": 500, "probability": 0.5, "seed": 7}
    patterns = []
    for _ in range(2):
        account = api.account()
        account("POST", "/faults", json=fault)
        patterns.append(account.statuses(newsletter, 40))
    assert patterns[0] == patterns[1]
    assert set(patterns[0]) == {200, 500}


def test_faults_are_disarmed_one_by_one_or_all(account, newsletter):
    ids = [account("POST", "/faults", json={"kind": "status", "status": code}).json()["id"] for code in (500, 502, 503)]
    assert account.get(newsletter).status_code == 500
    account("DELETE", f"/faults/{ids[0]}", status=204)
    assert account.get(newsletter).status_code == 502
    assert [each["id"] for each in armed(account)] == ids[1:]
    account.api.refused("DELETE", f"/accounts/{account.id}/faults/{ids[0]}", 404)
    account("DELETE", "/faults", status=204)
    assert armed(account) == []
    assert account.get(newsletter).status_code == 200
    assert account("POST", "/faults", json=BROKEN).json()["id"] == "fault-4"


@pytest.mark.attack("memory")
def test_the_number_of_armed_faults_is_limited(account):
    for _ in range(MAX_ARMED):
        account("POST", "/faults", status=201, json={"kind": "reset"})
    refused = account.api.refused("POST", f"/accounts/{account.id}/faults", 409, json={"kind": "reset"})
    assert (refused["code"], str(MAX_ARMED) in refused["error"]) == ("CONFLICT", True)
    account("DELETE", "/faults/fault-1", status=204)
    account("POST", "/faults", status=201, json={"kind": "reset"})


def test_the_example_of_every_kind_can_be_armed(api, account):
    kinds = api("GET", "/faults").json()
    assert [each["kind"] for each in kinds] == list(FAULTS)
    for each in kinds:
        assert each["description"].endswith(".")
        assert each["clientSees"]
        assert account("POST", "/faults", status=201, json=each["example"]).json()["fault"] == each["example"]


def test_faults_are_listed_as_they_were_armed(account):
    """With fields that were given as their defaults, and without fields that were not given."""
    sent = {"kind": "html", "status": 502, "probability": 1.0, "campaign": None}
    assert account("POST", "/faults", json=sent).json()["fault"] == sent


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({}, {"/kind"}),
        ({"kind": "explode"}, {"/kind"}),
        ({"kind": ["reset"]}, {"/kind"}),
        ([], {""}),
        (None, {""}),
        ("reset", {""}),
        (
            {"kind": "status", "status": 200, "times": 0, "probability": 2, "seed": "x", "colour": 1},
            {"/status", "/times", "/probability", "/seed", "/colour"},
        ),
        ({"kind": "status"}, {""}),
        ({"kind": "delay"}, {""}),
        ({"kind": "delay", "seconds": 61}, {"/seconds"}),
        ({"kind": "drop-field", "field": "opennRate"}, {"/field"}),
    ],
)
def test_an_invalid_fault_is_refused_with_every_problem(account, sent, wrong):
    assert account.problems("POST", "/faults", json=sent).keys() == wrong
    assert armed(account) == []


def test_the_error_for_an_unknown_kind_lists_the_kinds(account):
    expected, got = account.problems("POST", "/faults", json={"kind": "explode"})["/kind"]
    assert all(kind in expected for kind in FAULTS)
    assert "explode" in got
