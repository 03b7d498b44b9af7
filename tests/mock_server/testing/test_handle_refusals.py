"""What a handle is asked for and cannot be: an error of the project's own, with what would do, and nothing changed."""

from datetime import UTC, datetime, timedelta
from urllib.parse import unquote, urlsplit

import httpx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from migma_contract.errors import ArgumentError, IneffectiveFaultWarning, MigmaError
from migma_mock import MockServer, MockTransport
from migma_mock.accounts.registry import UnknownAccountError
from migma_mock.input_models import CampaignId
from migma_mock.testing.arguments import Units

GIVEN = {"id": "a", "title": "A", "description": "A."}
MISUSES = {
    "a time as text": (
        lambda mock: mock.clock.set("text"),
        "clock.set(at): expected a datetime with its offset",
        "'text'",
    ),
    "a time without offset": (lambda mock: mock.clock.freeze(datetime(2026, 1, 1)), "clock.freeze(at)", "2026, 1, 1"),  # noqa: DTZ001 - the lack of an offset is the point
    "a time too early": (lambda mock: mock.clock.set(datetime(1969, 1, 1, tzinfo=UTC)), "years 1970 to 9999", "1969"),
    "back by a negative number": (
        lambda mock: mock.clock.advance(hours=-3),
        "clock.advance(hours): expected a number, 0 or more",
        "-3",
    ),
    "a duration as text": (lambda mock: mock.clock.advance(days="3"), "clock.advance(days)", "'3'"),
    "no number": (lambda mock: mock.clock.advance(seconds=float("nan")), "clock.advance(seconds)", "nan"),
    "past the year 9999": (
        lambda mock: mock.clock.advance(days=3_000_000),
        "before the end of the year 9999",
        "3000000",
    ),
    "past all years": (lambda mock: mock.clock.advance(days=1e300), "before the end of the year 9999", "1e+300"),
    "stale for a negative time": (
        lambda mock: mock.stale(minutes=-1),
        "stale(minutes): expected a number, 0 or more",
        "-1",
    ),
    "stale past all years": (lambda mock: mock.stale(hours=1e12), "before the end of the year 9999", "1000000000000"),
    "no duration": (lambda mock: mock.clock.advance(), "clock.advance: expected a timedelta, or some of weeks", "None"),
    "stale for no duration": (lambda mock: mock.stale(), "stale: expected a timedelta, or some of weeks", "None"),
    "a duration that is a number": (lambda mock: mock.clock.advance(3), "expected a timedelta", "got 3"),
    "two durations": (lambda mock: mock.stale(timedelta(1), hours=2), "expected a timedelta, or", "hours"),
    "a unit that is none": (lambda mock: mock.clock.advance(months=1), "expected one of weeks, days", "'months'"),
    "back by a timedelta": (
        lambda mock: mock.clock.advance(timedelta(hours=-3)),
        "clock.advance: expected a duration, 0 or more",
        "days=-1",
    ),
    "no app": (
        lambda _: MockTransport(5),
        "MockTransport(app.state.mock): expected what create_app() returns",
        "got 5",
    ),
    "a handle for an app": (MockTransport, "or the app of a handle", "Handle object"),
    "a plan that is none": (
        lambda mock: mock.quota("gratis"),
        "quota(plan): expected one of unlimited, free, pro",
        "'gratis'",
    ),
    "a plan that is no text": (lambda mock: mock.quota([]), "quota(plan)", "[]"),
    "a profile that is none": (lambda mock: mock.generated(profile="edgy"), "one of realistic, edge, schema", "'edgy'"),
    "a seed that is none": (lambda mock: mock.generated(seed="x"), "generated(seed): expected a whole number", "'x'"),
    "an id that is none": (lambda mock: mock.generated("no id/"), "/id: expected a string of the form", "no id/"),
    "an id that is no text": (lambda mock: mock.generated(3), "generated(campaign_id)", "3"),
    "a question misspelt": (
        lambda mock: mock.assert_requested(tims=3),
        "assert_requested at /tims",
        "unknown field 'tims'; did you mean 'times'?",
    ),
    "a question of another type": (lambda mock: mock.assert_requested(3), "/campaign: expected a string", "3"),
    "two questions": (lambda mock: mock.assert_requested(times=1, atMost=2), "either 'times', or", "times"),
    "a list for a campaign": (lambda mock: mock.put([]), "campaign: expected an object", "[]"),
    "no JSON for a campaign": (
        lambda mock: mock.put({**GIVEN, "stats": {"openRate": object()}}),
        "what JSON can carry",
        "object",
    ),
    "a campaign without an answer": (
        lambda mock: mock.put(GIVEN),
        "one of stats, reply, growth, script",
        "none of them",
    ),
    "stats that contradict": (
        lambda mock: mock.campaign("a", totalDelivered=3, uniqueOpens=5),
        "/stats/uniqueOpens",
        "5",
    ),
    "a percentage": (lambda mock: mock.campaign("a", openRate=30), "expected a fraction from 0 to 1, here", "got 30"),
    "a member that is none": (lambda mock: mock.campaign("a", openRat=1), "did you mean 'openRate'?", "openRat"),
    "a campaign's id that is none": (lambda mock: mock.campaign("no id/"), "/id", "no id/"),
    "growth of no one": (lambda mock: mock.growing("a", sentAt="-1h"), "missing field 'recipients'", "growth"),
    "deleting a number": (lambda mock: mock.delete(3), "delete(campaign_id): expected the id of a campaign", "3"),
    "the URL of a number": (lambda mock: mock.stats_url(3), "stats_url(campaign_id)", "3"),
    "the URL of half a character": (lambda mock: mock.stats_url("\ud83d"), "stats_url(campaign_id)", "ud83d"),
    "disarming by id": (lambda mock: mock.disarm("fault-1"), "what fault(…) or fail(…) returned", "'fault-1'"),
    "a fault misspelt": (lambda mock: mock.fault("tiemout"), "/kind: expected one of status, html", "tiemout"),
    "a fault hardly misspelt": (lambda mock: mock.fault("trunctate"), "did you mean 'truncate'?", "trunctate"),
    "a fault that is a list": (lambda mock: mock.fault([]), "/kind: expected one of status, html", "[]"),
    "no status": (lambda mock: mock.fault("status"), "missing field 'status'", "fault status"),
    "a status that is no error": (lambda mock: mock.fail(200), "/status: expected at least 400", "200"),
    "a delay backwards": (lambda mock: mock.fault("delay", seconds=-1), "/seconds", "-1"),
    "no times": (lambda mock: mock.fault("truncate", times=0), "/times", "0"),
    "a member of no fault": (lambda mock: mock.fault("reset", afte=3), "/afte", "afte"),
    "a field of no contract": (lambda mock: mock.fault("drop-field", field="openrate"), "/field", "openrate"),
}


