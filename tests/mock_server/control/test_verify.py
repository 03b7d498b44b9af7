"""``…/verify``, and properties of the verification on any journal."""

import json

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from migma_mock.accounts.recorded_request import RecordedRequest
from migma_mock.accounts.request_pattern import Matcher, Pattern
from migma_mock.accounts.verification import JournalSnapshot, RequestExpectation, verify
from migma_mock.messages.reply import Reply


def check(account, **expectation):
    return account("POST", "/verify", json=expectation).json()


@pytest.fixture
def requested(account, newsletter):
    """An account with requests for one id, another, and the first again."""
    for campaign_id in (newsletter, "nobody", newsletter):
        account.get(campaign_id, **{"X-Trace": campaign_id})
    return account


@pytest.mark.parametrize(
    ("counts", "ok"),
    [
        ({}, True),
        ({"times": 2}, True),
        ({"times": 1}, False),
        ({"times": 3}, False),
        ({"times": 0}, False),
        ({"atLeast": 2}, True),
        ({"atLeast": 3}, False),
        ({"atLeast": 0}, True),
        ({"atMost": 2}, True),
        ({"atMost": 1}, False),
        ({"atLeast": 1, "atMost": 2}, True),
        ({"atLeast": 3, "atMost": 4}, False),
    ],
)
def test_counts(requested, newsletter, counts, ok):
    result = check(requested, campaign=newsletter, **counts)
    assert (result["ok"], result["matches"]) == (ok, 2)
    assert result["message"].startswith(f"campaign {newsletter}: expected ")
    assert result["message"].endswith("got 2 of 3 requests")


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ({}, "at least 1"),
        ({"times": 4}, "exactly 4"),
        ({"atLeast": 3}, "at least 3"),
        ({"atMost": 1}, "at most 1"),
        ({"atLeast": 3, "atMost": 4}, "at least 3 and at most 4"),
        ({"atLeast": 3, "atMost": 3}, "exactly 3"),
    ],
)
def test_the_message_names_the_expected_count(requested, newsletter, counts, words):
    assert f"expected {words}, got 2 of 3" in check(requested, campaign=newsletter, **counts)["message"]
    assert check(requested)["message"] == "any request: expected at least 1, got 3 of 3 requests"


def test_a_miss_shows_the_nearest_request_and_its_differences(requested, newsletter):
    nearest = check(requested, campaign="nobody", status=200, headers={"X-Trace": "nobody"})["nearest"]
    assert (nearest["request"]["number"], nearest["differs"]) == (2, ["status is 404, not 200"])
    nearest = check(requested, method="POST")["nearest"]
    assert (nearest["request"]["number"], nearest["differs"]) == (3, ["method is 'GET', not 'POST'"])


def test_every_difference_is_named(requested):
    differs = check(
        requested,
        method="PUT",
        path="/x",
        campaign="y",
        status=201,
        matchedBy="fault",
        headers={"X-Trace": "z", "X-Absent": "1"},
    )["nearest"]["differs"]
    assert [each.split(" is ")[0] for each in differs] == [
        "method",
        "path",
        "campaign",
        "status",
        "matchedBy",
        "header X-Trace",
        "header X-Absent",
    ]
    assert differs[-1] == "header X-Absent is absent, not '1'"


def test_the_explanation_is_the_text_for_the_report_of_a_test(requested, newsletter, api):
    httpx.get(f"{api.mock.base_url}/v1/campaigns/a/stats")
    result = check(requested, campaign="nobody", times=2)
    lines = result["explanation"].splitlines()
    assert lines[0] == result["message"] == "campaign nobody: expected exactly 2, got 1 of 3 requests"
    assert lines[1] == "  <2: GET /v1/campaigns/nobody/stats 404, unknown id>"
    assert lines[2].startswith(
        f"nearest: <3: GET /v1/campaigns/{newsletter}/stats 200, campaign {newsletter}>: campaign is"
    )
    assert lines[3].startswith("1 request came without a known key: <1: GET /v1/campaigns/a/stats 401, no key>")
    assert requested("GET", "/journal").json()["unknownKeyNote"] == lines[3]
    result = check(requested, campaign="nobody")
    assert (result["ok"], result["explanation"]) == (True, result["message"])


