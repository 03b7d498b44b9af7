"""Impossible arguments: an ArgumentError that names the argument, what is possible and what came; nothing changes."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from migma_contract.errors import ArgumentError, MigmaError
from migma_mock import MockTransport
from migma_mock.testing.keyword_arguments import DurationArguments

HOMES = ("here", "elsewhere")
GIVEN = {"id": "a", "title": "A", "description": "A."}
NO_OFFSET = datetime(2026, 1, 1)  # noqa: DTZ001  # the point
UNITS = "expected a timedelta, or numbers of weeks, days, hours"

MISUSES = {
    "a time as text": (
        lambda mock: mock.clock.set("text"),
        "clock.set(at): expected a datetime with an offset, in the years 1970 to 9999, got 'text'",
    ),
    "a time without offset": (lambda mock: mock.clock.freeze(NO_OFFSET), "clock.freeze(at): expected a datetime"),
    "a time too early": (lambda mock: mock.clock.set(datetime(1969, 1, 1, tzinfo=UTC)), "years 1970 to 9999"),
    "back by a negative number": (
        lambda mock: mock.clock.advance(hours=-3),
        "clock.advance: expected a duration of 0 or more, got {'hours': -3}\nTime only advances here",
    ),
    "back by a timedelta": (lambda mock: mock.clock.advance(timedelta(hours=-3)), "a duration of 0 or more"),
    "a duration as text": (lambda mock: mock.clock.advance(days="3"), UNITS),
    "not a number": (lambda mock: mock.clock.advance(seconds=float("nan")), UNITS),
    "no duration": (lambda mock: mock.clock.advance(), f"clock.advance: {UNITS}"),
    "a number as duration": (lambda mock: mock.clock.advance(3), UNITS),
    "an unknown unit": (lambda mock: mock.clock.advance(months=1), UNITS),
    "two durations": (lambda mock: mock.pause_refresh(timedelta(1), hours=2), f"pause_refresh: {UNITS}"),
    "past the year 9999": (lambda mock: mock.clock.advance(days=3_000_000), "before the end of the year 9999"),
    "past all years": (lambda mock: mock.clock.advance(days=1e300), "before the end of the year 9999"),
    "a pause past all years": (lambda mock: mock.pause_refresh(hours=1e12), "before the end of the year 9999"),
    "another object to a transport": (
        lambda _: MockTransport(5),
        "MockTransport(mock): expected a MigmaMock, a Mock, or what create_app() returns, got 5",
    ),
    "an unknown plan": (
        lambda mock: mock.rate_limit("gratis"),
        "rate_limit(plan): expected one of unlimited, free, pro, standard, enterprise, or rates such as 25/min",
    ),
    "a plan that is not text": (lambda mock: mock.rate_limit([]), "rate_limit(plan)"),
    "an unknown profile": (
        lambda mock: mock.add_generated_campaign(profile="edgy"),
        "add_generated_campaign(profile): expected one of realistic, edge, schema, got 'edgy'",
    ),
    "a seed that is not a number": (
        lambda mock: mock.add_generated_campaign(seed="x"),
        "add_generated_campaign(seed): expected a whole number, got 'x'",
    ),
    "an impossible id": (lambda mock: mock.add_generated_campaign(".."), "add_generated_campaign(campaign_id)"),
    "an id that is not text": (lambda mock: mock.add_generated_campaign(3), "add_generated_campaign(campaign_id)"),
    "verification of another type": (lambda mock: mock.assert_requested(3), "assert_requested(campaign_id)"),
    "verification with two counts": (lambda mock: mock.assert_requested(times=1, at_most=2), "assert_requested: exp"),
    "verification with bounds in reverse": (lambda mock: mock.assert_requested(at_least=3, at_most=2), "expected"),
    "an order that is one id": (
        lambda mock: mock.assert_requested_in_order("a"),
        "assert_requested_in_order(requests): expected a list of ids or patterns, such as [{'campaign_id': ",
    ),
    "an order of numbers": (lambda mock: mock.assert_requested_in_order([3]), "a list of ids or patterns"),
    "an order of nothing": (lambda mock: mock.assert_requested_in_order([]), "a list of ids or patterns"),
    "an order with a status as text": (
        lambda mock: mock.assert_requested_in_order(["a", {"status": "503"}]),
        "assert_requested_in_order(requests) at /1/status: expected a whole number",
    ),
    "a number for a request that must not come": (
        lambda mock: mock.assert_not_requested("a", times=1),
        "assert_not_requested: unknown argument 'times'",
    ),
    "a time-out that is text": (lambda mock: mock.assert_requested(timeout="2"), "assert_requested(timeout): expected"),
    "a time-out of an hour": (lambda mock: mock.assert_requested(timeout=3600), "a number of seconds from 0 to 60"),
    "a query that is text": (lambda mock: mock.assert_requested(query="a=1"), "assert_requested(query): expected"),
    "a misspelt expectation": (
        lambda mock: mock.assert_requested(tims=3),
        "assert_requested: unknown argument 'tims'; did you mean 'times'? Known are method, path, query, campaign_id, ",
    ),
    "a misspelt pattern": (
        lambda mock: mock.assert_requested_in_order([{"staus": 3}]),
        "assert_requested_in_order(requests): unknown argument 'staus'; did you mean 'status'?",
    ),
    "a list for a campaign": (lambda mock: mock.add_campaign([]), "add_campaign(document): expected an object"),
    "a campaign that is not JSON": (
        lambda mock: mock.add_campaign({**GIVEN, "stats": {"openRate": object()}}),
        "add_campaign(document): expected JSON",
    ),
    "a campaign without an answer": (lambda mock: mock.add_campaign(GIVEN), "stats, reply, growth, script"),
    "a campaign with a contradiction": (
        lambda mock: mock.add_campaign({**GIVEN, "stats": {**mock.campaign("b"), "bounces": -1}}),
        "add_campaign(document) at /stats/bounces: expected",
    ),
    "stats that contradict each other": (
        lambda mock: mock.campaign("a", totalDelivered=3, uniqueOpens=5),
        "campaign(uniqueOpens): expected uniqueOpens at most totalDelivered (3)",
    ),
    "a rate that fits no whole number": (
        lambda mock: mock.campaign("a", totalDelivered=3, openRate=0.5),
        "campaign(openRate): expected 0.333333 or 0.666667, the nearest rates of 3 delivered messages, got 0.5",
    ),
    "a percentage": (
        lambda mock: mock.campaign("a", openRate=30),
        "campaign(openRate): expected a fraction from 0 to 1",
    ),
    "values that are not JSON": (
        lambda mock: mock.campaign("a", openRate=float("nan"), totalSent=Decimal(1), bounces={1}),
        "campaign(openRate): expected a JSON value, got nan\ncampaign(totalSent): expected a JSON value, got Decimal",
    ),
    "a time without offset as a stat": (
        lambda mock: mock.campaign("a", lastUpdated=NO_OFFSET),
        "campaign(lastUpdated)",
    ),
    "an unknown field": (
        lambda mock: mock.campaign("a", openRat=1),
        "campaign: unknown field 'openRat'; did you mean 'openRate'?",
    ),
    "a value of another type": (lambda mock: mock.campaign("a", totalSent="many"), "campaign(totalSent): expected"),
    "a campaign with an impossible id": (lambda mock: mock.campaign(".."), "campaign(campaign_id): expected"),
    "growth for no one": (
        lambda mock: mock.add_growing_campaign("a", recipients=-1, sent_at="-1h"),
        "add_growing_campaign(recipients): expected at least 0, got -1",
    ),
    "growth from no time": (
        lambda mock: mock.add_growing_campaign("a", recipients=1, sent_at="soon"),
        "add_growing_campaign(sent_at): expected a date-time",
    ),
    "growth named as in JSON": (
        lambda mock: mock.add_growing_campaign("a", recipients=1, sent_at="-1h", openRate=0.3),
        "add_growing_campaign: unknown argument 'openRate'; did you mean 'open_rate'?",
    ),
    "deletion of a number": (lambda mock: mock.delete_campaign(3), "delete_campaign(campaign_id): expected the id of"),
    "the URL of a number": (lambda mock: mock.stats_url(3), "stats_url(campaign_id)"),
    "the URL of half a character": (lambda mock: mock.stats_url("\ud83d"), "stats_url(campaign_id)"),
    "disarming by id": (
        lambda mock: mock.disarm("fault-1"),
        "disarm(fault): expected what fault(…) or fail(…) returned, got 'fault-1'\nclear_faults() disarms all",
    ),
    "a misspelt option of an account": (
        lambda mock: mock.new_account(key_sed="s"),
        "new_account: unknown argument 'key_sed'; did you mean 'key_seed'? Known are name, empty, plan, key_seed, ",
    ),
    "a misspelt option of a generated campaign": (
        lambda mock: mock.add_generated_campaign(profil="edge"),
        "add_generated_campaign: unknown argument 'profil'; did you mean 'profile'?",
    ),
    "a misspelt option of an order": (
        lambda mock: mock.assert_requested_in_order([], timout=3),
        "assert_requested_in_order: unknown argument 'timout'; did you mean 'timeout'?",
    ),
    "a misspelt option of a scenario": (
        lambda mock: mock.scenario("outage-503", campaign="a"),
        "scenario: unknown argument 'campaign'; did you mean 'campaign_id'?",
    ),
    "a misspelt option of a connection": (
        lambda mock: mock.connect("http://127.0.0.1", tokn="a"),
        "connect: unknown argument 'tokn'; did you mean 'token'?",
    ),
    "a missing argument": (
        lambda mock: mock.add_growing_campaign("a", sent_at="-1h"),
        "add_growing_campaign: missing argument 'recipients'",
    ),
    "too many arguments": (
        lambda mock: mock.fail(503, 2),
        "fail: arguments by position: expected at most 1 (status), got 2. Give the others by name.",
    ),
    "an argument for a method that takes none": (
        lambda mock: mock.clock.resume(1),
        "clock.resume: arguments by position: expected none, got 1.",
    ),
    "an argument that is given twice": (
        lambda mock: mock.campaign("a", campaign_id="b"),
        "campaign: got two values for argument 'campaign_id'",
    ),
    "a misspelt argument of a method that takes one": (
        lambda mock: mock.rate_limit(plann="free"),
        "rate_limit: unknown argument 'plann'; did you mean 'plan'? Known are plan.",
    ),
    "a misspelt instant": (
        lambda mock: mock.clock.set(att=NO_OFFSET),
        "clock.set: unknown argument 'att'; did you mean 'at'?",
    ),
    "a misspelt time-out": (
        lambda mock: mock.assert_requested("a", timout=1),
        "assert_requested: unknown argument 'timout'; did you mean 'timeout'?",
    ),
    "an account with a number as its name": (lambda mock: mock.new_account(3), "new_account(name): expected text, got"),
    "a number as the seed of keys": (lambda mock: mock.new_account(key_seed=3), "new_account(key_seed): expected text"),
    "a truth value as a duration": (lambda mock: mock.clock.advance(hours=True), UNITS),
    "deletion of no account": (
        lambda mock: mock.delete_account(None),
        "delete_account(account): expected what new_account(…) returned, got None",
    ),
    "an expectation that is no truth value": (
        lambda mock: mock.fail(503, expect_used=1),
        "fail(expect_used): expected True, False or None, got 1",
    ),
    "a misspelt fault": (lambda mock: mock.fault("tiemout"), "; did you mean 'timeout'?"),
    "a fault that is a list": (lambda mock: mock.fault([]), "fault(kind): expected one of status, html"),
    "a fault without its status": (lambda mock: mock.fault("status"), "fault: missing"),
    "a status that is not an error": (lambda mock: mock.fail(200), "fail(status): expected at least 400, got 200"),
    "a parameter named as in JSON": (
        lambda mock: mock.fail(503, retryAfter=1),
        "fail: unknown argument 'retryAfter'; did you mean 'retry_after'?",
    ),
    "a parameter of another type": (lambda mock: mock.fail(503, retry_after="x"), "fail(retry_after): expected"),
    "a fault for an impossible id": (lambda mock: mock.fail(503, campaign_id=".."), "fail(campaign_id): expected"),
    "a parameter of another fault": (
        lambda mock: mock.fault("reset", seconds=3),
        "fault: unknown argument 'seconds'",
    ),
    "a negative delay": (lambda mock: mock.fault("delay", seconds=-1), "fault(seconds): expected at least 0, got -1"),
    "a distribution with a mistake": (
        lambda mock: mock.fault("delay", distribution={"exponential": -1}),
        "fault(distribution) at /exponential: expected",
    ),
    "zero times": (lambda mock: mock.fault("truncate", times=0), "fault(times): expected at least 1, got 0"),
    "a field outside the contract": (lambda mock: mock.fault("drop-field", field="openrate"), "fault(field): expected"),
}


@pytest.mark.parametrize(("misuse", "expected"), MISUSES.values(), ids=MISUSES)
def test_an_impossible_argument_is_refused_and_changes_nothing(migma_mock, state_of, misuse, expected):
    migma_mock.clock.freeze()
    migma_mock.campaign("b")
    state = state_of(migma_mock)
    before = (state.campaigns.keys(), migma_mock.clock.now, migma_mock.faults)
    with pytest.raises(ArgumentError) as refused:
        misuse(migma_mock)
    said = str(refused.value)
    assert expected in said
    assert re.match(r"[A-Za-z_.]+(\(\w+\))?( at /\S+)?: \S", said), "pytest's summary shows only the first words"
    assert (state.campaigns.keys(), migma_mock.clock.now, migma_mock.faults) == before


@pytest.mark.parametrize(
    "options", [{"plan": "gratis"}, {"empty": "maybe"}, {"start": "2026-01-01"}, {"start": NO_OFFSET}]
)
def test_an_impossible_account_is_not_created(migma_mock_server, options):
    before = len(migma_mock_server.mock.accounts.all)
    with pytest.raises(MigmaError, match=rf"new_account\({next(iter(options))}\): expected"):
        migma_mock_server.new_account(**options)
    assert len(migma_mock_server.mock.accounts.all) == before


def _places(mock, document):
    with pytest.raises(ArgumentError) as refused:
        mock.add_campaign(document)
    return [problem.pointer for problem in refused.value.problems]


def test_a_sum_that_is_too_large_is_shown_with_its_terms(migma_mock):
    with pytest.raises(ArgumentError, match=r"totalSent \(999\) .*, got 1000 \(980 \+ 20\)"):
        migma_mock.campaign("a", totalDelivered=980, bounces=20, totalSent=999)


def test_mistakes_in_the_stats_are_listed_beside_those_elsewhere(migma_mock):
    stats = {**migma_mock.campaign("b"), "bounces": -1}
    assert _places(migma_mock, {**GIVEN, "id": "..", "stats": stats}) == ["/id", "/stats/bounces"]
    assert _places(migma_mock, {"id": "a", "titel": "A", "stats": stats})[-1] == "/stats/bounces"
    busy = {"reply": {"status": 503, "body": {"success": False, "error": "Not now."}}}
    assert _places(migma_mock, {**GIVEN, **busy, "title": ""}) == ["/title", "/undocumented"]


def test_an_answer_that_cannot_be_read_is_one_mistake(migma_mock):
    assert _places(migma_mock, {**GIVEN, "title": "", "stats": 5}) == ["/title", "/stats"]
    stats = {**migma_mock.campaign("b"), "bounces": -1}
    assert _places(migma_mock, {**GIVEN, "stats": stats, "incoherent": "yes"}) == ["/incoherent"]
    assert _places(migma_mock, {**GIVEN, "stats": stats, "reply": {}}) == ["/reply"]


def test_a_document_is_copied_when_it_is_added(migma_mock, state_of):
    document = {**GIVEN, "stats": migma_mock.campaign("b")}
    migma_mock.add_campaign(document)
    document["stats"]["totalSent"] = "changed afterwards"
    assert state_of(migma_mock).campaign(b"a").document["stats"]["totalSent"] == 10_000


@pytest.mark.parametrize("home", ["here"], indirect=True)
@given(
    units=st.fixed_dictionaries({}, optional=dict.fromkeys(DurationArguments.__annotations__, st.integers(0, 10_000)))
)
@example(units={"weeks": 1})
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_clock_advances_by_a_timedelta_as_by_its_units(migma_mock, units):
    duration, start = timedelta(**units), datetime(2026, 3, 1, tzinfo=UTC)
    migma_mock.clock.freeze(start)
    assert migma_mock.clock.advance(duration) == start + duration
    if units:
        migma_mock.clock.set(start)
        assert migma_mock.clock.advance(**units) == migma_mock.pause_refresh(seconds=0) == start + duration


def test_durations_return_the_time_that_they_lead_to(migma_mock):
    now, minutes = migma_mock.clock.freeze(), timedelta(minutes=2)
    assert migma_mock.pause_refresh(minutes=2) == migma_mock.clock.advance(minutes=1, seconds=60) == now + minutes