@pytest.mark.parametrize(("misuse", "expected", "got"), MISUSES.values(), ids=MISUSES)
def test_what_cannot_be_is_refused_with_what_would_do(migma_mock, misuse, expected, got):
    migma_mock.clock.freeze()
    before = (dict(migma_mock.account.state.campaigns), migma_mock.clock.now, migma_mock.faults)
    with pytest.raises(ArgumentError) as refused:
        misuse(migma_mock)
    said = str(refused.value)
    assert said.startswith("the call cannot be carried out")
    assert expected in said
    assert got in said
    assert (dict(migma_mock.account.state.campaigns), migma_mock.clock.now, migma_mock.faults) == before


@pytest.mark.parametrize(
    "options",
    [
        {"plan": "gratis"},
        {"empty": "maybe"},
        {"start": "2026-01-01"},
        {"start": datetime(2026, 1, 1)},  # noqa: DTZ001 - as above
    ],
)
def test_an_account_that_cannot_be_is_not_made(migma_mock_server, options):
    before = len(migma_mock_server.app.accounts.all)
    with pytest.raises(MigmaError, match=rf"new_account\({next(iter(options))}\): expected"):
        migma_mock_server.new_account(**options)
    assert len(migma_mock_server.app.accounts.all) == before


def _places(mock, file):
    with pytest.raises(ArgumentError) as refused:
        mock.put(file)
    return [problem.pointer for problem in refused.value.problems]


