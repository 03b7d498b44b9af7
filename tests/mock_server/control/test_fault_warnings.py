"""Warnings of faults that may never strike: told when they are armed and listed, and true."""

import pytest

from migma_contract.openapi import load_contract
from migma_contract.resources import fixtures_path, openapi_path
from migma_mock.campaigns.fixtures import load_fixtures
from migma_mock.faults import FAULTS, ArmedFaults, arming_warnings, parse_fault

FOREVER = {"campaign": None, "times": None, "probability": 1}
NEWSLETTER = "66b2f0a1c4e5d60012a40101"


def warnings(account, **fault):
    return account("POST", "/faults", status=201, json=fault).json()["warnings"]


def listed(account):
    return [each["warnings"] for each in account("GET", "/faults").json()]


def test_a_campaign_that_is_not_there_is_told_with_the_nearest_until_it_is(account, stats):
    account.put("spring-sale", stats=stats)
    (told,) = warnings(account, kind="reset", campaign="spring-sal")
    assert told.startswith("The account has no campaign 'spring-sal'; did you mean 'spring-sale'?")
    assert listed(account) == [[told]]
    account.put("spring-sal", stats=stats)
    assert listed(account) == [[]]


def test_a_campaign_of_no_near_name_is_told_too(account):
    (told,) = warnings(account, kind="reset", campaign="zzz")
    assert told.startswith("The account has no campaign 'zzz': ")


def test_where_any_id_is_answered_any_campaign_is_there(control):
    with control(unknown_id="generate") as api:
        assert warnings(api.account(), kind="reset", campaign="nobody") == []


def test_a_fault_that_an_earlier_one_leaves_nothing_is_told_until_that_is_gone(account):
    assert warnings(account, kind="status", status=503) == []
    (told,) = warnings(account, kind="percent-rates", times=1)
    assert told.startswith("fault-1 (status), armed before, ")
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
        {"kind": "reset", "campaign": NEWSLETTER},
        {"kind": "truncate"},
        {"kind": "drop-field", "field": "openRate"},
    ],
)
def test_a_fault_that_an_earlier_one_leaves_something_is_not(account, earlier):
    account("POST", "/faults", json=earlier)
    assert warnings(account, kind="status", status=500) == []


@pytest.mark.parametrize("later", [{}, {"campaign": NEWSLETTER}, {"times": 2, "seed": 3}, {"probability": 0.5}])
def test_the_same_fault_again_is_told(account, later):
    account("POST", "/faults", json={"kind": "drop-field", "field": "openRate"})
    assert len(warnings(account, kind="drop-field", field="openRate", **later)) == 1
    assert warnings(account, kind="drop-field", field="clickRate", **later) == []


GROWING = {"recipients": 1000, "sentAt": "+1h"}
GONE = {"status": 404, "body": {"success": False, "error": "Gone."}}


def test_a_fault_that_applies_to_nothing_the_campaign_answers_is_told_until_it_does(account, stats):
    account.put("over", reply=GONE)
    (told,) = warnings(account, kind="percent-rates", campaign="over")
    assert told == (
        "Campaign 'over' answers 404 as things stand, and percent-rates is for a success with stats that has what it "
        "changes."
    )
    account.put("over", stats=stats)
    assert listed(account) == [[]]


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        ("stats", {"kind": "drop-field", "field": "mppOpens"}),
        ("reply", {"kind": "undocumented-status", "status": 202}),
        ("growth", {"kind": "percent-rates"}),
        ("script", {"kind": "drop-field", "field": "openRate"}),
    ],
)
def test_what_is_told_to_apply_to_nothing_strikes_nothing(account, stats, answer, fault):
    dropped = {"stats": stats, "fault": {"kind": "drop-field", "field": "openRate"}}
    answers = {"stats": stats, "reply": GONE, "growth": GROWING, "script": {"replies": [{"reply": GONE}, dropped]}}
    account.put("c", **{answer: answers[answer]})
    assert len(warnings(account, campaign="c", **fault)) == 1
    account.statuses("c", 2)
    assert [each["applied"] for each in account("GET", "/faults").json()] == [0]


def test_a_script_of_which_one_answer_can_be_befallen_is_not_told_and_stays_at_its_first(account, stats):
    account.put("c", script={"replies": [{"reply": GONE}, {"stats": stats}]})
    assert warnings(account, kind="percent-rates", campaign="c") == []
    assert account.statuses("c", 2) == [404, 200]


def test_a_growing_campaign_is_judged_by_its_present_answer(account):
    account.put("c", growth=GROWING)
    assert len(warnings(account, kind="drop-field", field="openRate", campaign="c")) == 1
    account("PATCH", "/clock", json={"advanceSeconds": 7200})
    assert listed(account) == [[]]


def test_a_fault_that_is_never_to_strike_is_told(account):
    assert warnings(account, kind="status", status=503, probability=0) == ["Its probability is 0: it strikes nothing."]


CONTRACT = load_contract(openapi_path())
CAMPAIGNS = load_fixtures([fixtures_path()], CONTRACT).campaigns.values()


@pytest.mark.parametrize("other", FAULTS)
@pytest.mark.parametrize("one", FAULTS)
def test_what_is_told_of_any_two_kinds_is_true(one, other):
    """Of all replies of the fixtures, the second affects some by itself, and none after the first if that is told."""
    first, second = (parse_fault({**FAULTS[kind].example, **FOREVER}, "fault", CONTRACT) for kind in (one, other))
    alone, after = ArmedFaults(CONTRACT), ArmedFaults(CONTRACT)
    told = arming_warnings(second, [after.arm(first)], None, [], CONTRACT)
    for faults in (alone, after):
        faults.arm(second)
        for campaign in CAMPAIGNS:
            faults.apply_next(campaign.id, campaign.reply)
    assert alone.list()[-1].applied > 0
    assert not told or after.list()[-1].applied == 0
    assert told or one != other