def test_too_many_matches_have_no_nearest_request(requested, newsletter):
    assert check(requested, campaign=newsletter, atMost=1)["nearest"] is None


def test_an_empty_journal_has_no_nearest_request(account):
    result = check(account, campaign="x")
    assert (result["ok"], result["nearest"], result["matches"]) == (False, None, 0)


def test_an_order_allows_other_requests_in_between(requested, newsletter):
    first, second = {"campaign": newsletter}, {"campaign": "nobody", "status": 404}
    assert check(requested, order=[first, second, first])["message"] == "all 3 requests came in order"
    assert check(requested, order=[first, first])["ok"]
    result = check(requested, order=[second, first, second])
    assert (result["ok"], result["matches"]) == (False, 2)
    assert result["message"] == (
        "campaign nobody, status 404: expected as number 3 of the order, after request 3, not found"
    )
    assert result["nearest"] is None
    result = check(requested, order=[first, {"campaign": "somebody"}])
    assert (result["nearest"]["request"]["number"], result["matches"]) == (3, 1)


@pytest.mark.attack("hostile-input")
@pytest.mark.parametrize(
    ("expectation", "wrong"),
    [
        ({"times": -1}, {"/times"}),
        ({"times": "2"}, {"/times"}),
        ({"campain": "x"}, {"/campain"}),
        ({"headers": {"X": 1}}, {"/headers/X"}),
        ({"order": [{"times": 1}]}, {"/order/0/times"}),
        ({"order": [{}] * 101}, {"/order"}),
        ({"times": 1, "atMost": 2}, {""}),
        ({"order": [{}], "times": 2}, {""}),
        ({"order": [{}], "campaign": "x"}, {""}),
        ({"atLeast": 3, "atMost": 2}, {""}),
        ([], {""}),
    ],
)
def test_an_invalid_expectation_is_refused(account, expectation, wrong):
    assert account.problems("POST", "/verify", json=expectation).keys() == wrong


TEXTS = st.sampled_from(["GET", "POST", "/a", "/b", "x", "y", "fault x", ""])
HEADERS = st.lists(st.tuples(st.sampled_from([b"x-a", b"x-b"]), st.sampled_from([b"1", b"2"])), max_size=3)


@st.composite
def entries(draw):
    """Draw journal entries from a few values, so that patterns match sometimes."""
    drawn = []
    for number in range(1, draw(st.integers(0, 8)) + 1):
        reply = Reply(draw(st.sampled_from([200, 404])), (), b"", draw(st.sampled_from(["campaign x", "fault x"])))
        method, path = draw(st.sampled_from(["GET", "POST"])), draw(st.sampled_from([b"/a", b"/b"]))
        headers, campaign = draw(HEADERS), draw(st.sampled_from("xy"))
        drawn.append(RecordedRequest(number, 0.0, method, path, headers, campaign, reply, 0.0, b""))
    return drawn


PATTERNS = st.fixed_dictionaries(
    {},
    optional={
        "method": st.sampled_from(["GET", "POST"]),
        "path": st.sampled_from(["/a", "/b"]),
        "campaign": st.sampled_from("xy"),
        "status": st.sampled_from([200, 404]),
        "matchedBy": st.sampled_from(["fault", "x"]),
        "headers": st.dictionaries(st.sampled_from(["X-A", "x-b"]), st.sampled_from(["1", "2"]), max_size=2),
    },
)


def matches(pattern, entry):
    """Match a pattern in an independent way."""
    return all(
        {
            "method": lambda want: entry.method == want,
            "path": lambda want: entry.path == want,
            "campaign": lambda want: entry.campaign_id == want,
            "status": lambda want: entry.status == want,
            "matchedBy": lambda want: want in entry.matched_by,
            "headers": lambda want: all((name.lower(), value) in entry.header_pairs for name, value in want.items()),
        }[name](want)
        for name, want in pattern.items()
    )