def test_a_sum_that_is_too_large_is_shown_with_its_terms(migma_mock):
    with pytest.raises(ArgumentError, match=r"totalSent \(-1\) .*, got 1000 \(980 \+ 20\)"):
        migma_mock.campaign("a", totalDelivered=980, bounces=20, totalSent=-1)


def test_what_is_wrong_with_the_answer_is_told_beside_what_is_wrong_elsewhere(migma_mock):
    stats = {**migma_mock.campaign("b"), "bounces": -1}
    assert _places(migma_mock, {**GIVEN, "id": "no id/", "stats": stats}) == ["/id", "/stats/bounces"]
    assert _places(migma_mock, {"id": "a", "titel": "A", "stats": stats})[-1] == "/stats/bounces"
    busy = {"reply": {"status": 503, "body": {"success": False, "error": "Not now."}}}
    assert _places(migma_mock, {**GIVEN, **busy, "title": ""}) == ["/title", "/undocumented"]


def test_an_answer_that_cannot_be_read_is_told_of_once_and_judged_no_further(migma_mock):
    assert _places(migma_mock, {**GIVEN, "title": "", "stats": 5}) == ["/title", "/stats"]
    stats = {**migma_mock.campaign("b"), "bounces": -1}
    assert _places(migma_mock, {**GIVEN, "stats": stats, "incoherent": "yes"}) == ["/incoherent"]
    assert _places(migma_mock, {**GIVEN, "stats": stats, "reply": {}}) == ["/reply", "/reply"]


@pytest.mark.parametrize(
    "change",
    [
        lambda mock: mock.campaign("a"),
        lambda mock: mock.delete("a"),
        lambda mock: mock.generated(),
        lambda mock: mock.fail(503),
        lambda mock: mock.quota("free"),
        lambda mock: mock.stale(hours=1),
        lambda mock: mock.reset(),
    ],
)
def test_an_account_that_was_forgotten_cannot_be_changed_and_still_tells_what_was_asked(migma_mock_server, change):
    handle = migma_mock_server.new_account()
    httpx.get(handle.stats_url("a"), headers=handle.headers)
    migma_mock_server.delete_account(handle)
    with pytest.raises(UnknownAccountError, match=handle.account.id):
        change(handle)
    assert len(handle.requests) == 1


def test_what_is_put_is_kept_as_it_was_then(migma_mock):
    file = {**GIVEN, "stats": migma_mock.campaign("b")}
    migma_mock.put(file)
    file["stats"]["totalSent"] = "changed afterwards"
    assert migma_mock.account.state.campaign(b"a").document["stats"]["totalSent"] == 10_000


# The URL of any id.


def _path(mock, campaign_id):
    url = urlsplit(mock.stats_url(campaign_id))
    assert (url.query, url.fragment) == ("", "")
    return url.path


@given(campaign_id=st.from_regex(CampaignId.__metadata__[0].pattern, fullmatch=True))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_campaign_is_found_under_its_url(migma_mock, campaign_id):
    migma_mock.campaign(campaign_id)
    assert httpx.get(migma_mock.stats_url(campaign_id), headers=migma_mock.headers).status_code == 200
    migma_mock.assert_requested(campaign_id, matchedBy=f"campaign {campaign_id}")


