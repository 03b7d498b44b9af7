"""Cases just inside and outside of what a rule reports."""

from dataclasses import replace

import pytest
from samples.exchanges import JSON, exchange, failed, of_another_campaign, stats

from migma_contract.rules import judge

OTHER = "65f1a0b2c3d4e5f601234567"


def test_the_future_is_later_than_the_clocks_of_both_sides(contract):
    ahead = stats(lastUpdated="2098-01-31T09:30:00Z")
    dated = replace(ahead, headers=(JSON, ("date", "Fri, 31 Jan 2098 09:26:00 GMT")))
    (finding,) = judge([ahead], contract)
    assert (finding.rule, finding.expected) == ("last-updated-in-future", "not after 2026-01-31T10:00:00Z")
    assert finding.message == "lastUpdated is 72 years in the future."
    assert judge([dated], contract) == []


@pytest.mark.parametrize(("value", "clean"), [("7", True), ("Fri, 31 Jan 2098 09:26:00 GMT", True), ("soon", False)])
def test_retry_after_is_seconds_or_a_date(value, clean, contract):
    findings = judge([exchange("unusual-id", 429, headers=(JSON, ("retry-after", value)))], contract)
    assert ("retry-after-missing" in {finding.rule for finding in findings}) is not clean


def test_a_second_content_type_is_checked_too(contract):
    (finding,) = judge([exchange(headers=(JSON, ("content-type", "text/html")))], contract)
    assert (finding.rule, finding.where) == ("content-type-wrong", "200 header Content-Type")


@pytest.mark.parametrize(
    ("name", "named", "found"),
    [
        ("campaignId", "507f191e810c19729de860ea", True),
        ("campaign_id", "507F191E810C19729DE860EA", True),
        ("campaignId", "507F1F77BCF86CD799439011", False),
        ("campaignId", "spring-sale", False),
        ("id", "507f191e810c19729de860ea", False),
        ("_id", OTHER, True),
        ("parentId", OTHER, False),
        ("campaignId", 507, False),
    ],
)
def test_an_id_in_the_stats_is_reported_only_if_it_must_be_another_campaign(name, named, found, contract):
    other = of_another_campaign(exchange(), OTHER)
    rules = {finding.rule for finding in judge([stats(**{name: named}), other], contract)}
    assert ("stats-of-another-campaign" in rules) is found


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"uniqueOpens": 445, "totalSent": 1165, "bounces": 15, "openRate": 0.38}, "rate-truncated"),
        ({"uniqueOpens": 445, "totalSent": 1165, "bounces": 15, "openRate": 0.382}, "rate-over-sent"),
        ({"uniqueOpens": 445, "totalSent": 1165, "bounces": 15, "openRate": 0.39}, None),
        ({"openRate": 0.3817}, None),
        ({"openRate": 0.3816}, "open-rate-inconsistent"),
        ({"openRate": 0.38}, None),
        ({"uniqueClicks": 11, "clickRate": 0}, "click-rate-inconsistent"),
    ],
)
def test_a_truncated_rate_is_not_reported_as_a_rate_over_sent(changed, rule, contract):
    """Rounding to at least two decimals is correct; a 0 for a count above 0 is not rounding."""
    assert [finding.rule for finding in judge([stats(**changed)], contract)] == ([rule] if rule else [])


@pytest.mark.parametrize(
    "conforming",
    [
        {"lastUpdated": "2000-01-02T00:00:00Z"},
        {"lastUpdated": "2009-02-11T00:00:00Z"},
        {"totalOpens": 2**53 - 1},
        {"uniqueOpens": 0, "openRate": 0, "totalOpens": 151},
        {"uniqueClicks": 0, "clickRate": 0, "totalClicks": 4},
    ],
)
def test_unusual_but_possible_stats_have_no_finding(conforming, contract):
    assert judge([stats(**conforming)], contract) == []


@pytest.mark.parametrize(
    ("body", "status", "found"),
    [
        (
            b"<!doctype html><title>Log in</title>",
            200,
            {("unknown-id-status", "breaking"), ("body-not-json", "breaking")},
        ),
        (b"", 200, {("unknown-id-status", "breaking"), ("body-empty", "breaking")}),
        (b"", 204, {("unknown-id-status", "breaking")}),
        (
            b'{"success": true, "data": null}',
            200,
            {("unknown-id-status", "breaking"), ("envelope-data-missing", "info")},
        ),
    ],
)
def test_a_2xx_for_an_unknown_id_has_a_wrong_status_and_a_page_is_a_wrong_body_too(contract, body, status, found):
    unknown = exchange("unknown-id", status, body=body)
    assert {(each.rule, each.level.value) for each in judge([exchange(), unknown], contract)} == found


@pytest.mark.parametrize("kind", ["protocol", "too-large", "encoding"])
def test_a_broken_response_to_head_is_one_finding(contract, kind):
    (found,) = judge([exchange(), failed(kind, "head")], contract)
    assert found.rule != "head-differs-from-get"