@given(PATTERNS, entries())
def test_a_request_matches_exactly_if_there_is_no_difference(pattern, requested):
    counted = [entry for entry in requested if matches(pattern, entry)]
    assert [entry for entry in requested if not Matcher(Pattern(**pattern)).differences(entry)] == counted
    result = verify(RequestExpectation(**pattern, times=len(counted)), JournalSnapshot(requested))
    assert (result.ok, result.matches, result.nearest) == (True, len(counted), None)
    miss = verify(RequestExpectation(**pattern, atLeast=len(counted) + 1), JournalSnapshot(requested))
    assert not miss.ok
    others = [entry for entry in requested if entry not in counted]
    assert (miss.nearest is None) is (not others)
    if miss.nearest:
        assert miss.nearest.entry in others
        fewest = min(len(Matcher(Pattern(**pattern)).differences(entry)) for entry in others)
        assert len(miss.nearest.differs) == fewest > 0


@given(st.lists(PATTERNS, min_size=1, max_size=4), entries())
def test_an_order_is_met_exactly_if_a_full_search_finds_it(order, requested):
    """The search tries all choices, not only the first match."""

    def found(patterns, rest):
        if not patterns:
            return True
        return any(matches(patterns[0], rest[i]) and found(patterns[1:], rest[i + 1 :]) for i in range(len(rest)))

    result = verify(RequestExpectation(order=[Pattern(**each) for each in order]), JournalSnapshot(requested))
    assert result.ok is found(order, requested)
    assert result.as_dict()["ok"] is result.ok
    assert (result.matches == len(order)) is result.ok


@given(st.integers(0, 9), st.integers(0, 9))
def test_contradictory_bounds_are_refused(low, high):
    if low <= high:
        assert RequestExpectation(atLeast=low, atMost=high).atMost == high
    else:
        with pytest.raises(ValidationError, match="a lower bound that is not greater than the upper bound"):
            RequestExpectation(atLeast=low, atMost=high)


def test_a_pattern_has_at_most_a_hundred_headers(requested):
    """Each of them is compared with each entry of the journal."""
    many = {f"X-{number}": "y" for number in range(101)}
    response = requested("POST", "/verify", json={"headers": many}, status=422)
    (problem,) = response.json()["problems"]
    assert "/headers" in json.dumps(problem)
    assert "at most 100 items" in json.dumps(problem)
    many.popitem()
    result = check(requested, headers=many)
    assert (result["ok"], len(result["nearest"]["differs"])) == (False, 100)


@pytest.mark.attack("secrets-in-records")
def test_an_expectation_with_a_secret_is_not_shown_and_the_form_of_records_is_named(requested):
    """Records have no secrets, so that an expectation with one matches none of them, but for keys of the account."""
    key = requested.api.mock.api_key
    result = check(requested, headers={"Authorization": f"Bearer {key}"}, path=f"/{key}")
    assert not result["ok"]
    assert key not in json.dumps(result)
    assert "header Authorization is 'Bearer [redacted]', not 'Bearer [redacted]' with a secret" in json.dumps(result)
    assert check(requested, headers={"Authorization": "Bearer [redacted]"})["ok"]
    assert check(requested, headers={"Authorization": f"Bearer {requested.keys['working']}"})["ok"]


def test_a_header_that_came_several_times_matches_with_any_of_its_values():
    headers = [(b"x-a", b"1"), (b"x-b", b"2"), (b"x-a", b"3")]
    entry = RecordedRequest(1, 0.0, "GET", b"/", headers, "", Reply(200, (), b"", "a test"), 0.0, b"")
    assert all(not Matcher(Pattern(headers={"X-A": value})).differences(entry) for value in ("1", "3"))
    assert Matcher(Pattern(headers={"X-A": "2"})).differences(entry) == ["header X-A is '1' and '3', not '2'"]