@given(campaign_id=st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
@example(campaign_id="a/b")
@example(campaign_id="50%")
@example(campaign_id="a?b#c")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_other_id_is_one_segment_of_the_path(migma_mock, campaign_id):
    before, segment, after = _path(migma_mock, campaign_id).rsplit("/", 2)
    assert (before, unquote(segment), after) == ("/v1/campaigns", campaign_id, "stats")


@pytest.mark.parametrize("campaign_id", ["a/b", "50%", "a?b#c", "größe", "a b"])
def test_an_id_that_no_campaign_can_have_is_unknown_and_no_other_path(migma_mock, campaign_id):
    answer = httpx.get(migma_mock.stats_url(campaign_id), headers=migma_mock.headers)
    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
    migma_mock.assert_requested(campaign_id, matchedBy="unknown id")


# Faults that are hardly meant.


def test_a_fault_for_a_campaign_that_is_not_there_is_warned_of_with_the_nearest(migma_mock):
    migma_mock.campaign("spring-sale")
    with pytest.warns(IneffectiveFaultWarning, match="'spring-sal'; did you mean 'spring-sale'.?") as warned:
        migma_mock.fail(503, campaign="spring-sal")
    assert warned[0].filename == __file__
    assert len(migma_mock.faults) == 1
    migma_mock.fail(503, campaign="spring-sale", times=1)  # no warning, which would be an error


def test_a_fault_that_an_earlier_one_leaves_nothing_is_warned_of(migma_mock):
    migma_mock.fault("timeout", times=1)
    migma_mock.fault("reset")
    with pytest.warns(IneffectiveFaultWarning, match="fault-2 .reset., armed before this fault") as warned:
        migma_mock.fault("truncate")
    assert warned[0].filename == __file__


def test_where_warnings_are_errors_it_is_not_armed(migma_mock):
    with pytest.raises(IneffectiveFaultWarning):
        migma_mock.fail(503, campaign="nobody")
    assert migma_mock.faults == []


def test_where_any_id_is_answered_any_campaign_is_there():
    with MockServer(reload=False, unknown_id="generate") as mock:
        mock.fail(503, campaign="nobody")
        assert httpx.get(mock.stats_url("nobody"), headers=mock.headers).status_code == 503


def test_a_fault_for_a_campaign_that_is_put_later_is_applied(migma_mock):
    with pytest.warns(IneffectiveFaultWarning):
        migma_mock.fail(503, campaign="later", times=1)
    migma_mock.campaign("later")
    statuses = [httpx.get(migma_mock.stats_url("later"), headers=migma_mock.headers).status_code for _ in range(2)]
    assert statuses == [503, 200]


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "percent-rates"},
        {"kind": "undocumented-status"},
        {"kind": "drop-field", "field": "openRate"},
    ],
)
def test_a_fault_that_applies_to_no_reply_of_its_campaign_is_warned_of(migma_mock, fault):
    reply = {"status": 404, "body": {"success": False, "error": "Gone."}}
    migma_mock.put({**GIVEN, "reply": reply})
    with pytest.warns(IneffectiveFaultWarning, match="'a' now answers with 404") as warned:
        armed = migma_mock.fault(campaign="a", **fault)
    assert warned[0].filename == __file__
    httpx.get(migma_mock.stats_url("a"), headers=migma_mock.headers)
    assert (migma_mock.faults[0].id, migma_mock.faults[0].applied) == (armed.id, 0)


@given(units=st.fixed_dictionaries({}, optional=dict.fromkeys(Units.__annotations__, st.integers(0, 10_000))))
@example(units={"weeks": 1})
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_clock_advances_by_a_timedelta_as_by_its_units(migma_mock, units):
    duration, start = timedelta(**units), datetime(2026, 3, 1, tzinfo=UTC)
    migma_mock.clock.freeze(start)
    assert migma_mock.clock.advance(duration) == start + duration
    if units:
        migma_mock.clock.set(start)
        assert migma_mock.clock.advance(**units) == migma_mock.stale(seconds=0) == start + duration


def test_stale_and_advance_return_the_time_that_they_lead_to(migma_mock):
    now = migma_mock.clock.freeze()
    assert migma_mock.stale(minutes=2) == migma_mock.clock.advance(minutes=1, seconds=60) == now + timedelta(minutes=2)
