"""Warnings about faults that may never be applied: sent when one is armed and listed, and true."""

import pytest

from migma_contract.openapi import load_contract
from migma_contract.resources import fixtures_path, openapi_path
from migma_mock.campaigns.fixtures import load_fixtures
from migma_mock.faults import FAULTS, arming_warnings, parse_fault
from migma_mock.faults.armed import ArmedFaults

ENDLESS = {"campaign": None, "times": None, "probability": 1}
NEWSLETTER = "66b2f0a1c4e5d60012a40101"


def warnings(account, **fault):
    return account("POST", "/faults", status=201, json=fault).json()["warnings"]


def listed(account):
    return [each["warnings"] for each in account("GET", "/faults").json()]


def test_a_missing_campaign_is_reported_with_the_nearest_id_until_it_exists(account, stats):
    account.put("spring-sale", stats=stats)
    (warning,) = warnings(account, kind="reset", campaign="spring-sal")
    assert warning.startswith("The account has no campaign 'spring-sal'; did you mean 'spring-sale'?")
    assert listed(account) == [[warning]]
    account.put("spring-sal", stats=stats)
    assert listed(account) == [[]]


def test_a_missing_campaign_without_a_near_id_is_reported_too(account):
    (warning,) = warnings(account, kind="reset", campaign="zzz")
    assert warning.startswith("The account has no campaign 'zzz'. Until ")


def test_no_campaign_is_missing_if_unknown_ids_are_generated(control):
    with control(unknown_id="generate") as api:
        assert warnings(api.account(), kind="reset", campaign="nobody") == []


def test_a_fault_covered_by_an_earlier_one_is_reported_until_that_is_disarmed(account):
    assert warnings(account, kind="status", status=503) == []
    (warning,) = warnings(account, kind="percent-rates", times=1)
    assert warning.startswith("fault-1 (status), armed before this fault, ")
    assert account.statuses(NEWSLETTER, 2) == [503, 503]
    account("DELETE", "/faults/fault-1")
    assert listed(account) == [[]]
    account.get(NEWSLETTER)
    (armed,) = account("GET", "/faults").json()
    assert (armed["exhausted"], armed["warnings"]) == (True, [])


@pytest.mark.parametrize(
    "earlier",
    [
        {"kind": "reset", "times": 3},
        {"kind": "reset", "probability": 0.9},
        {"kind": "reset", "skip": 1},
        {"kind": "reset", "campaign": NEWSLETTER},
        {"kind": "truncate"},
        {"kind": "drop-field", "field": "openRate"},
    ],
)
def test_a_fault_not_covered_by_an_earlier_one_is_not_reported(account, earlier):
    account("POST", "/faults", json=earlier)
    assert warnings(account, kind="status", status=500) == []


GROWING = {"recipients": 1000, "sentAt": "+1h"}
GONE = {"status": 404, "body": {"success": False, "error": "Gone."}}


def test_a_fault_that_applies_to_no_reply_of_its_campaign_is_reported_until_it_does(account, stats):
    account.put("over", reply=GONE)
    (warning,) = warnings(account, kind="percent-rates", campaign="over")
    assert warning == (
        "Campaign 'over' now answers with 404, and percent-rates applies only to a success with stats that has what it "
        "changes."
    )
    account.put("over", stats=stats)
    assert listed(account) == [[]]


@pytest.mark.parametrize(
    ("kind", "fault"),
    [
        ("stats", {"kind": "drop-field", "field": "mppOpens"}),
        ("reply", {"kind": "undocumented-status", "status": 202}),
        ("growth", {"kind": "percent-rates"}),
        ("script", {"kind": "drop-field", "field": "openRate"}),
    ],
)
def test_a_fault_reported_to_apply_to_nothing_is_never_applied(account, stats, kind, fault):
    dropped = {"stats": stats, "fault": {"kind": "drop-field", "field": "openRate"}}
    contents = {"stats": stats, "reply": GONE, "growth": GROWING, "script": {"replies": [{"reply": GONE}, dropped]}}
    account.put("c", **{kind: contents[kind]})
    assert len(warnings(account, campaign="c", **fault)) == 1
    account.statuses("c", 2)
    assert [each["applied"] for each in account("GET", "/faults").json()] == [0]


def test_a_fault_that_applies_to_one_step_of_a_script_is_not_reported_and_the_script_stays_at_its_first_step(
    account, stats
):
    account.put("c", script={"replies": [{"reply": GONE}, {"stats": stats}]})
    assert warnings(account, kind="percent-rates", campaign="c") == []
    assert account.statuses("c", 2) == [404, 200]


def test_the_current_reply_of_a_growing_campaign_decides(account):
    account.put("c", growth=GROWING)
    assert len(warnings(account, kind="drop-field", field="openRate", campaign="c")) == 1
    account("PATCH", "/clock", json={"advanceSeconds": 7200})
    assert listed(account) == [[]]


CONTRACT = load_contract(openapi_path())
CAMPAIGNS = load_fixtures([fixtures_path()], CONTRACT).campaigns.values()


@pytest.mark.parametrize("later", FAULTS)
def test_a_fault_reported_as_covered_is_never_applied(later):
    """No reply of the fixtures is left to a fault by an earlier one that is reported to cover it."""
    spec = parse_fault({**FAULTS[later].example, **ENDLESS}, "fault", CONTRACT)
    for earlier in FAULTS.values():
        faults = ArmedFaults(CONTRACT)
        covering = faults.arm(parse_fault({**earlier.example, **ENDLESS}, "fault", CONTRACT))
        faults.arm(spec)
        if arming_warnings(spec, [covering], None, [], CONTRACT):
            for campaign in CAMPAIGNS:
                faults.apply_next(campaign.id, campaign.reply)
            assert faults.list()[-1].applied == 0, earlier.kind
